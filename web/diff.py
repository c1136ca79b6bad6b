"""A patch as a page shows it: lines with their numbers before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`kind` is 'added', 'removed', 'same', 'hunk' or 'file'; a number is '' where it has none."""

    kind: str
    text: str
    old: str = ""
    new: str = ""


def diff_lines(patch: str) -> Iterator[DiffLine]:
    """Of a unified diff. What is in no hunk is a head, whatever it begins with."""
    old = new = left_old = left_new = 0
    for text in patch.removesuffix("\n").split("\n") if patch else ():
        hunk = _HUNK.match(text)
        if left_old <= 0 and left_new <= 0:
            if hunk:
                old, new = int(hunk[1]), int(hunk[3])
                left_old, left_new = int(hunk[2] or 1), int(hunk[4] or 1)
            yield DiffLine("hunk" if hunk else "file", text)
        elif text.startswith("+"):
            yield DiffLine("added", text, "", str(new))
            new, left_new = new + 1, left_new - 1
        elif text.startswith("-"):
            yield DiffLine("removed", text, str(old))
            old, left_old = old + 1, left_old - 1
        elif text.startswith("\\"):
            yield DiffLine("file", text)
        else:
            yield DiffLine("same", text, str(old), str(new))
            old, new, left_old, left_new = old + 1, new + 1, left_old - 1, left_new - 1
