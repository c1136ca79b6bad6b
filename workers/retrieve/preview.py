"""The lines of a place that say why it was found, and what in them to highlight."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from workers.index.terms import identifier_terms
from workers.retrieve.exact import Spans
from workers.retrieve.spots import Place

CONTEXT = 2
"""Lines shown before and after those that match."""

MOST_LINES = 12
WINDOW = 6
"""Lines shown of a place that is there for its words."""

LONGEST_LINE = 240
_BEFORE = 40
"""Characters of a longer line that are kept before the first thing highlighted."""

_WORD = re.compile(r"[^\W\d][\w$]*|\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """`spans` are columns of `text`, which may be part of the line."""

    number: int
    text: str
    spans: Spans


def preview(place: Place, lines: Sequence[str], terms: Collection[str]) -> list[Line]:
    """Of the lines of the place's file. `terms` are those that the search ranks by."""
    if place.matched is not None:
        first = max(1, place.start_line - CONTEXT)
        last = min(len(lines), place.end_line + CONTEXT, first + MOST_LINES - 1)
        found = place.matched
    else:
        spans = {n: highlighted(lines[n - 1], terms) for n in _numbers(place, lines)}
        first = _window(place, {number: len(of_line) for number, of_line in spans.items()})
        last = min(len(lines), place.end_line, first + WINDOW - 1)
        while last > first and not lines[last - 1].strip():
            last -= 1
        found = spans
    return [cut(n, lines[n - 1], found.get(n, ())) for n in range(first, last + 1)]


def highlighted(line: str, terms: Collection[str]) -> Spans:
    """The identifiers of a line that have any of the terms."""
    return tuple(
        word.span()
        for word in _WORD.finditer(line)
        if any(term in terms for term in identifier_terms(word[0]))
    )


def _numbers(place: Place, lines: Sequence[str]) -> range:
    return range(place.start_line, min(len(lines), place.end_line) + 1)


def _window(place: Place, weights: dict[int, int]) -> int:
    """The first line of the window that has most; where the start has anything, the start."""
    if weights.get(place.start_line) or not any(weights.values()):
        return place.start_line
    starts = range(place.start_line, max(place.start_line, place.end_line - WINDOW + 1) + 1)
    return max(starts, key=lambda n: sum(weights.get(n + i, 0) for i in range(WINDOW)))


def cut(number: int, text: str, spans: Spans) -> Line:
    """Of a line that nobody wrote by hand, the part around what matters."""
    text = text.rstrip("\r")
    if len(text) <= LONGEST_LINE:
        return Line(number, text, spans)
    start = max(0, spans[0][0] - _BEFORE) if spans and spans[0][1] > LONGEST_LINE else 0
    end = start + LONGEST_LINE
    inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end)
    return Line(number, text[start:end], inside)
