"""What comes back is of the type that the annotation says: not nothing, where it says something."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

from ..calling import Given, given
from ..package import Callable_, fits
from ..pool import Pool
from ..trial import Trial


def trials(pool: Pool) -> Iterator[Trial]:
    for function in (*pool.package.functions, *pool.package.methods):
        hint = function.hints.get("return", inspect.Parameter.empty)
        if fits(None, hint) is not False or not _returns(function.target):
            continue
        for each in given(pool, function):
            yield _trial(function, each)


def _trial(function: Callable_, call: Given) -> Trial:
    says = f"`{function.symbol}` gives back what its annotation says, and not nothing"
    body = f"assert ({call.text}) is not None"
    return Trial("returns", function.module, function.symbol, function.line, says, body, "nothing")


def _returns(function: Any) -> bool:
    """Whether it has a `return` with a value, and is no generator."""
    function = inspect.unwrap(function)
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        for node in ast.walk(tree)
    )
