"""Tests of what code promises, with values that its own tests give it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from workers.explorers.base import MEANT
from workers.oracles.base import Promise
from workers.oracles.round_trip import sibling

_SAME = '''
@pytest.mark.parametrize("value", {values})
def test_{name}(value: object) -> None:
    """{says}."""
    assert {holds}
'''
_LAWS = '''
@pytest.mark.parametrize("values", {values})
def test_{name}(values: tuple[object, ...]) -> None:
    """What is made of the same is equal, both ways round, and keeps the laws of its kind."""
    one, other = {owner}(*values), {owner}(*values)
    assert one == other, "{meant}"
    assert other == one
    assert not one != other
{more}'''
_MORE = {
    "__hash__": "    assert hash(one) == hash(other)\n",
    "__lt__": "    assert not one < other\n",
    "__len__": f"    assert len(one) == len(other), {MEANT!r}\n",
}


def promised(
    module: str, promises: Sequence[Promise], calls: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Bodies of test files by the symbol that keeps the promise. `calls` are what each symbol was
    called with, as literals."""
    found = {}
    laws = {each.symbol for each in promises if each.oracle == "laws"}
    for promise in promises:
        text, names = _test(promise, laws, calls)
        if text:
            imports = f"from {module} import {', '.join(sorted(names))}\n"
            found[promise.symbol] = f"import pytest\n\n{imports}\n{text}"
    return found


def _test(
    promise: Promise, laws: set[str], calls: Mapping[str, Sequence[str]]
) -> tuple[str, set[str]]:
    symbol = promise.symbol
    if promise.oracle == "laws" and symbol.endswith(".__eq__"):
        owner = symbol.removesuffix(".__eq__")
        made = _literals(calls.get(owner, ()))
        more = "".join(line for name, line in _MORE.items() if f"{owner}.{name}" in laws)
        name = f"{owner.lower()}_is_equal_to_its_like"
        text = _LAWS.format(values=_listed(made), name=name, owner=owner, more=more, meant=MEANT)
        return (text, {owner}) if made and "." not in owner else ("", set())
    values = [made[0] for made in _literals(calls.get(symbol, ())) if len(made) == 1]
    if not values or "." in symbol or promise.oracle not in ("round_trip", "idempotence"):
        return "", set()
    back = sibling(symbol) if promise.oracle == "round_trip" else symbol
    holds = f"{back}({symbol}(value)) == value"
    if back == symbol:
        holds = f"{symbol}({symbol}(value)) == {symbol}(value)"
    says = promise.says.replace("`", "").replace("\\", "")
    name = f"{symbol}_and_{back}" if back != symbol else f"{symbol}_again"
    text = _SAME.format(values=_listed(values), name=name, says=says, holds=holds)
    return text, {symbol, back}


def _listed(values: Sequence[object]) -> str:
    return "[\n" + "".join(f"    {value!r},\n" for value in values) + "]"


def _literals(texts: Sequence[str]) -> list[tuple[object, ...]]:
    """What was written in the sandbox is hostile: literals, or nothing."""
    found = []
    for text in texts[:12]:
        try:
            value = ast.literal_eval(text[:5000])
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(value, tuple):
            found.append(value)
    return found
