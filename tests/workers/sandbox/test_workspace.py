"""Commands in the sandbox: what they may do, and what ends them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from workers.sandbox import Limits, Sandbox, Workspace


async def test_a_command_runs_in_a_private_copy_of_the_code(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.txt").write_text("before")
    async with sandbox.workspace(tmp_path / "code") as workspace:
        result = await workspace.run(
            ["/bin/sh", "-c", "cat a.txt; echo after > a.txt"], limits=Limits()
        )
        assert (result.ok, result.stdout) == (True, "before")
        assert workspace.read("a.txt") == b"after\n"
    assert (tmp_path / "code" / "a.txt").read_text() == "before"
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_a_command_that_takes_too_long_is_ended_with_its_children(
    workspace: Workspace,
) -> None:
    script = "trap '' TERM; sleep 600 & sleep 600"
    result = await workspace.run(["/bin/sh", "-c", script], limits=Limits(wall_seconds=0.5))
    assert (result.status, result.exit_code) == ("timed_out", -1)


async def test_endless_output_is_cut(workspace: Workspace) -> None:
    result = await workspace.run(["/bin/sh", "-c", "yes"], limits=Limits(output_kib=64))
    assert result.status == "too_much_output"
    assert len(result.stdout) == 64 * 1024


async def test_a_cancelled_command_leaves_nothing_running(workspace: Workspace) -> None:
    running = asyncio.create_task(
        workspace.run(["/bin/sh", "-c", "echo > began; sleep 600"], limits=Limits())
    )
    while workspace.read("began") is None:
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "link/passwd", ""])
async def test_nothing_is_read_or_written_outside_the_workspace(
    workspace: Workspace, path: str
) -> None:
    await workspace.run(["/bin/ln", "-s", "/etc", "link"], limits=Limits())
    assert workspace.read(path) is None
    with pytest.raises((ValueError, OSError)):
        workspace.write(path, "x")


async def test_processor_seconds_are_those_of_all_processes(workspace: Workspace) -> None:
    script = """
import os, time
children = [os.fork() for _ in range(2)]
if 0 in children:
    while time.process_time() < 0.2:
        pass
    os._exit(0)
for child in children:
    os.waitpid(child, 0)
time.sleep(0.3)
"""
    result = await workspace.run(["python", "-c", script], limits=Limits())
    assert result.ok, result.stderr
    assert 0.4 <= result.cpu_seconds < result.seconds + 1.0


async def test_a_file_that_was_written_belongs_to_the_command(workspace: Workspace) -> None:
    workspace.write("folder/a.txt", "before")
    script = "echo after > folder/a.txt && echo b > folder/b.txt && id -u"
    result = await workspace.run(["/bin/sh", "-c", script], limits=Limits())
    assert (result.stderr, result.stdout) == ("", "1000\n")
    assert workspace.read("folder/a.txt") == b"after\n"


async def test_more_folders_are_seen_and_not_written_to(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("seen")
    result = await workspace.run(
        ["/bin/sh", "-c", "cat /deps/a.txt; echo x > /deps/a.txt || echo refused"],
        limits=Limits(),
        mounts={"/deps": tmp_path / "more"},
    )
    assert result.stdout == "seenrefused\n"


async def test_python_and_node_are_found_on_the_path(workspace: Workspace) -> None:
    script = "python -m pytest --version && node --version"
    result = await workspace.run(["/bin/sh", "-c", script], limits=Limits(memory_mib=512))
    assert result.ok, result.stderr


async def test_an_exit_code_tells_the_signal_that_ended_a_command(workspace: Workspace) -> None:
    result = await workspace.run(["/bin/sh", "-c", "kill -SEGV $$"], limits=Limits())
    assert (result.status, result.exit_code, result.stderr) == ("exited", 139, "")


async def test_what_belongs_to_git_is_not_copied(sandbox: Sandbox, tmp_path: Path) -> None:
    for name in (".git", "vendored/.git", "kept"):
        (tmp_path / "code" / name).mkdir(parents=True)
    async with sandbox.workspace(tmp_path / "code") as workspace:
        result = await workspace.run(["/usr/bin/find"], limits=Limits())
    assert sorted(result.stdout.split()) == [".", "./kept", "./vendored"]


def test_what_the_shell_uses_for_itself_is_never_what_a_command_is_given() -> None:
    """A process with few open files has descriptors of one digit to give."""
    code = "from workers.sandbox.child import sealed; print(sealed(b''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 9
