"""Runs in the sandbox: tries one draft after another against a test, in a fork of its own each.

The test runner and its plugins are imported once; the repository's code only in the forks.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUIET = ["-q", "--no-header", "--tb=no", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
FAILED = 1
FURTHER = 40


def main() -> None:
    settings = json.loads((HERE / "drafts.json").read_text())
    until = time.monotonic() + settings["seconds"]
    warm()
    bare = first(settings) != FAILED
    with (HERE / "tried.jsonl").open("a") as results:
        last, passed = len(settings["drafts"]), 0
        for at, draft in enumerate(settings["drafts"]):
            if time.monotonic() > until or passed == settings["enough"] or at > last:
                return
            code = trial(draft, settings, bare=bare)
            passed += code == 0
            # What seems much worse than one that passes is hardly better.
            last = min(last, at + FURTHER) if code == 0 else last
            results.write(json.dumps({"at": at, "exit": code}) + "\n")
            results.flush()


def warm() -> None:
    """Import what each fork would import otherwise."""
    import pytest  # noqa: F401

    for plugin in importlib.metadata.entry_points(group="pytest11"):
        with suppress(Exception):
            plugin.load()


def first(settings: dict[str, Any]) -> int:
    """How the test ends on the code as it is: it fails, unless the repository asks its test runner
    for what is not there."""
    return trial({}, settings, bare=False)


def trial(draft: dict[str, str], settings: dict[str, Any], *, bare: bool) -> int:
    before = {path: Path(path).read_bytes() for path in draft}
    try:
        for path, text in draft.items():
            Path(path).write_bytes(text.encode(errors="surrogateescape"))
        return forked(settings, bare=bare)
    finally:
        for path, raw in before.items():
            Path(path).write_bytes(raw)


def forked(settings: dict[str, Any], *, bare: bool) -> int:
    """The exit code of pytest; -1 where it took too long."""
    child = os.fork()
    if child == 0:
        play(settings["test"], bare=bare)
    until = time.monotonic() + settings["each_seconds"]
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def play(test: str, *, bare: bool) -> None:
    """Does not return. An exit without our leave counts as a failure."""
    code = 70
    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        import pytest

        sys.path.insert(0, str(Path.cwd()))
        code = int(pytest.main([*QUIET, *(["-o", "addopts="] if bare else []), test]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
