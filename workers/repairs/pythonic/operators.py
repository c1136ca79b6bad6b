"""Kinds of small edits. Each undoes one usual mistake, in the words that a person reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from workers.repairs.pythonic.source import Function, Node, Scope, Source

Operator = Callable[[Node, Scope, Source], Iterator[tuple[Node, Node, str]]]
_Edits = Iterator[tuple[Node, Node, str]]

_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">", ">="),
    ast.LtE: ("<", ">=", ">"),
    ast.Gt: (">=", "<", "<="),
    ast.GtE: (">", "<=", "<"),
    ast.Eq: ("!=", "<=", ">="),
    ast.NotEq: ("==", ">", "<"),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
_ARITHMETIC = {
    "+": ("-",),
    "-": ("+",),
    "*": ("/", "//", "**"),
    "/": ("*", "//"),
    "//": ("/", "*", "%"),
    "%": ("//", "/"),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|",),
    "|": ("&",),
}


def _sign(between: str) -> str:
    """What stands between two operands, without their brackets."""
    return between.strip("() \t\\\n")


def _signed(source: Source, left: Node, right: Node, sign: str) -> str:
    """Two operands with another sign between them, in the brackets that they have."""
    between = source.between(left, right)
    old = _sign(between)
    return source.text(left) + between.replace(old, sign, 1) + source.text(right)


def _comparison(node: Node, scope: Scope, source: Source) -> _Edits:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        for sign in _COMPARISONS[type(node.ops[0])]:
            yield left, right, _signed(source, left, right, sign)


def _one_more_or_less(node: Node, scope: Scope, source: Source) -> _Edits:
    """A number; a bound, an index or an argument, with one added or taken away."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, node, str(node.value + 1)
        yield node, node, str(node.value - 1) if node.value else "(-1)"
    if isinstance(node, ast.BinOp) and source.text(node.right) == "1":
        yield node, node, source.text(node.left)
    for part in _bounds(node):
        if isinstance(part, ast.Name | ast.Attribute | ast.Call):
            yield part, part, f"{source.text(part)} + 1"
            yield part, part, f"{source.text(part)} - 1"


def _bounds(node: Node) -> list[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return [node.comparators[0]]
    if isinstance(node, ast.Slice):
        return [each for each in (node.lower, node.upper) if each is not None]
    if isinstance(node, ast.Subscript):
        return [node.slice]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return node.args
    return []


def _arithmetic(node: Node, scope: Scope, source: Source) -> _Edits:
    if isinstance(node, ast.BinOp):
        for other in _ARITHMETIC.get(_sign(source.between(node.left, node.right)), ()):
            yield node.left, node.right, _signed(source, node.left, node.right, other)
    if isinstance(node, ast.AugAssign):
        sign = source.between(node.target, node.value).strip().removesuffix("=")
        for other in _ARITHMETIC.get(sign, ()):
            yield node, node, f"{source.text(node.target)} {other}= {source.text(node.value)}"


def _arguments(node: Node, scope: Scope, source: Source) -> _Edits:
    """Two neighbours the other way round."""
    if not isinstance(node, ast.Call) or any(isinstance(e, ast.Starred) for e in node.args):
        return
    for first, second in zip(node.args, node.args[1:], strict=False):
        between = source.between(first, second)
        yield first, second, source.text(second) + between + source.text(first)


def _condition(node: Node, scope: Scope, source: Source) -> _Edits:
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        test = node.test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield test, test, source.text(test.operand)
        else:
            yield test, test, f"not ({source.text(test)})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, node, source.text(node.operand)


def _connective(node: Node, scope: Scope, source: Source) -> _Edits:
    if isinstance(node, ast.BoolOp):
        for left, right in zip(node.values, node.values[1:], strict=False):
            other = re.sub(r"\b(and|or)\b", _other, source.between(left, right))
            yield left, right, source.text(left) + other + source.text(right)
        if len(node.values) == 2:
            yield node, node, source.text(node.values[0])
            yield node, node, source.text(node.values[1])


def _other(found: re.Match[str]) -> str:
    return {"and": "or", "or": "and"}[found[1]]


def _constant(node: Node, scope: Scope, source: Source) -> _Edits:
    """The other truth, or another constant that stands nearby."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield node, node, str(not node.value)
    elif type(node.value) is int:
        near = [*scope.numbers, node.value * 10, node.value // 10]
        for number in near:
            if number != node.value:
                yield node, node, str(number)
    elif isinstance(node.value, str):
        for text in scope.texts:
            yield node, node, text


def _default(node: Node, scope: Scope, source: Source) -> _Edits:
    if not isinstance(node, Function):
        return
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        if not isinstance(default, ast.Constant):
            continue
        value = default.value
        others = (
            [str(not value)]
            if isinstance(value, bool)
            else [str(value + 1), str(value - 1)]
            if isinstance(value, int)
            else ["None", "''", "()", "0", "True", "False"]
        )
        for other in others:
            yield default, default, other


def _returned(node: Node, scope: Scope, source: Source) -> _Edits:
    """A value that is worked out and forgotten."""
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant | ast.Yield):
        yield node, node, f"return {source.text(node.value)}"
    if isinstance(node, ast.Assign) and node is scope.function.body[-1]:
        target = node.targets[0]
        if isinstance(target, ast.Name):
            indent = " " * node.col_offset
            yield node, node, f"{source.text(node)}\n{indent}return {target.id}"


def _forgotten(node: Node, scope: Scope, source: Source) -> _Edits:
    """A case in which nothing is done."""
    if isinstance(node, ast.Pass):
        for text in scope.raises:
            yield node, node, text
        for value in ("", "None", "False", "True", "''", "0", "[]", *scope.names):
            yield node, node, f"return {value}".strip()
        for text in ("continue", "break"):
            yield node, node, text


def _name(node: Node, scope: Scope, source: Source) -> _Edits:
    """Another name that is there."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.names:
        for name in scope.names:
            if name != node.id:
                yield node, node, name


def _guard(node: Node, scope: Scope, source: Source) -> _Edits:
    """What is missing or empty is handled before it is used."""
    simple = ast.Return | ast.Assign | ast.Expr | ast.AugAssign | ast.If | ast.For
    if not isinstance(node, simple) or isinstance(node, ast.expr):
        return
    indent = " " * node.col_offset
    used = [e.id for e in ast.walk(node) if isinstance(e, ast.Name) and e.id in scope.names]
    for name in list(dict.fromkeys(used))[:4]:
        for value in (name, "None", "0", "''", "[]"):
            guard = f"if not {name}:\n{indent}    return {value}\n{indent}"
            yield node, node, guard + source.text(node)


OPERATORS: dict[str, tuple[float, Operator]] = {
    "compare otherwise": (1.0, _comparison),
    "one more or one less": (0.9, _one_more_or_less),
    "the condition the other way round": (0.9, _condition),
    "another sign": (0.8, _arithmetic),
    "arguments the other way round": (0.8, _arguments),
    "and instead of or, or one of the two": (0.8, _connective),
    "return what is worked out": (0.9, _returned),
    "another default": (0.8, _default),
    "another constant": (0.6, _constant),
    "do not pass over this case": (0.6, _forgotten),
    "another name": (0.5, _name),
    "a guard before it is used": (0.15, _guard),
}
"""By what is done: how often it is right, and how."""
