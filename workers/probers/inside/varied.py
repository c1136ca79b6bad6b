"""Calls beside those that somebody wrote: one argument is another, or an option is turned."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import islice

from .calling import optional
from .package import Callable_
from .pool import Call, Pool

_MOST_CALLS = 6
_MOST = 150
_MOST_TEXTS = 8
_NUMBERS = (0, 1, 2, 3, 5, 9, 10, 11, 12, 13, 21, 100, 101, 1000, -1, -2)


def varied(pool: Pool, function: Callable_) -> Iterator[str]:
    """Texts of calls, each once."""
    yield from dict.fromkeys(islice(_all(pool, function), _MOST))


def _all(pool: Pool, function: Callable_) -> Iterator[str]:
    written = pool.calls.get(id(function.target), [])[:_MOST_CALLS]
    yield from (each.text for each in optional(pool, function))
    for call in written:
        yield from _turned(function, call)
    for call in written:
        for at, argument in enumerate(call.arguments):
            for other in _others(pool, function, argument):
                changed = (*call.arguments[:at], other, *call.arguments[at + 1 :])
                yield Call(call.function, changed, call.named).text


def _turned(function: Callable_, call: Call) -> Iterator[str]:
    """With one more option, the opposite of its default."""
    try:
        parameters = [*inspect.signature(function.target).parameters.values()]
    except (TypeError, ValueError):
        return
    given = {name for name, _ in call.named}
    for each in parameters[len(call.arguments) :]:
        if isinstance(each.default, bool) and each.name not in given:
            named = (*call.named, (each.name, repr(not each.default)))
            yield Call(call.function, call.arguments, named).text


def _others(pool: Pool, function: Callable_, argument: str) -> list[str]:
    try:
        value = ast.literal_eval(argument)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return []
    if isinstance(value, bool):
        return [repr(not value)]
    if isinstance(value, int):
        return [*map(repr, _NUMBERS), repr(value + 1), repr(value - 1)]
    if isinstance(value, float):
        return [repr(-value), repr(value + 0.5), "0.0"]
    return pool.texts(function, _MOST_TEXTS) if isinstance(value, str) else []
