"""Tables of examples: where a function leads from one column to another in almost all rows, it
does in the others too."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import permutations

from ..evaluate import Failed
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_FIRST = 8
_LEAST = 6
_SHARE = 0.8
_MOST_FUNCTIONS = 80
_LONG = 30
_NEARLY = 0.96

Rows = list[tuple[object, ...]]


def trials(pool: Pool) -> Iterator[Trial]:
    functions = [each for each in pool.package.functions if _is_unary(each)][:_MOST_FUNCTIONS]
    for _, rows in pool.harvest.tables:
        if len(rows) < _LEAST:
            continue
        for one, other in permutations(range(len(rows[0])), 2):
            for function in functions:
                if pool.running.late:
                    return
                if _leads(pool, function, rows, one, other):
                    yield from _rows(function, rows, one, other)
                    yield from _variants(pool, function, rows, one, other)


def _is_unary(function: Callable_) -> bool:
    try:
        parameters = [*inspect.signature(function.target).parameters.values()]
    except (TypeError, ValueError):
        return False
    needed = [each for each in parameters if each.default is each.empty]
    return bool(parameters) and len(needed) == 1 and needed[0] is parameters[0]


def _leads(pool: Pool, function: Callable_, rows: Rows, one: int, other: int) -> bool:
    """Whether it does so in most rows, and changes what it is given in some of them."""
    step = max(1, len(rows) // _FIRST)
    for chosen in (rows[::step], rows):
        right = [row for row in chosen if _gives(pool, function, row[one], row[other])]
        changed = [row for row in right if row[one] != row[other]]
        if len(right) < _SHARE * len(chosen) or len(changed) < len(right) / 2:
            return False
    return len(right) >= _LEAST and _tells(right, other)


def _tells(rows: Rows, at: int) -> bool:
    """Whether there are many different values: of two, one is soon right by chance."""
    return len({repr(row[at]) for row in rows}) > len(rows) / 2


def _gives(pool: Pool, function: Callable_, given: object, wanted: object) -> bool:
    made = pool.running.fresh(f"{function.text}({given!r})")
    return not isinstance(made, Failed) and type(made) is type(wanted) and bool(made == wanted)


def _rows(function: Callable_, rows: Rows, one: int, other: int) -> Iterator[Trial]:
    for row in rows:
        yield _row(function, row[one], row[other], "rows")


def _row(function: Callable_, given: object, wanted: object, of: str) -> Trial:
    says = f"`{function.symbol}({given!r})` gives {wanted!r}, as a table of such pairs says"
    body = f"assert {function.text}({given!r}) == {wanted!r}"
    return Trial("tables", function.module, function.symbol, function.line, says, body, of)


def _variants(pool: Pool, function: Callable_, rows: Rows, one: int, other: int) -> Iterator[Trial]:
    """The same with capitals, and with what is already as it should be: where that holds for
    nearly all rows of a long table, it does for the others."""
    if len(rows) < _LONG or not all(isinstance(each, str) for row in rows for each in row):
        return
    texts = [(str(row[one]), str(row[other])) for row in rows]
    kinds = {
        "made already": [(b, b) for _, b in texts],
        "capitals": [(a.capitalize(), b.capitalize()) for a, b in texts],
        "made already, capitals": [(b.capitalize(), b.capitalize()) for _, b in texts],
    }
    for of, pairs in kinds.items():
        right = sum(_gives(pool, function, *pair) for pair in pairs)
        if right >= _NEARLY * len(pairs):
            yield from (_row(function, *pair, of) for pair in pairs)
