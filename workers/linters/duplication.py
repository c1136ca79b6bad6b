"""Duplication: long stretches of code that stand in two places. An opinion."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from workers.linters.base import Desk, Linter, Report, Rule, Source

RULES = {"copied": Rule("duplication", "low", in_tests=False)}
WINDOW = 40
"""Lines that say something. Shorter copies are often cheaper than what would replace them."""
MOST_LINES = 200_000

_Line = tuple[int, str]  # its number, and what it says


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    return await asyncio.to_thread(_look, sources)


def _look(sources: Sequence[Source]) -> list[Report]:
    """The later place of each pair names the earlier one."""
    seen: dict[int, tuple[Source, int]] = {}
    reports, left = [], MOST_LINES
    for source in sources:
        lines = list(_said(source))
        left -= len(lines)
        if left < 0:
            break
        skip_to = 0
        for start, key in _windows(lines):
            first = seen.setdefault(key, (source, lines[start][0]))
            if start < skip_to or first == (source, lines[start][0]):
                continue
            where, line = first
            if where is source and lines[start][0] - line < 2 * WINDOW:
                continue
            reports.append(_report(source, lines[start][0], where, line))
            skip_to = start + 10 * WINDOW
    return reports


def _said(source: Source) -> Iterator[_Line]:
    """Lines with letters, without white space and without imports."""
    for number, line in enumerate(source.lines, start=1):
        plain = "".join(line.split())
        if sum(each.isalnum() for each in plain) > 2 and not plain.startswith(
            ("import", "from", "#", "//", "*", "use", "package")
        ):
            yield number, plain


def _windows(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Where each stretch begins, and a key of what it says. Tables repeat a line: they are none."""
    for start in range(len(lines) - WINDOW + 1):
        said = tuple(line for _, line in lines[start : start + WINDOW])
        if len(set(said)) > WINDOW * 0.8:
            yield start, hash(said)


def _report(source: Source, line: int, where: Source, other: int) -> Report:
    said = f"At least {WINDOW} lines are the same as those from line {other} of {where.path} on."
    return Report("duplication", "copied", source.path, line, line, said, RULES["copied"])


def _reads(source: Source) -> bool:
    return bool(source.parts) and not source.quiet


LINTER = Linter("duplication", _reads, look, RULES)
