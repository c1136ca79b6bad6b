"""Phrases and regular expressions, matched against the text of files as it is stored.

The expressions are people's. RE2 takes time in proportion to the text, whatever is asked for, and
compiles within a limit of memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import re2

from core.errors import UserError
from workers.retrieve.literals import phrase_terms, regex_terms

LONGEST = 1000
"""Characters of one expression."""

MOST_IN_A_FILE = 400
"""Matches; what is beyond them is left out."""
_MOST_TRIED = 10_000
_MEMORY = 8 << 20

Spans = tuple[tuple[int, int], ...]
"""Columns of one line in characters, from 0, the end not included."""

Matched = Mapping[int, Spans]
"""Where something matches, by the number of the line, from 1."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Matches UTF-8. A file in which it matches has all of `terms`."""

    compiled: Any
    terms: frozenset[str]


def phrase(text: str) -> Expression:
    """Finds the text as it stands. Raises UserError where it is too long."""
    _require_short(text)
    return Expression(_compiled(re2.escape(text)), phrase_terms(text))


def regex(pattern: str) -> Expression:
    """'^' and '$' fit at the ends of each line. Raises UserError for what is no expression."""
    _require_short(pattern)
    try:
        # By itself first: what is put before it must not make an expression of it.
        _compiled(pattern)
        compiled = _compiled(f"(?m){pattern}")
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args else "it does not compile"
        raise UserError(
            f"/{pattern}/ is no regular expression of RE2's: {reason}. Mend it, or put the text "
            "in double quotes to search for it as it stands."
        ) from error
    return Expression(compiled, regex_terms(pattern))


def _require_short(text: str) -> None:
    if len(text) > LONGEST:
        raise UserError(
            f"An expression of {len(text)} characters is too long; {LONGEST} is the limit."
        )


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern.encode(errors="replace"), options)


def has_any(text: bytes, expressions: Sequence[Expression]) -> bool:
    return any(each.compiled.search(text) for each in expressions)


def matched_lines(text: bytes, expressions: Sequence[Expression]) -> Matched:
    """Lines on which any matches, where all of them match somewhere; otherwise none."""
    if not all(each.compiled.search(text) for each in expressions):
        return {}
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")).tolist()
    found: dict[int, list[tuple[int, int]]] = {}
    for each in expressions:
        for start, end in islice(_matches(each, text), MOST_IN_A_FILE):
            for number, span in _on_lines(text, ends, start, end):
                found.setdefault(number, []).append(span)
    return {number: _merged(found[number]) for number in sorted(found)}


def _matches(expression: Expression, text: bytes) -> Iterator[tuple[int, int]]:
    """Those of no length say nothing about a place."""
    for match in islice(expression.compiled.finditer(text), _MOST_TRIED):
        if match.end() > match.start():
            yield match.span()


def _on_lines(
    text: bytes, ends: Sequence[int], start: int, end: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """A match of bytes as columns of the lines that it covers."""
    first, last = bisect_left(ends, start), bisect_left(ends, end - 1)
    for number in range(first, last + 1):
        line_start = ends[number - 1] + 1 if number else 0
        line_end = ends[number] if number < len(ends) else len(text)
        edges = max(start, line_start), min(end, line_end)
        columns = [len(text[line_start:edge].decode(errors="replace")) for edge in edges]
        yield number + 1, (columns[0], columns[1])


def _merged(spans: Sequence[tuple[int, int]]) -> Spans:
    """In order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)
