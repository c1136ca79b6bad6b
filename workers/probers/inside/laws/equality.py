"""What is equal: to itself, both ways round, not unequal too, with the same hash."""

from __future__ import annotations

from collections.abc import Iterator

from ..package import Callable_
from ..pool import Pool, is_plain
from ..trial import Trial

_Others = tuple[Callable_ | None, Callable_ | None]
"""What an object does for `!=` and for `hash`, where its class says so."""
_MOST = 12
_ASKED = """\
try:
    {one} == {other}
except (TypeError, AttributeError) as error:
    raise AssertionError(f"it ended in {{type(error).__name__}}: {{error}}") from error"""
_FOREIGN = ("object()", "'a'", "0", "[]", "None", "(1,)", "{}")


def trials(pool: Pool) -> Iterator[Trial]:
    for kind, texts in pool.of_classes():
        eq = pool.package.method(kind.target, "__eq__")
        unequal = pool.package.method(kind.target, "__ne__")
        hashed = pool.package.method(kind.target, "__hash__")
        if hashed is not None and "id" in hashed.target.__code__.co_names:
            hashed = None  # Objects that are the same to it alone: that is meant so.
        chosen = texts[:_MOST]
        if hashed is not None:
            yield from (_hashed(hashed, each) for each in chosen)
        if eq is None or not all(is_plain(pool, each, "==") for each in chosen[:3]):
            continue
        for one in chosen:
            says = f"a `{kind.symbol}` is equal to itself"
            yield _trial(eq, "itself", says, f"value = {one}\nassert value == value")
            yield from _foreign(eq, unequal, one)
            for other in chosen:
                yield from _pair(eq, (unequal, hashed), one, other)


def _trial(method: Callable_, of: str, says: str, body: str) -> Trial:
    return Trial("equality", method.module, method.symbol, method.line, says, body, of)


def _hashed(method: Callable_, one: str) -> Trial:
    body = (
        f"value = {one}\ntry:\n    hash(value)\nexcept TypeError as error:\n"
        "    assert 'should return an integer' not in str(error), error"
    )
    return _trial(method, "integer", "a hash is a number", body)


def _foreign(eq: Callable_, unequal: Callable_ | None, one: str) -> Iterator[Trial]:
    says = "a comparison of any two values is true or false"
    for other in _FOREIGN:
        yield _trial(eq, "told", says, f"assert ({one} == {other}) is not None")
        if "NotImplemented" in eq.target.__code__.co_names:
            yield _trial(eq, "asked", says, _ASKED.format(one=one, other=other))
        if unequal is not None:
            body = f"one, other = {one}, {other}\nassert (one != other) is not None"
            yield _trial(unequal, "told", says, body)


def _pair(eq: Callable_, methods: _Others, one: str, other: str) -> Iterator[Trial]:
    owner, (unequal, hashed) = eq.symbol.rpartition(".")[0], methods
    start = f"one, other = {one}, {other}\n"
    if unequal is not None:
        says = f"two of `{owner}` are either equal or unequal"
        body = f"{start}assert (one != other) == (not one == other)"
        yield _trial(unequal, "opposite", says, body)
    says = f"two of `{owner}` are equal both ways round, or neither way"
    yield _trial(eq, "both ways", says, f"{start}assert (one == other) == (other == one)")
    if hashed is not None:
        says = f"two of `{owner}` that are equal have the same hash"
        body = f"{start}assert one != other or hash(one) == hash(other)"
        yield _trial(hashed, "hash", says, body)
