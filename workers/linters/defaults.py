"""Whether a function of Python changes the default value of one of its parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_CHANGES = frozenset(
    "append appendleft extend insert add update pop popitem popleft remove discard clear "
    "setdefault sort reverse".split()
)
_KEPT = re.compile(r"^_|cache|memo|registry")
"""Names of what is shared by all calls on purpose, or that no caller is to give."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def is_changed(text: str, row: int, column: int) -> bool:
    """For the default at a place, 1-based: True where the function writes to it, and has not given
    its parameter another value anywhere. A function that only reads its default is fine."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, _Function):
            for name, default in _defaults(node):
                if (default.lineno, default.col_offset + 1) == (row, column):
                    shared = _writes(node, name) and not _rebinds(node, name)
                    return shared and not _KEPT.search(name)
    return False


def leaves_something(text: str, row: int) -> bool:
    """For a default in a row, 1-based: whether a call puts something of its own into it, which the
    next call finds. Nothing can be taken out of an empty one; what is fixed is there each time."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        _puts(inner, name)
        for node in ast.walk(tree)
        if isinstance(node, _Function)
        for name, default in _defaults(node)
        if default.lineno == row
        for inner in ast.walk(node)
    )


def _puts(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Call) and _is_write(node, name):
        return not all(map(_is_fixed, node.args))
    if isinstance(node, ast.Assign):
        written = any(_is_write(target, name) for target in node.targets)
        return written and not _is_fixed(node.value)
    return isinstance(node, ast.AugAssign) and _is(node.target, name)


def _is_fixed(value: ast.expr) -> bool:
    """Whether it is the same in each call: made of constants, which are written in capitals."""
    if isinstance(value, ast.JoinedStr):
        return all(map(_is_fixed, value.values))
    if isinstance(value, ast.FormattedValue):
        return _is_fixed(value.value)
    name = getattr(value, "attr", getattr(value, "id", ""))
    return isinstance(value, ast.Constant) or name.isupper()


def _defaults(function: _Function) -> Iterator[tuple[str, ast.expr]]:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    last = positional[len(positional) - len(given.defaults) :]
    yield from ((each.arg, value) for each, value in zip(last, given.defaults, strict=True))
    for each, keyword in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if keyword is not None:
            yield each.arg, keyword


def _writes(function: _Function, name: str) -> bool:
    return any(_is_write(node, name) for node in ast.walk(function))


def _is_write(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _CHANGES and _is(node.func.value, name)
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Store | ast.Del) and _is(node.value, name)
    return isinstance(node, ast.AugAssign) and _is(node.target, name)


def _rebinds(function: _Function, name: str) -> bool:
    """`x = list(x)` makes a copy: what is written to is no longer the default."""
    targets = [
        target
        for node in ast.walk(function)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(_is(target, name) for target in targets)


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
