"""Changes of texts: a tool's safe fix as a unified diff, which `git apply` takes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from workers.linters.base import Edit


def mended(path: str, text: str, edits: Sequence[Edit]) -> str | None:
    """None where the edits do not fit the text, or change nothing."""
    if "\ufffd" in text:  # not as the file has it
        return None
    starts = _starts(text)
    spans = []
    for edit in edits:
        first, last = _offset(starts, text, edit.start), _offset(starts, text, edit.end)
        if first is None or last is None or last < first:
            return None
        spans.append((first, last, edit.text))
    made, end = text, len(text) + 1
    for first, last, new in sorted(spans, reverse=True):
        if last > end:
            return None
        made, end = made[:first] + new + made[last:], first
    return unified(path, text, made) if made != text else None


def unified(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        _lines(before),
        _lines(after),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """As git counts them: other characters that end a line for Python do not."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _offset(starts: Sequence[int], text: str, place: tuple[int, int]) -> int | None:
    """Where a place, 1-based, is in the text."""
    line, column = place
    if not 1 <= line < len(starts) or column < 1:
        return None
    at = starts[line - 1] + column - 1
    return at if at <= min(starts[line], len(text)) else None


def added_lines(before: str, after: str) -> frozenset[int]:
    """The lines of a text, 1-based, that another has not."""
    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return frozenset(
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for number in range(start, end)
    )
