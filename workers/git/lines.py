"""Where lines of a file went in another version of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pygit2

from workers.git.mirror import CorruptMirror, Mirror


@dataclass(frozen=True, slots=True)
class Altered:
    """`old_lines` lines from `old_start` on became `new_lines` from `new_start` on; 1-based."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int

    @property
    def after(self) -> int:
        """The last line that stands before it, or 0."""
        return self.old_start - 1 if self.old_lines else self.old_start


def altered(before: str, after: str) -> list[Altered]:
    """What differs, in order, without the lines around it."""
    patch = pygit2.Patch.create_from(_raw(before), _raw(after), context_lines=0, interhunk_lines=0)
    return [Altered(h.old_start, h.old_lines, h.new_start, h.new_lines) for h in patch.hunks]


def follow(before: str, after: str, start: int, end: int) -> int | None:
    """The line at which lines `start` to `end` begin now; None where one of them was changed or
    removed, or something was put between them."""
    shift = 0
    for each in altered(before, after):
        if each.after >= end:
            break
        if each.after + each.old_lines >= start:
            return None
        shift += each.new_lines - each.old_lines
    return start + shift


def first_altered(before: str, after: str, start: int, end: int) -> int:
    """The first of lines `start` to `end` that was changed or removed, or after which something was
    put; `start` where none was."""
    for each in altered(before, after):
        if each.after < end and each.after + each.old_lines >= start:
            return max(each.after + bool(each.old_lines), start)
    return start


def blob_text(mirror: Path, commit: str, path: bytes) -> str | None:
    """A file at a commit; None where there is none, or no such commit here."""
    try:
        with Mirror(mirror) as opened:
            found = opened.file_at(commit, path) if opened.has_commit(commit) else None
    except CorruptMirror:
        return None
    return found[1].decode("utf-8", "replace") if found else None


def _raw(text: str) -> bytes:
    """A last line without its end is the same line; and no byte makes it binary to git."""
    ended = text if text.endswith("\n") or not text else text + "\n"
    return ended.replace("\0", "\ufffd").encode(errors="replace")
