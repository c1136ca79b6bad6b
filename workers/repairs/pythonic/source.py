"""A Python file as bytes with places of nodes, and what is known within a function."""

from __future__ import annotations

import ast
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.expr | ast.stmt
_MOST_NAMES = 12
_MOST_RAISES = 6


class Source:
    """Places are offsets in the bytes: columns of a syntax tree count bytes too."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._starts = [0]
        for line in raw.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, node: Node) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def until(self, node: Node) -> int:
        return self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def text(self, first: Node, last: Node | None = None) -> str:
        return self.raw[self.at(first) : self.until(last or first)].decode(errors="replace")

    def between(self, left: Node, right: Node) -> str:
        return self.raw[self.until(left) : self.at(right)].decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Scope:
    """A function, the names that it may use, what its file raises, and constants beside it."""

    function: Function
    names: tuple[str, ...]
    raises: tuple[str, ...]
    numbers: tuple[int, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, function: Function, tree: ast.Module, source: Source) -> Scope:
        arguments = function.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        names = [each.arg for each in given if each.arg not in ("self", "cls")]
        made = [
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        constants = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)]
        return cls(
            function,
            tuple(dict.fromkeys([*names, *made]))[:_MOST_NAMES],
            _raised(function, tree, source),
            tuple(dict.fromkeys(each for each in constants if type(each) is int))[:6],
            tuple(dict.fromkeys(repr(each) for each in constants if _is_short(each)))[:6],
        )


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 12


def _raised(function: Function, tree: ast.Module, source: Source) -> tuple[str, ...]:
    """What the function raises itself, then what the rest of its file does, in one line each."""
    found: dict[str, None] = {}
    for outer in (function, tree):
        for node in ast.walk(outer):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = source.text(node.exc.func)
                found.setdefault(f'raise {name}("{function.name}")')
    return tuple(found)[:_MOST_RAISES]
