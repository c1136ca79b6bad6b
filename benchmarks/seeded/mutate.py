"""Small defects of the kinds that people make, at places of Python code that a seed picks.

A mutant is one replacement of bytes in one file; it compiles, and whether it changes what the code
does is for the tests to say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SWAPPED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Node = ast.expr | ast.stmt
_Edit = tuple[_Node, _Node, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`start` and `end` are offsets in the file's bytes, `new` what stands there instead."""

    kind: str
    path: str
    line: int
    start: int
    end: int
    new: str

    def applied(self, raw: bytes) -> bytes:
        return raw[: self.start] + self.new.encode() + raw[self.end :]


def mutants(path: str, raw: bytes) -> list[Mutant]:
    """All that a file's functions allow, in order of their places."""
    source = _Source(raw)
    found = [
        Mutant(kind, path, start.lineno, source.at(start), source.until(end), new)
        for function in ast.walk(ast.parse(raw))
        if isinstance(function, _Function)
        for kind, operator in _OPERATORS.items()
        for node in _own(function)
        for start, end, new in operator(node, function, source)
    ]
    kept = {each for each in found if _compiles(each.applied(raw)) and each.applied(raw) != raw}
    return sorted(kept, key=lambda each: (each.start, each.end, each.kind, each.new))


class _Source:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._starts = [0]
        for line in raw.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, node: _Node) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def until(self, node: _Node) -> int:
        return self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def text(self, first: _Node, last: _Node | None = None) -> str:
        return self.raw[self.at(first) : self.until(last or first)].decode()

    def between(self, left: _Node, right: _Node) -> str:
        return self.raw[self.until(left) : self.at(right)].decode()


def _own(function: _Function) -> Iterator[ast.AST]:
    """A function's nodes without those of functions within it, which are walked by themselves."""
    yield function
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, _Function)]


def _compiles(raw: bytes) -> bool:
    try:
        compile(raw, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _comparison(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    """The other side of a comparison, at its edge where it has one."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        sign = _SWAPPED[type(node.ops[0])]
        if "(" not in source.between(left, right) and ")" not in source.between(left, right):
            yield node, node, f"{source.text(left)} {sign} {source.text(right)}"


def _off_by_one(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    """A bound, an index or a step beside the right one."""
    holders = (ast.Subscript, ast.Slice, ast.BinOp, ast.Compare, ast.Call)
    if isinstance(node, holders):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and type(child.value) is int and child.value < 10:
                yield child, child, str(child.value + 1)


def _arithmetic(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    others = {"+": "-", "-": "+", "*": "//", "//": "*", "%": "//"}
    if isinstance(node, ast.BinOp) and not isinstance(node.left, ast.Constant | ast.JoinedStr):
        sign = source.between(node.left, node.right).strip()
        if sign in others and not isinstance(node.right, ast.JoinedStr | ast.Tuple):
            right = source.text(node.right)
            yield node, node, f"{source.text(node.left)} {others[sign]} {right}"


def _swapped_arguments(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if isinstance(node, ast.Call) and len(node.args) >= 2:
        first, second = node.args[:2]
        if not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
            between = source.between(first, second)
            yield first, second, source.text(second) + between + source.text(first)


def _dropped_branch(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    """A case that nobody thinks of any more."""
    if isinstance(node, ast.If) and len(node.body) <= 3:
        first, last = node.body[0], node.body[-1]
        if first.lineno > node.lineno:
            yield first, last, "pass"


def _inverted_condition(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        test = node.test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield test, test, source.text(test.operand)
        elif isinstance(test, ast.Name | ast.Attribute | ast.Call):
            yield test, test, f"not {source.text(test)}"


def _wrong_connective(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if isinstance(node, ast.BoolOp) and len(node.values) == 2:
        left, right = node.values
        between = source.between(left, right)
        other = re.sub(r"\b(and|or)\b", lambda m: {"and": "or", "or": "and"}[m[1]], between)
        yield node, node, source.text(node.values[0]) + other + source.text(right)


def _wrong_constant(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if not isinstance(node, ast.Constant) or isinstance(node.value, str | bytes):
        return
    if isinstance(node.value, bool):
        yield node, node, str(not node.value)
    elif type(node.value) is int and node.value >= 10:
        yield node, node, str(node.value * 10 if node.value % 10 else node.value // 10)


def _wrong_default(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if node is function:
        for default in [*function.args.defaults, *function.args.kw_defaults]:
            if isinstance(default, ast.Constant):
                yield default, default, _another(default.value)


def _another(value: object) -> str:
    if isinstance(value, bool):
        return str(not value)
    if isinstance(value, int):
        return str(value + 1)
    return "''" if value is None or (isinstance(value, str) and value) else "None"


def _missing_return(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    """The value is worked out, and forgotten."""
    if isinstance(node, ast.Return) and node.value is not None:
        nothing = isinstance(node.value, ast.Constant) and node.value.value is None
        if not nothing:
            yield node, node, source.text(node.value)


def _lost_exception(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield node, node, "pass"


def _wrong_variable(node: ast.AST, function: _Function, source: _Source) -> Iterator[_Edit]:
    """The parameter beside the right one."""
    names = [each.arg for each in [*function.args.args, *function.args.kwonlyargs]]
    names = [name for name in names if name not in ("self", "cls")]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        other = names[(names.index(node.id) + 1) % len(names)]
        if other != node.id:
            yield node, node, other


_Operator = Callable[[ast.AST, _Function, _Source], Iterator[_Edit]]
_OPERATORS: dict[str, _Operator] = {
    "comparison": _comparison,
    "off-by-one": _off_by_one,
    "arithmetic": _arithmetic,
    "swapped-arguments": _swapped_arguments,
    "dropped-branch": _dropped_branch,
    "inverted-condition": _inverted_condition,
    "wrong-connective": _wrong_connective,
    "wrong-constant": _wrong_constant,
    "wrong-default": _wrong_default,
    "missing-return": _missing_return,
    "lost-exception": _lost_exception,
    "wrong-variable": _wrong_variable,
}
KINDS = tuple(_OPERATORS)
