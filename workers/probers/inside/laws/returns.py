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
    """Whether nothing would be a mistake: it has a `return` with a value that it makes, and none
    that says nothing. What hands out an attribute tells of a state: before something was put
    there, there is nothing, and the annotation is about later."""
    function = inspect.unwrap(function)
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return False
    values = [each.value for each in _own(tree.body[0])]
    nothing = any(each is None or _is_none(each) for each in values)
    return not nothing and any(not isinstance(each, ast.Attribute) for each in values)


def _own(tree: ast.AST) -> Iterator[ast.Return]:
    """Its returns, without those of functions within it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _own(node)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
