"""Comments that tell analysers to be silent.

One that was there before is obeyed for mistakes in the code: somebody looked, and decided. It is
not obeyed where security is at stake, nor where the change at hand adds it: those are the two ways
in which a problem gets past everybody else's analysers. What is hidden so is shown as a suspicion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.linters.base import Report

_COMMENT = re.compile(
    r"(?:#|//|/\*|--)\s*(?:(?P<file>ruff:\s*noqa|flake8:\s*noqa|mypy:\s*ignore-errors|"
    r"@ts-nocheck|eslint-disable(?![-\w]))|(?P<next>eslint-disable-next-line|@ts-ignore|"
    r"@ts-expect-error|shellcheck\s+disable|hadolint\s+ignore)|"
    r"(?P<line>noqa|nosec|nosemgrep|type:\s*ignore|pylint:\s*disable|eslint-disable-line|"
    r"nolint|NOSONAR|noinspection|pyright:\s*ignore))\b(?P<codes>[^\n]*)",
    re.I,
)
_LONGEST_LINE = 2_000
_TOOLS = {"noqa": "ruff", "eslint": "eslint", "shellcheck": "shellcheck", "hadolint": "hadolint"}
"""Whose rules a comment names, by a word of it."""
_CODE = re.compile(r"[A-Za-z@][\w@/.-]*\d*")


Comment = tuple[int, re.Match[str]]
"""Its line, 1-based, and what it says."""


def comments(lines: Sequence[str]) -> list[Comment]:
    """Those that tell an analyser to be silent; lines that no person wrote have none."""
    return [
        (number, found)
        for number, line in enumerate(lines, start=1)
        if len(line) < _LONGEST_LINE and (found := _COMMENT.search(line))
    ]


def hiding(report: Report, written: Sequence[Comment]) -> int:
    """The line of the comment that hides a report, 0 for none."""
    for number, found in written:
        if _covers(found, number, report) and _names(found, report):
            return number
    return 0


def _covers(found: re.Match[str], number: int, report: Report) -> bool:
    if found["file"]:
        return found.string.lstrip().startswith(("#", "//", "/*")) and number <= report.start_line
    if found["next"]:
        return number == report.start_line - 1
    own_line = not found.string[: found.start()].strip()
    return number in (report.start_line, report.end_line) or (
        own_line and number == report.start_line - 1
    )


def _names(found: re.Match[str], report: Report) -> bool:
    """Whether a comment means this rule: one that names rules of its tool means those alone. What
    another tool calls the same thing is not known here, so that its comment counts."""
    word = (found["file"] or found["next"] or found["line"]).lower()
    tool = next((name for begin, name in _TOOLS.items() if begin in word), "")
    named = _CODE.findall(found["codes"].partition("--")[0]) if tool == report.tool else []
    if tool == "ruff" and not found["codes"].lstrip().startswith(":"):
        named = []  # what follows without a colon is prose
    return not named or any(report.rule.upper().startswith(each.upper()) for each in named)
