"""A sandbox that cannot keep its promises is not opened, and says why."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from workers.sandbox import Sandbox, Trouble, examine, open_sandbox, opening

REFUSALS = {
    "No permissions to create new namespace": "seccomp=unconfined",
    "Can't mount proc on /newroot/proc: Operation not permitted": "systempaths=unconfined",
    "Unknown option --disable-userns": "install bubblewrap 0.8 or newer",
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is looked through, with links to all programs that are needed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in (*opening.PROGRAMS, "sh", "rm", "cp", "chown", "chmod"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def replace(program: Path, script: str) -> None:
    program.unlink()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


async def test_it_is_opened_where_all_walls_stand(programs: Path, tmp_path: Path) -> None:
    assert isinstance(await examine(tmp_path / "scratch"), Sandbox)


@pytest.mark.parametrize("name", opening.PROGRAMS)
async def test_without_a_program_it_stays_closed(programs: Path, tmp_path: Path, name: str) -> None:
    (programs / name).unlink()
    trouble = await examine(tmp_path / "scratch")
    assert isinstance(trouble, Trouble)
    assert trouble.found == f"{name} is not installed"
    assert "apt install" in trouble.mend
    assert await open_sandbox(tmp_path / "scratch") is None


@pytest.mark.parametrize("said", REFUSALS)
async def test_where_bubblewrap_refuses_it_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text(f'#!/bin/sh\necho "bwrap: {said}" >&2; exit 1\n')
    refusing.chmod(0o755)
    monkeypatch.setattr("workers.sandbox.command.BUBBLEWRAP", str(refusing))
    trouble = await examine(tmp_path / "scratch")
    assert isinstance(trouble, Trouble)
    assert REFUSALS[said] in trouble.mend


async def test_a_wall_that_does_not_stand_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bubblewrap that runs the command with no wall at all is no sandbox."""
    pretending = tmp_path / "bwrap"
    pretending.write_text(
        '#!/bin/sh\nwhile [ "$1" != prlimit ]; do shift; done\ncd /tmp; exec "$@"\n'
    )
    pretending.chmod(0o755)
    monkeypatch.setattr("workers.sandbox.command.BUBBLEWRAP", str(pretending))
    trouble = await examine(tmp_path / "scratch")
    assert isinstance(trouble, Trouble)
    assert trouble.found.startswith("the sandbox has no ")


async def test_without_a_toolchain_it_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "installed", lambda: None)
    trouble = await examine(tmp_path / "scratch")
    assert trouble == Trouble("the toolchain is not installed", "run 'make toolchain'")


async def test_a_machine_without_a_filter_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    trouble = await examine(tmp_path / "scratch")
    assert isinstance(trouble, Trouble)
    assert "riscv64" in trouble.found


async def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    hidden = scratch / "run-dead" / "code" / "closed" / "in"
    hidden.mkdir(parents=True)
    (hidden / "file").write_text("left")
    os.chmod(hidden.parent, 0)
    deep = os.open(scratch / "run-dead" / "code", os.O_RDONLY)
    for _ in range(60):  # more than any path may be long
        os.mkdir("d" * 100, dir_fd=deep)
        inner = os.open("d" * 100, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(deep)
    opened = await open_sandbox(scratch)
    assert opened is not None
    assert list(scratch.iterdir()) == []


async def test_what_another_worker_uses_is_left(sandbox: Sandbox) -> None:
    async with sandbox.workspace(None) as workspace:
        workspace.write("a.txt", "kept")
        assert await open_sandbox(sandbox.scratch) is not None
        assert workspace.read("a.txt") == b"kept"
    assert list(sandbox.scratch.iterdir()) == []
