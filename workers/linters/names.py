"""Whether a name of Python that is used above its assignment is given a value all the same, in an
earlier turn of a loop or before a function is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_OWN = (
    *(*_FUNCTIONS, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def is_assigned(text: str, row: int, name: str) -> bool:
    """In one of the scopes around a line, 1-based. What a comprehension or the handler of an
    exception calls something is gone after it, and counts as little as what is in other scopes."""
    return any(name in names for lines, names in _scopes(text) if row in lines)


@lru_cache(maxsize=4)
def _scopes(text: str) -> list[tuple[range, set[str]]]:
    """The lines of the module and of each function, and what is assigned there itself."""
    try:
        tree = ast.parse(text)
        functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
        of_functions = [
            (range(node.lineno, (node.end_lineno or node.lineno) + 1), _names(node))
            for node in functions
        ]
        return [(range(1, text.count("\n") + 2), _names(tree)), *of_functions]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _names(scope: ast.AST) -> set[str]:
    """What is assigned in a scope itself."""
    return {
        node.id
        for node in _inside(scope)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _OWN):
            yield child
            yield from _inside(child)
