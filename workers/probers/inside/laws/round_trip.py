"""What one function makes of a value, its counterpart makes the value of: by their names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from ..calling import given
from ..evaluate import Failed
from ..package import Callable_
from ..pool import Pool
from ..trial import Trial
from .crashes import BODY

_WAYS = (
    ("dumps", "loads"), ("dump", "load"), ("encode", "decode"), ("quote", "unquote"),
    ("escape", "unescape"), ("pack", "unpack"), ("serialize", "deserialize"),
    ("compress", "decompress"),
    ("format", "parse"), ("isoformat", "parse"), ("unparse", "parse"), ("build", "parse"),
    ("to", "from"), ("freeze", "thaw"), ("flatten", "unflatten"), ("sign", "unsign"),
    ("tostring", "fromstring"), ("render", "parse"), ("b64encode", "b64decode"),
)  # fmt: skip
_MOST = 80
_NEVER = {"TypeError", "AttributeError", "NameError", "UnboundLocalError", "ZeroDivisionError"}


def trials(pool: Pool) -> Iterator[Trial]:
    for one, other in pairs(pool.package.functions):
        says = f"`{other.symbol}` gives back what `{one.symbol}` was given"
        for value in _values(pool, one, other):
            body = (
                f"value = {value}\nmade = {other.text}({one.text}(value))\n"
                "assert type(made) is not type(value) or made == value"
            )
            yield Trial("round_trip", one.module, one.symbol, one.line, says, body, other.symbol)
            yield from _crashes(pool, one, value)


def _crashes(pool: Pool, one: Callable_, value: str) -> Iterator[Trial]:
    """What its counterpart made is no wrong input."""
    failed = pool.running.fresh(f"{one.text}({value})")
    if isinstance(failed, Failed) and failed.kind in _NEVER and not failed.meant and failed.path:
        says = f"`{one.symbol}` does not end in {failed.kind}"
        body = BODY.format(call=f"{one.text}({value})", kind=failed.kind)
        of = f"counterpart: ended at {failed.line}"
        yield Trial("crashes", one.module, one.symbol, one.line, says, body, of)


def pairs(functions: list[Callable_]) -> Iterator[tuple[Callable_, Callable_]]:
    """That and its counterpart, whose names are the same but for the words that say which way."""
    named = {each.name: each for each in functions}
    for each in functions:
        if each.name.removeprefix("un") in named and each.name.startswith("un"):
            yield named[each.name.removeprefix("un")], each
            yield each, named[each.name.removeprefix("un")]
    by_stem: dict[tuple[int, str], Callable_] = {}
    for at, (_, back) in enumerate(_WAYS):
        for each in functions:
            if back in _words(each.name):
                by_stem.setdefault((at, _stem(each.name, back)), each)
    for at, (forth, _) in enumerate(_WAYS):
        for each in functions:
            if forth in _words(each.name):
                other = by_stem.get((at, _stem(each.name, forth)))
                if other is not None and other is not each:
                    yield each, other


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


def _stem(name: str, way: str) -> str:
    return "_".join(word for word in _words(name) if word != way)


def _values(pool: Pool, one: Callable_, other: Callable_) -> list[str]:
    """What the counterpart gives back, and what the first one takes."""
    found: list[str] = []
    for each in given(pool, other):
        value = pool.running.value(each.text)
        found += [each.text] if _takes(one, value) else []
    for call in pool.calls.get(id(one.target), []):
        found += call.arguments[:1]
    hint = _first_hint(one)
    if hint is not None and hint is not str:
        found += pool.fitting(hint, _MOST)
    return list(dict.fromkeys(found))[:_MOST]


def _takes(function: Callable_, value: Any) -> bool:
    return not isinstance(value, Failed) and value is not None


def _first_hint(function: Callable_) -> Any:
    try:
        first = next(iter(inspect.signature(function.target).parameters))
    except (TypeError, ValueError, StopIteration):
        return None
    return function.hints.get(first)
