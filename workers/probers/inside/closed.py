"""Expressions that can be evaluated anywhere: made of literals, of the package's names, and of a
few names of the standard library, each by its whole dotted name."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Mapping

SAFE = {
    *("datetime", "decimal", "fractions", "collections", "uuid", "ipaddress", "operator", "math"),
    *("io", "re", "string", "textwrap", "array", "enum", "zoneinfo"),
}
_BUILTINS = {
    *("int", "str", "float", "bool", "list", "dict", "set", "frozenset", "tuple", "bytes", "range"),
    *("bytearray", "complex", "reversed", "sorted", "len"),
}
_FORMS = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.BinOp, ast.UnaryOp, ast.Call),
    *(ast.Attribute, ast.Subscript, ast.Slice, ast.keyword, ast.Name, ast.expr_context),
    *(ast.operator, ast.unaryop),
)
_LONGEST = 400
_MOST_NODES = 80

Names = Mapping[str, ast.expr]
"""What a name stands for."""


class Open(Exception):
    """The expression needs something that is not known."""


class _Closing(ast.NodeTransformer):
    def __init__(self, names: Names) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names:
            return copy.deepcopy(self.names[node.id])
        if node.id in _BUILTINS:
            return node
        raise Open

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _FORMS):
            raise Open
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise Open
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.LShift):
            raise Open
        return super().generic_visit(node)


def closed(node: ast.expr, names: Names) -> ast.expr | None:
    """With all names replaced; None where that cannot be done."""
    if sum(1 for _ in ast.walk(node)) > _MOST_NODES:
        return None
    try:
        made = _Closing(names).visit(copy.deepcopy(node))
    except (Open, RecursionError):
        return None
    return made if isinstance(made, ast.expr) else None


def text(node: ast.expr) -> str:
    """'' where it is too long to be shown."""
    try:
        told = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    return told if len(told) <= _LONGEST else ""


def dotted(name: str) -> ast.expr:
    return ast.parse(name, mode="eval").body


def imported(
    tree: ast.AST, packages: Collection[str], exports: Mapping[str, Collection[str]]
) -> dict[str, ast.expr]:
    """Names that a file imports from the package or the standard library. `exports` are the public
    names of the package's modules, for who imports all of them."""
    names: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(_plain(node, packages))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.partition(".")[0] not in SAFE | set(packages):
                continue
            for each in node.names:
                found = exports.get(node.module, ()) if each.name == "*" else [each.name]
                for name in found:
                    names[each.asname or name] = dotted(f"{node.module}.{name}")
    return names


def _plain(node: ast.Import, packages: Collection[str]) -> Iterator[tuple[str, ast.expr]]:
    for each in node.names:
        root = each.name.partition(".")[0]
        if root in SAFE | set(packages):
            yield each.asname or root, dotted(each.name if each.asname else root)


def modules(node: ast.AST, known: Collection[str]) -> set[str]:
    """Modules that an expression names, the longest dotted name that is one."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            told = _chain(each)
            while told and told not in known:
                told = told.rpartition(".")[0]
            found |= {told} - {""}
        elif isinstance(each, ast.Name) and each.id in known:
            found.add(each.id)
    return found


def _chain(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
