"""A parameter has the default that the documentation names."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

from ..package import Callable_
from ..pool import Pool
from ..trial import Trial

_STARTS = re.compile(
    r"^[ \t]*(?::param\s+(?:[^:\n]*\s)?\*{0,2}(\w+)\s*:|"
    r"``?(\w+)``?\s*:|(\w+)\s*(?:\([^)\n]*\))?\s*:)",
    re.MULTILINE,
)
_SAYS = re.compile(
    r"\b[Dd]efault(?:s|ing)?(?:\s+(?:value\s+)?(?:is|to|of)\b|\s*[:=])\s*:?\s*`{0,2}"
    r"('[^'\n]*'|\"[^\"\n]*\"|-?\d[\d_]*(?:\.\d+)?\b|True\b|False\b)"
    r"(?=`{0,2}[.,;)]?(?:\s*$|\s*\)|[.,;]\s))",  # Not a number of seconds, or of something else.
    re.MULTILINE,
)


def trials(pool: Pool) -> Iterator[Trial]:
    owners = {each.target: each.text for each in pool.package.classes}
    for each in (*pool.package.functions, *pool.package.classes):
        yield from _of(each, each.text)
    for each in pool.package.methods:
        if each.owner in owners:
            yield from _of(each, f"{owners[each.owner]}.{each.name}")


def _of(function: Callable_, text: str) -> Iterator[Trial]:
    try:
        parameters = inspect.signature(function.target).parameters
    except (TypeError, ValueError):
        return
    for name, told in _said(inspect.cleandoc(function.documented)):
        known = parameters[name].default if name in parameters else None
        if isinstance(known, bool | int | float | str):
            says = (
                f"`{name}` of `{function.symbol}` is {told} by default, as its documentation says"
            )
            body = (
                f"import inspect\n"
                f"known = inspect.signature({text}).parameters[{name!r}].default\n"
                f"assert known == {told}"
            )
            place = (function.module, function.symbol, function.line)
            yield Trial("defaults", *place, says, body, name)


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Parameters whose description names one default alone, and that default as it is written."""
    starts = [*_STARTS.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        described = text[start.start() : end].partition("\n\n")[0]
        found = {each[1] for each in _SAYS.finditer(described)}
        if len(found) == 1 and _is_literal(*found):
            yield start[1] or start[2] or start[3], found.pop()


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True
