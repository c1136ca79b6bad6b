"""Tricks on what a command leaves for us to read: none leads out of the workspace, or hangs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.sandbox import Limits, Workspace

TRICKS = {
    "a link to a file of the host": "ln -s /etc/hostname out",
    "a link to a file of the host, by a way up": "ln -s ../../../../../../etc/hostname out",
    "a link to the memory of whoever reads": "ln -s /proc/self/environ out",
    "a link to itself": "ln -s out out",
    "a pipe that nobody writes to": "mkfifo out",
    "a folder": "mkdir out",
    "a socket": "python -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"out\")'",
    "a device": "mknod out c 1 5 || cp -a /dev/zero out",
    "a hard link to a file of the system": "ln /etc/passwd out || ln /usr/bin/id out",
    "a hard link to a file of the toolchain": 'ln "$(command -v pytest)" out',
}


@pytest.mark.parametrize("trick", TRICKS)
async def test_nothing_is_read_through(workspace: Workspace, trick: str) -> None:
    await workspace.run(["/bin/sh", "-c", TRICKS[trick]], limits=Limits())
    assert workspace.read("out") is None
    assert workspace.names() == []


async def test_a_folder_of_the_host_is_not_read_through_a_link(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    script = f"ln -s {tmp_path} way; mkdir in; ln -s .. in/up"
    await workspace.run(["/bin/sh", "-c", script], limits=Limits())
    assert workspace.read("way/secret") is None
    assert workspace.read("in/up/way/secret") is None
    with pytest.raises(ValueError, match="link"):
        workspace.write("way/ours", "x")
    assert not (tmp_path / "ours").exists()
    with pytest.raises(ValueError, match="no folder"):
        workspace.take("way", tmp_path / "taken")


async def test_a_large_file_is_read_in_part(workspace: Workspace) -> None:
    await workspace.run(["truncate", "--size", "200M", "out"], limits=Limits())
    assert len(workspace.read("out", most=1000) or b"") == 1000


async def test_names_that_are_no_text_do_no_harm(workspace: Workspace) -> None:
    script = "import os; open(b'\\xff\\n\\x1b[2J', 'w'); open('\\u202ea', 'w')"
    result = await workspace.run(["python", "-c", script], limits=Limits())
    assert result.ok, result.stderr
    assert len(workspace.names()) == 2
    for name in workspace.names():
        assert workspace.read(name) == b""


async def test_output_that_is_no_text_is_told_as_text(workspace: Workspace) -> None:
    result = await workspace.run(["printf", r"\377a\033[2J"], limits=Limits())
    assert result.stdout == "\ufffda\x1b[2J"


async def test_more_files_than_allowed_are_not_left(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.sandbox.watch.ENTRIES", 500)
    script = "n = 0\nwhile True:\n    n += 1\n    open(str(n), 'w').close()"
    result = await workspace.run(["python", "-c", script], limits=Limits(processes=8))
    assert result.status == "too_much_disk"


async def test_a_workspace_without_any_rights_is_removed(workspace: Workspace) -> None:
    script = "mkdir -p a/b/c; touch a/b/c/d; chmod -R 000 a; chmod 000 ."
    assert (await workspace.run(["/bin/sh", "-c", script], limits=Limits())).ok
    assert os.geteuid() == 0 or workspace.read("a/b/c/d") is None
