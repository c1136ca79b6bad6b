"""A file of tests that cannot be loaded, as a test that fails. Pure."""

from __future__ import annotations

import re
from posixpath import normpath

from workers.runners.base import Ended, Frame
from workers.sandbox import CODE

_PLACE = re.compile(r'(?:File "|\(|^|\s)((?:[\w.@+-]*/)*[\w.@+-]+\.\w+)(?:", line |:)(\d+)', re.M)
"""A place in what a tool prints: 'File "a.py", line 3' and 'a.go:3'."""
_SAID = re.compile(r"^E +([A-Z]\w*)(?:: (.*))?$", re.M)
"""The error that pytest ends a traceback with, and its message."""


def unloaded(path: str, why: str) -> Ended:
    """`why` is what the runner printed; frames may be of files that are not ours."""
    found = _SAID.findall(why)
    kind, message = found[-1] if found else ("Error", "")
    frames = []
    for place, line in _PLACE.findall(why):
        inner = place.removeprefix(f"{CODE}/").removeprefix("./")
        # The compiler of Go names files as they are called in their folder.
        frames += [Frame(each, int(line), "") for each in (normpath(f"{path}/{inner}"), inner)]
    lines = [line.strip() for line in why.splitlines() if line.strip()]
    said = message or next((line for line in lines if _PLACE.search(line)), (lines or [""])[0])
    return Ended(path, "failed", kinds=(kind,), message=said[:2000], frames=tuple(frames))
