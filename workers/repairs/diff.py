"""A unified diff from a model, or a tool: hostile text, taken apart strictly, and small or refused.

Nothing is created, deleted, renamed or made executable. Hunks are found by their text, for models
count lines badly; a hunk that fits nowhere, or in several places, refuses the whole diff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workers.linters.patch import unified

MOST_LINES = 30
"""Added and removed together."""
MOST_FILES = 3
_LONGEST = 20_000
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")
_SKIPPED = ("diff --git ", "index ")


class Refused(Exception):
    """Why a diff is not taken, in words that a model or a person can use."""


def applied(diff: str, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of changed files. `files` are those that may be changed, by path. Raise Refused."""
    if len(diff) > _LONGEST:
        raise Refused("The diff is too long.")
    changed = fitted(diff.replace("\r\n", "\n"), files)
    _require_small(changed, files)
    return changed


def fitted(diff: str, files: Mapping[str, str]) -> dict[str, str]:
    """As `applied`, of any size."""
    changed: dict[str, str] = {}
    for path, hunks in _files(diff.split("\n")):
        if path not in files:
            raise Refused(f"'{path[:200]}' may not be changed.")
        if path in changed:
            raise Refused(f"'{path}' is there twice.")
        text = files[path]
        for hunk in hunks:
            text = _with(text, hunk)
        if text != files[path]:
            changed[path] = text
    return changed


def told(changed: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The diff as we write it, whatever it was made from."""
    return "".join(unified(path, files[path], text) for path, text in sorted(changed.items()))


def size(changed: Mapping[str, str], files: Mapping[str, str]) -> int:
    """Lines added and removed."""
    body = [line for path, text in changed.items() for line in _body(path, files[path], text)]
    return sum(line.startswith(("+", "-")) for line in body)


def _body(path: str, before: str, after: str) -> list[str]:
    return unified(path, before, after).splitlines()[2:]


def _require_small(changed: Mapping[str, str], files: Mapping[str, str]) -> None:
    if not changed:
        raise Refused("The diff changes nothing.")
    if len(changed) > MOST_FILES:
        raise Refused(f"The diff changes more than {MOST_FILES} files.")
    if size(changed, files) > MOST_LINES:
        raise Refused(f"The diff changes more than {MOST_LINES} lines.")


_Hunk = tuple[int, list[str]]


def _files(lines: list[str]) -> Iterator[tuple[str, list[_Hunk]]]:
    at = 0
    while at < len(lines):
        if lines[at].startswith(_SKIPPED) or not lines[at].strip():
            at += 1
            continue
        path = _path(lines, at)
        hunks: list[_Hunk] = []
        at += 2
        while at < len(lines) and (head := _HUNK.match(lines[at])):
            body = list(_until_next(lines, at + 1))
            hunks.append((int(head[1]), _trimmed(body)))
            at += 1 + len(body)
        if not hunks:
            raise Refused("A file of the diff has no hunk.")
        yield path, hunks


def _path(lines: list[str], at: int) -> str:
    """Both names are the same file, which is there before and after."""
    pair = [line.partition("\t")[0].rstrip() for line in lines[at : at + 2]]
    if len(pair) < 2 or not pair[0].startswith("--- a/") or not pair[1].startswith("+++ b/"):
        raise Refused("This is no unified diff with '--- a/path' and '+++ b/path'.")
    if pair[0][6:] != pair[1][6:]:
        raise Refused("The diff renames a file.")
    return pair[0][6:]


def _until_next(lines: list[str], at: int) -> Iterator[str]:
    for number in range(at, len(lines)):
        line = lines[number]
        is_next_file = line.startswith("--- a/") and lines[number + 1 : number + 2] != []
        if line.startswith(("@@ ", *_SKIPPED)) or (
            is_next_file and lines[number + 1].startswith("+++ b/")
        ):
            return
        if line and line[0] not in " +-\\":
            raise Refused(f"A line of the diff begins with '{line[0]}'.")
        yield line


def _trimmed(body: list[str]) -> list[str]:
    """Without empty lines at its end, which are of the reply rather than of the file."""
    kept = [line for line in body if not line.startswith("\\")]
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _with(text: str, hunk: _Hunk) -> str:
    stated, body = hunk
    old = [line[1:] for line in body if not line.startswith("+")]
    new = [line[1:] for line in body if not line.startswith("-")]
    lines = text.split("\n")
    places = [at for at in range(len(lines) - len(old) + 1) if lines[at : at + len(old)] == old]
    if stated - 1 in places:
        places = [stated - 1]
    if not old or len(places) != 1:
        raise Refused("A hunk fits nowhere, or in more than one place: copy its lines exactly.")
    return "\n".join([*lines[: places[0]], *new, *lines[places[0] + len(old) :]])
