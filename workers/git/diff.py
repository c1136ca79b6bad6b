"""The diff of a pull request as GitHub shows it: from where it parted to its head, with renames and
three lines around each change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workers.git.commits import file_name
from workers.git.run import GitFailed, git_within

SECONDS = 60.0

_ASKED = (
    *("-c", "core.quotePath=false", "-c", "core.bigFileThreshold=4m", "diff-tree", "-r", "-p"),
    *("--find-renames", "--unified=3", "--no-ext-diff", "--no-textconv", "--no-color"),
)
_HUNK = re.compile(rb"^@@ -(?:\d+)(?:,(?:\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_RENAMED = re.compile(rb"^rename from (.*?)\n(?:.*\n)*?rename to (.*?)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a file: `hunks` are its lines after the change, 1-based and inclusive.
    `before` is where it was before, '' for a new one."""

    path: str
    before: str
    hunks: tuple[tuple[int, int], ...]

    def hunk(self, line: int) -> int | None:
        """Which of them has a line; None where it is not shown."""
        inside = (number for number, (a, b) in enumerate(self.hunks) if a <= line <= b)
        return next(inside, None)


def shown(mirror: Path, base: str, head: str) -> dict[str, Shown]:
    """By path after the change; what is gone is not there. Raises GitFailed, also where git takes
    too long, or has more to say than anybody reads."""
    said, whole = git_within(SECONDS, *_ASKED, base, head, mirror=mirror)
    if not whole:
        raise GitFailed("the diff is too large")
    return {each.path: each for each in _files(said)}


def _files(said: bytes) -> Iterator[Shown]:
    for part in re.split(rb"^diff --git ", said, flags=re.MULTILINE)[1:]:
        head, at, body = part.partition(b"\n@@ ")
        path, before = file_name(head, b"+++ ", b"b/"), file_name(head, b"--- ", b"a/")
        if not at and (renamed := _RENAMED.search(head)):
            before, path = _unsaid(renamed[1]), _unsaid(renamed[2])
        if path:
            yield Shown(path, before, tuple(_hunks(at + body)))


def _unsaid(name: bytes) -> str:
    """A name that stands there without its side."""
    sided = b'"a/' + name[1:] if name.startswith(b'"') else b"a/" + name
    return file_name(b"--- " + sided, b"--- ", b"a/")


def _hunks(body: bytes) -> Iterator[tuple[int, int]]:
    for match in _HUNK.finditer(body):
        start, count = int(match[1]), int(match[2]) if match[2] else 1
        if count:
            yield start, start + count - 1
