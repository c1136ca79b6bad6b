"""What is less is not greater; who compares says the opposite the other way round."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from ..package import Callable_
from ..pool import Pool, is_plain
from ..trial import Trial

_MOST = 14
_COMPARE = re.compile(r"^(compare|cmp)(_|$)|_(compare|cmp)$")
_LAWS = (
    ("__lt__", "asymmetric", "not (one < other and other < one)", "less is not greater"),
    ("__lt__", "mirrored", "(one < other) == (other > one)", "less one way is greater the other"),
    ("__gt__", "mirrored", "(one > other) == (other < one)", "greater one way is less the other"),
    ("__le__", "mirrored", "(one <= other) == (other >= one)", "at most is at least, turned round"),
    ("__le__", "weak", "not (one < other) or one <= other", "what is less is at most"),
    ("__ge__", "weak", "not (one > other) or one >= other", "what is greater is at least"),
    ("__lt__", "itself", "not one < one", "nothing is less than itself"),
    ("__le__", "itself", "one <= one", "everything is at most itself"),
    ("__ge__", "itself", "one >= one", "everything is at least itself"),
)


def trials(pool: Pool) -> Iterator[Trial]:
    for kind, texts in pool.of_classes():
        for name, of, holds, words in _LAWS:
            method = pool.package.method(kind.target, name)
            if method is None or not all(is_plain(pool, each, "<") for each in texts[:3]):
                continue
            says = f"of two `{kind.symbol}`, {words}"
            for one in texts[:_MOST]:
                for other in texts[:_MOST]:
                    body = f"one, other = {one}, {other}\nassert {holds}"
                    yield Trial(
                        "ordering", method.module, method.symbol, method.line, says, body, of
                    )
        yield from _methods(pool, kind, texts)
    for function in pool.package.functions:
        if _COMPARE.search(function.name) and _takes_two(function):
            yield from _function(pool, function)


def _methods(pool: Pool, kind: Callable_, texts: list[str]) -> Iterator[Trial]:
    for name in ("compare", "cmp"):
        method = pool.package.method(kind.target, name)
        if method is not None:
            for one in texts[:_MOST]:
                for other in texts[:_MOST]:
                    yield _opposite(method, f"{one}.{name}({other})", f"{other}.{name}({one})")


def _takes_two(function: Callable_) -> bool:
    try:
        parameters = inspect.signature(function.target).parameters.values()
    except (TypeError, ValueError):
        return False
    return sum(each.default is each.empty for each in parameters) == 2


def _function(pool: Pool, function: Callable_) -> Iterator[Trial]:
    calls = pool.calls.get(id(function.target), [])
    given = list(dict.fromkeys(each for call in calls for each in call.arguments))[:_MOST]
    for one in given:
        for other in given:
            there = f"{function.text}({one}, {other})"
            yield _opposite(function, there, f"{function.text}({other}, {one})")


def _opposite(function: Callable_, there: str, back: str) -> Trial:
    """Of numbers alone: what says true or false is no order."""
    says = f"`{function.symbol}` says the opposite when its arguments are swapped"
    body = (
        f"there, back = {there}, {back}\nassert type(there) is not int or (there > 0) == (back < 0)"
    )
    return Trial("ordering", function.module, function.symbol, function.line, says, body, "swapped")
