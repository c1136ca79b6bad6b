"""Nothing of a command is left: not when it hides, is cancelled, or when its worker is killed."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.sandbox import Limits, Sandbox, Workspace, open_sandbox

DAEMON = """
import os, signal, sys, time
for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("began", "w").close()
        time.sleep(600)
    os._exit(0)
while not os.path.exists("began"):
    time.sleep(0.01)
if sys.argv[1] == "stay":
    time.sleep(600)
print("done", flush=True)
"""
WORKER = """
import asyncio, sys
from pathlib import Path
from workers.sandbox import Limits, open_sandbox

async def main(scratch, mark):
    sandbox = await open_sandbox(Path(scratch))
    async with sandbox.workspace(None) as workspace:
        workspace.write("daemon.py", DAEMON)
        await workspace.run(["python", "daemon.py", "stay", mark], limits=Limits())

asyncio.run(main(*sys.argv[1:]))
""".replace("DAEMON", repr(DAEMON))


@pytest.fixture
def mark() -> str:
    return f"mark-{secrets.token_hex(8)}"


def marked(mark: str) -> list[int]:
    """Processes of this machine whose arguments have the mark, but for bubblewrap's own."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in arguments and b"daemon.py" in arguments:
            found.append(int(folder.name))
    return [pid for pid in found if pid != os.getpid()]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_daemon_that_ignores_signals_ends_with_its_command(
    workspace: Workspace, mark: str
) -> None:
    workspace.write("daemon.py", DAEMON)
    result = await workspace.run(["python", "daemon.py", "leave", mark], limits=Limits())
    assert (result.ok, result.stdout) == (True, "done\n")
    assert result.seconds < 30
    assert marked(mark) == []


async def test_a_daemon_that_ignores_signals_ends_when_time_is_up(
    workspace: Workspace, mark: str
) -> None:
    workspace.write("daemon.py", DAEMON)
    limits = Limits(wall_seconds=2)
    result = await workspace.run(["python", "daemon.py", "stay", mark], limits=limits)
    assert result.status == "timed_out"
    assert marked(mark) == []


async def test_a_cancelled_command_ends_before_its_cancelling_does(
    sandbox: Sandbox, mark: str
) -> None:
    async def run() -> None:
        async with sandbox.workspace(None) as workspace:
            workspace.write("daemon.py", DAEMON)
            await workspace.run(["python", "daemon.py", "stay", mark], limits=Limits())

    running = asyncio.create_task(run())
    await until(lambda: len(marked(mark)) > 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert marked(mark) == []
    assert list(sandbox.scratch.iterdir()) == []


async def test_a_command_ends_when_its_worker_is_killed(tmp_path: Path, mark: str) -> None:
    scratch = tmp_path / "scratch"
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(scratch), mark])
    try:
        # From then on all of its layers stand; one that is cut off earlier ends at the next start.
        await until(lambda: bool(list(scratch.glob("*/code/began"))))
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    killed = time.monotonic()
    await until(lambda: marked(mark) == [])
    assert time.monotonic() - killed < 10
    assert len(list(scratch.iterdir())) == 1
    assert await open_sandbox(scratch) is not None
    assert list(scratch.iterdir()) == []


async def test_what_outlived_its_worker_is_ended_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "scratch" / "run-outlived"
    folder.mkdir(parents=True)
    bind = ["--ro-bind", "/", "/", "--bind", str(folder), "/mnt"]
    with subprocess.Popen(["bwrap", *bind, "/bin/sh", "-c", "echo; sleep 600"], stdout=-1) as left:
        assert left.stdout is not None
        left.stdout.readline()
        assert await open_sandbox(folder.parent) is not None
        assert left.wait(30) != 0
    assert not folder.exists()
