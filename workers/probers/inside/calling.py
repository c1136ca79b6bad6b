"""Calls of a function: those that somebody wrote, and those that its annotations allow."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from .package import Callable_
from .pool import Pool

_MOST = 60
_MOST_OF_EACH = 8
_BINARY = {
    "__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/", "__floordiv__": "//",
    "__mod__": "%", "__and__": "&", "__or__": "|", "__xor__": "^",
    "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">=",
}  # fmt: skip
_TURNED = {"__radd__": "+", "__rsub__": "-", "__rmul__": "*"}
_UNARY = {"__neg__": "-{}", "__pos__": "+{}", "__abs__": "abs({})", "__len__": "len({})",
          "__hash__": "hash({})", "__str__": "str({})", "__repr__": "repr({})",
          "__bool__": "bool({})", "__iter__": "list({})"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """`written`: somebody wrote it so."""

    text: str
    written: bool


def given(pool: Pool, function: Callable_) -> Iterator[Given]:
    """Each once, those that were written first."""
    seen = set[str]()
    for each in islice(_all(pool, function), _MOST):
        if each.text not in seen:
            seen.add(each.text)
            yield each


def _all(pool: Pool, function: Callable_) -> Iterator[Given]:
    for call in pool.calls.get(id(function.target), []):
        yield Given(call.text, written=True)
    if function.owner is None:
        yield from _of_function(pool, function)
    else:
        yield from _of_method(pool, function, function.owner)


def _of_function(pool: Pool, function: Callable_) -> Iterator[Given]:
    for arguments in _arguments(pool, function, skip=0):
        yield Given(f"{function.text}({arguments})", written=False)


def _of_method(pool: Pool, function: Callable_, owner: type) -> Iterator[Given]:
    name = function.name
    for one in pool.objects(owner)[:_MOST_OF_EACH]:
        if name in _UNARY:
            yield Given(_UNARY[name].format(one), written=False)
        elif name in _BINARY or name in _TURNED:
            for other in _others(pool, function):
                text = (
                    f"{one} {_BINARY[name]} {other}"
                    if name in _BINARY
                    else (f"{other} {_TURNED[name]} {one}")
                )
                yield Given(text, written=False)
        elif not name.startswith("_"):
            for arguments in _arguments(pool, function, skip=1):
                yield Given(f"{one}.{name}({arguments})", written=False)


def _others(pool: Pool, function: Callable_) -> list[str]:
    hints = [hint for name, hint in function.hints.items() if name != "return"]
    return pool.fitting(hints[0], _MOST_OF_EACH) if hints else []


def _arguments(pool: Pool, function: Callable_, skip: int) -> Iterator[str]:
    """For what is needed, values of the annotated types; nothing where those are not known."""
    try:
        parameters = [*inspect.signature(function.target).parameters.values()][skip:]
    except (TypeError, ValueError):
        return
    needed = [
        each
        for each in parameters
        if each.default is each.empty
        and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    if len(needed) > 3 or any(
        each.default is each.empty and each.kind is each.KEYWORD_ONLY for each in parameters
    ):
        return
    choices = []
    for each in needed:
        hint = function.hints.get(each.name)
        if hint is str:
            choices.append(pool.texts(function, 40 if len(needed) == 1 else _MOST_OF_EACH))
        elif hint is not None:
            choices.append(pool.fitting(hint, _MOST_OF_EACH))
        else:
            return
    for chosen in islice(product(*choices), _MOST):
        yield ", ".join(chosen)
