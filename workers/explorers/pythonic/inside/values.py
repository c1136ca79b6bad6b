"""Functions of a module, and values to call them with: those that tests and documents give, those
that the code itself compares with, and what types and names of parameters say."""

from __future__ import annotations

import ast
import doctest
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_PLAIN = (str, bytes, int, float, bool, type(None))
_LONGEST = 100
_RANDOM = 60
POOLS: dict[str, list[Any]] = {
    "str": ["abc", "", "a b", "1", "A-b_c", "1.5", " x "],
    "int": [3, 0, 1, -1, 10, 100],
    "float": [1.5, 0.0, -2.0],
    "bool": [True, False],
    "bytes": [b"abc", b""],
    "list": [[1, 2, 3], [], ["a", "b"], [3, 1, 2]],
    "tuple": [(1, 2), ()],
    "dict": [{"a": 1}, {}, {"a": {"b": 2}}],
    "set": [{1, 2}, set()],
    "None": [None],
}
_NAMES = {
    "str": "text name string s value word key path line sep prefix suffix fmt title url label code",
    "int": "n count size length index i width num number limit depth k year month day",
    "float": "x ratio rate seconds",
    "list": "items values seq sequence lst iterable elements parts rows args list",
    "dict": "mapping d options params kwargs data dict obj headers",
    "bytes": "raw content buffer payload",
}
_BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}


@dataclass
class Function:
    """`symbol` is qualified; `owner` is the class of a method. `body` is its part of the tree."""

    symbol: str
    body: ast.FunctionDef
    owner: ast.ClassDef | None
    yields: bool
    made: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def parameters(self) -> list[ast.arg]:
        listed = [*self.body.args.posonlyargs, *self.body.args.args]
        static = any(_name(each) == "staticmethod" for each in self.body.decorator_list)
        return listed[1:] if self.owner is not None and not static else listed

    @property
    def optional(self) -> int:
        return len(self.body.args.defaults)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return getattr(node, "id", getattr(node, "attr", ""))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Public ones that are called plainly."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _is_plain(node):
            yield Function(node.name, node, None, _yields(node))
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and _is_plain(inner):
                    yield Function(f"{node.name}.{inner.name}", inner, node, _yields(inner))


def _is_plain(node: ast.FunctionDef) -> bool:
    known = {"staticmethod", "lru_cache", "cache", "wraps"}
    decorated = {_name(each) for each in node.decorator_list} - known
    needed = [
        each
        for each, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if d is None
    ]
    return not (node.name.startswith("_") or decorated or needed)


def _yields(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _own(node))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef):
            yield each
            yield from _own(each)


def pool(function: Function, parameter: ast.arg, at: int) -> list[Any]:
    """Values for one parameter, those that the code itself speaks of first."""
    found = list(_compared(function.body, parameter.arg))
    annotation = ast.unparse(parameter.annotation) if parameter.annotation else ""
    kinds = [kind for kind in POOLS if kind.lower() in annotation.lower().replace("none", "None")]
    if "None" in annotation or "Optional" in annotation:
        kinds.append("None")
    defaults = function.body.args.defaults
    late = at - (len(function.parameters) - len(defaults))
    if late >= 0 and isinstance(defaults[late], ast.Constant):
        value = defaults[late].value  # type: ignore[attr-defined]
        found.append(value)
        kinds += [type(value).__name__] if value is not None else []
    if not annotation and not kinds:
        kind = named_kind(parameter.arg)
        kinds = [kind] if kind else ["str", "int", "list", "dict", "None"]
    found += [value for kind in dict.fromkeys(kinds) for value in POOLS.get(kind, ())]
    if "str" in kinds:
        found += _texts(function.body)
    return _distinct(found)


def named_kind(parameter: str) -> str:
    """The type that a parameter's name suggests; '' where it suggests none."""
    name = parameter.lower().strip("_")
    return _BY_NAME.get(name) or _BY_NAME.get(name.rpartition("_")[2]) or ""


def _compared(body: ast.FunctionDef, name: str) -> Iterator[Any]:
    """Constants that a parameter is compared with, and what is one off."""
    for node in ast.walk(body):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if not any(
            isinstance(each, ast.Name) and each.id == name
            for side in sides
            for each in ast.walk(side)
        ):
            continue
        for side in sides:
            for each in ast.walk(side):
                if isinstance(each, ast.Constant) and isinstance(each.value, _PLAIN):
                    yield each.value
                    if type(each.value) is int:
                        yield from (each.value + 1, each.value - 1)


def _texts(body: ast.FunctionDef) -> list[str]:
    document = ast.get_docstring(body, clean=False)
    return [
        each.value
        for each in ast.walk(body)
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and each.value != document
        and 0 < len(each.value) <= 20
    ][:12]


def _distinct(values: Sequence[Any]) -> list[Any]:
    return list({repr(each): each for each in values}.values())[:24]


def documented(function: Function) -> Iterator[tuple[Any, ...]]:
    """Arguments of calls in examples of its documentation."""
    try:
        examples = doctest.DocTestParser().get_examples(ast.get_docstring(function.body) or "")
    except ValueError:
        return
    for example in examples:
        try:
            tree = ast.parse(example.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == function.body.name:
                try:
                    yield tuple(ast.literal_eval(each) for each in node.args)
                except ValueError:
                    continue


def vectors(function: Function, seeds: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Arguments, the best first: given by people, then made."""
    for text in seeds:
        value = ast.literal_eval(text)
        if len(value) <= len(function.parameters):
            yield value
    yield from documented(function)
    pools = [pool(function, each, at) for at, each in enumerate(function.parameters)]
    if any(not each for each in pools):
        return
    for size in {len(pools) - function.optional, len(pools)}:
        some = pools[:size]
        first = [each[0] for each in some]
        yield tuple(first)
        for at, values in enumerate(some):
            yield from (tuple([*first[:at], value, *first[at + 1 :]]) for value in values)
        chosen = random.Random(size)  # noqa: S311
        if len(some) > 1:
            yield from (tuple(map(chosen.choice, some)) for _ in range(_RANDOM))


def literal(value: Any) -> str:
    """How it is written down; '' for what is not plain, or too long to be read."""
    if not is_literal(value):
        return ""
    told = repr(value)
    return told if len(told) <= _LONGEST else ""


def is_literal(value: Any, depth: int = 0) -> bool:
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    if kind in _PLAIN:
        return True
    if depth > 3 or kind not in (tuple, list, dict, set):
        return False
    if kind is set and (not value or len(value) > 1):
        return False
    return all(
        is_literal(each, depth + 1)
        for each in ([*value, *value.values()] if kind is dict else value)
    )
