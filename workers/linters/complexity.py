"""Complexity: functions that ask more of a reader than almost any other does. An opinion."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.languages import complexity
from workers.linters.base import Desk, Linter, Report, Rule, Source

RULES = {"too-complex": Rule("complexity", "low", in_tests=False)}
TOO_COMPLEX = 80
"""Cognitive complexity: five times what is usually allowed, so that it is about outliers alone."""


async def look(desk: Desk, sources: Sequence[Source]) -> list[Report]:
    return await asyncio.to_thread(_look, sources)


def _look(sources: Sequence[Source]) -> list[Report]:
    found = (_worst(source) for source in sources if source.parts and not source.quiet)
    return [report for report in found if report is not None]


def _worst(source: Source) -> Report | None:
    """One for a file: who mends it sees the others."""
    measured = complexity.measure(source.language, source.text)
    if measured is None:
        return None
    functions = [part for part in source.parts if part.kind in ("function", "method")]
    counted = [
        (measured.of_lines(part.start_line, part.end_line).cognitive, part) for part in functions
    ]
    most, part = max(counted, key=lambda each: each[0], default=(0, None))
    if part is None or most < TOO_COMPLEX:
        return None
    said = f"{part.symbol} has a cognitive complexity of {most}: branches lie deep in branches."
    line, rule = part.start_line, "too-complex"
    return Report("complexity", rule, source.path, line, line, said, RULES[rule])


LINTER = Linter("complexity", lambda source: bool(source.parts), look, RULES)
