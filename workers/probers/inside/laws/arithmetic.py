"""What can be subtracted can be added the other way; an operator gives something."""

from __future__ import annotations

import datetime
import decimal
import fractions
from collections.abc import Iterator

from ..calling import given
from ..package import Callable_
from ..pool import Pool, is_plain
from ..trial import Trial

_MOST = 12
_LEFT = (datetime.datetime, datetime.timedelta, decimal.Decimal, fractions.Fraction, int)
"""Not dates: they drop hours, one way or the other."""
_OPERATORS = {
    *("__add__", "__sub__", "__mul__", "__radd__", "__rsub__", "__rmul__", "__neg__", "__abs__"),
    *("__truediv__", "__floordiv__", "__mod__", "__and__", "__or__", "__xor__", "__pos__"),
}


def trials(pool: Pool) -> Iterator[Trial]:
    for method in pool.package.methods:
        if method.name in _OPERATORS and method.owner is not None:
            for each in given(pool, method):
                says = f"`{method.symbol}` gives something"
                body = f"assert ({each.text}) is not None"
                yield _trial(method, says, body, "nothing")
    for kind, texts in pool.of_classes():
        negated = pool.package.method(kind.target, "__neg__")
        if negated is not None and all(is_plain(pool, each) for each in texts[:3]):
            yield from _negated(pool, kind, texts)


def _negated(pool: Pool, kind: Callable_, texts: list[str]) -> Iterator[Trial]:
    """Subtracting is adding the opposite, for objects of the class and whatever they go with."""
    for name in ("__sub__", "__rsub__"):
        method = pool.package.method(kind.target, name)
        if method is None or not _adds(pool, kind, name):
            continue
        says = f"subtracting a `{kind.symbol}` is adding its opposite"
        for one in _partners(pool, method, texts):
            for other in texts[:_MOST]:
                body = f"one, other = {one}, {other}\nassert one - other == one + (-other)"
                yield _trial(method, says, body, "opposite")


def _adds(pool: Pool, kind: Callable_, name: str) -> bool:
    return pool.package.method(kind.target, name.replace("sub", "add")) is not None


def _partners(pool: Pool, method: Callable_, texts: list[str]) -> list[str]:
    """What stands on the left."""
    if method.name == "__sub__":
        return texts[:_MOST]
    return [each for kind in _LEFT for each in pool.objects(kind)[:4]]


def _trial(method: Callable_, says: str, body: str, of: str) -> Trial:
    return Trial("arithmetic", method.module, method.symbol, method.line, says, body, of)
