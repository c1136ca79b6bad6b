"""Small edits that undo what people often get wrong, at the lines that are suspected."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from workers.repairs.base import Edit
from workers.repairs.pythonic.operators import OPERATORS
from workers.repairs.pythonic.source import Function, Node, Scope, Source

_MOST = 600
_HEADER = 0.5


def edits(raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
    """Those that compile, the best first: the suspicion of the line times the weight of the kind.
    Empty where the file does not parse."""
    try:
        tree = ast.parse(raw)
    except (SyntaxError, ValueError, RecursionError):
        return []
    source = Source(raw)
    scored: dict[tuple[int, int, str], tuple[float, Edit]] = {}
    for function in ast.walk(tree):
        if isinstance(function, Function):
            scope = Scope.of(function, tree, source)
            for node, suspicion in _suspected(function, lines):
                for edit in _of(node, scope, source):
                    key = (edit.start, edit.end, edit.new)
                    worth = suspicion * edit.weight
                    if key not in scored or scored[key][0] < worth:
                        scored[key] = (worth, edit)
    ordered = sorted(scored.values(), key=lambda each: (-each[0], each[1].start, each[1].new))
    kept = (edit for _, edit in ordered[: 2 * _MOST] if _compiles(edit.applied(raw)))
    return [edit for _, edit in zip(range(_MOST), kept, strict=False)]


def _of(node: Node, scope: Scope, source: Source) -> Iterator[Edit]:
    for kind, (weight, operator) in OPERATORS.items():
        for first, last, new in operator(node, scope, source):
            start, end = source.at(first), source.until(last)
            if source.raw[start:end] != new.encode():
                yield Edit(kind, start, end, new, node.lineno, weight)


def _suspected(function: Function, lines: Mapping[int, float]) -> Iterator[tuple[Node, float]]:
    """Nodes at suspected lines. A signature runs when the module is imported, so that it is as
    suspect as its body, and a little less."""
    inside = [lines[line] for line in _span(function) if line in lines]
    if not inside:
        return
    yield function, max(inside) * _HEADER
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt | ast.expr):
            suspicion = max((lines[line] for line in _own(node) if line in lines), default=0.0)
            if suspicion:
                yield node, suspicion
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, Function)]


def _span(node: Node) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _own(node: Node) -> range:
    """The lines of a node without those of the statements within it."""
    body = getattr(node, "body", None)
    if isinstance(node, ast.stmt) and isinstance(body, list) and body:
        return range(node.lineno, max(node.lineno + 1, body[0].lineno))
    return _span(node)


def _compiles(raw: bytes) -> bool:
    try:
        compile(raw, "draft", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
