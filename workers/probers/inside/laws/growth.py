"""What is called next, or is bumped, comes after what it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..calling import given
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_GROWS = re.compile(r"^(bump|next|increment|increase|advance)(_|$)")
_ARGUMENTS = ("", "'major'", "'minor'", "'patch'", "'prerelease'")
_MOST = 20


def trials(pool: Pool) -> Iterator[Trial]:
    for kind, texts in pool.of_classes():
        if pool.package.method(kind.target, "__lt__") is None:
            continue
        for method in pool.package.methods:
            if _GROWS.search(method.name) and method.owner is kind.target:
                yield from _grown(pool, method, texts)


def _grown(pool: Pool, method: Callable_, texts: list[str]) -> Iterator[Trial]:
    says = f"what `{method.symbol}` makes is not less than what it was made of"
    arguments = {_given(each.text, method.name) for each in given(pool, method)}
    for one in texts[:_MOST]:
        for told in sorted(arguments | set(_ARGUMENTS))[:_MOST]:
            body = f"value = {one}\nassert not value.{method.name}({told}) < value"
            place = (method.module, method.symbol, method.line)
            yield Trial("growth", *place, says, body, "less")


def _given(text: str, name: str) -> str:
    """The arguments of a call, where that is how it ends."""
    _, found, rest = text.rpartition(f".{name}(")
    return rest[:-1] if found and rest.endswith(")") and rest.count("(") == 0 else ""
