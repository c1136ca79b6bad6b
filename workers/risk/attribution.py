"""Which definitions each commit changed, by the lines of its patch.

Commits are read from the newest to the oldest. The lines where a definition stands today are moved
back through every patch, so that an old commit is asked about the lines where it stood then.
Branches that were merged are read by date as if they were one line of commits, so that old lines
may be a little off; a definition that is gone today has no past here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.db.commits import Commit
from workers.git import Patched
from workers.risk.past import Touch, touch

Key = tuple[str, str]
"""A path as it is today, and a qualified name in it."""


@dataclass(slots=True)
class Stretch:
    """Lines of a definition as they were before the patches that were read; 1-based, inclusive.
    None are left where it was not there yet."""

    key: Key
    start: int
    end: int


def of_symbols(
    patches: Iterable[tuple[str, Sequence[Patched]]],
    commits: Mapping[str, Commit],
    spans: Mapping[str, Sequence[tuple[str, int, int]]],
) -> dict[Key, list[Touch]]:
    """What happened to definitions, the oldest first. `patches` are the newest first, `spans` are
    (qualified name, first line, last line) by path as they are today."""
    standing = {
        path: [Stretch((path, name), start, end) for name, start, end in found]
        for path, found in spans.items()
    }
    touched: dict[Key, list[Touch]] = {}
    for sha, hunks in patches:
        of_path: dict[tuple[str, str], list[Patched]] = {}
        for hunk in hunks:
            of_path.setdefault((hunk.path, hunk.old_path), []).append(hunk)
        for (path, old_path), own in of_path.items():
            stretches = standing.pop(path, None)
            if stretches is None:
                continue
            for key, (added, deleted) in _changed(stretches, own).items():
                touched.setdefault(key, []).append(touch(commits[sha], added, deleted))
            if old_path:
                standing.setdefault(old_path, _before(stretches, own))
    return {key: sorted(found, key=lambda t: t.at) for key, found in touched.items()}


def _changed(stretches: Sequence[Stretch], hunks: Sequence[Patched]) -> dict[Key, tuple[int, int]]:
    """Lines added and deleted in each."""
    found: dict[Key, tuple[int, int]] = {}
    for each in stretches:
        added = deleted = 0
        for hunk in hunks:
            first, last = hunk.start, hunk.start + hunk.added - 1
            inside = min(last, each.end) - max(first, each.start) + 1
            if hunk.added and inside > 0:
                added += inside
                deleted += hunk.deleted
            elif not hunk.added and each.start <= hunk.start < each.end:
                deleted += hunk.deleted
        if added or deleted:
            found[each.key] = added, deleted
    return found


def _before(stretches: Sequence[Stretch], hunks: Sequence[Patched]) -> list[Stretch]:
    """Where they stood before the patch; those that it brought are gone."""
    moved = []
    for each in stretches:
        start, end = _line(each.start, hunks, True), _line(each.end, hunks, False)
        if start <= end:
            moved.append(Stretch(each.key, start, end))
    return moved


def _line(line: int, hunks: Sequence[Patched], is_first: bool) -> int:
    """A line's number before the patch. One that the patch added gives way to the next line that
    was there, or to the last one before."""
    shift = 0
    for hunk in hunks:
        first, last = hunk.start, hunk.start + hunk.added - 1
        if not hunk.added:
            if line <= hunk.start:
                break
        elif line < first:
            break
        elif line <= last:
            # What was replaced stood where the hunk says; pure additions were nowhere.
            below = hunk.old_start + max(hunk.deleted, 1) - (1 if hunk.deleted else 0)
            at = hunk.old_start if hunk.deleted else hunk.old_start + 1
            return at if is_first else (below if hunk.deleted else hunk.old_start)
        shift += hunk.deleted - hunk.added
    return line + shift
