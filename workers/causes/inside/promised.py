"""What a failing test asks of a call: the function, the values that it is given, and what should
come of it. Read off the statement that failed, and what stands around it.

It runs in the sandbox, as a part of the plugin.
"""

from __future__ import annotations

import ast
import functools
import inspect
import os
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

_ROOT = os.getcwd() + os.sep
_SAME = ("assertEqual", "assertEquals", "assertIs", "assert_equal")
_OPERATORS = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.BitAnd: "__and__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
}
_NAMED = {str: "__str__", repr: "__repr__", len: "__len__", hash: "__hash__", bool: "__bool__"}
_AGAIN = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_PLAIN = (str, bytes, int, float, complex, bool, type(None))
_MOST_PARTS = 200


class Promise(NamedTuple):
    """`function` is to come to `value`, or to raise `error`, where it is given what `key` says."""

    function: Any
    key: str
    value: Any
    error: type[BaseException] | None


class Unknown(Exception):
    """A value cannot be told apart from others."""


def promises(path: str, excinfo: Any) -> Iterator[Promise]:
    """Of the test of a file that failed with this."""
    entries = [each for each in excinfo.traceback if str(each.path) == path]
    if not entries:
        return
    frame = entries[-1].frame.raw
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    around = [each for each in ast.walk(tree) if _spans(each, entries[-1].lineno + 1)]
    statements = [each for each in around if isinstance(each, ast.stmt)]
    tests = [each for each in statements if isinstance(each, ast.FunctionDef)]
    if not statements or not tests:
        return
    asked = Asked(frame.f_globals, dict(frame.f_locals), _given(tests[-1], entries[-1].lineno + 1))
    yield from asked.by(statements)


def _spans(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", line + 1) <= line <= getattr(node, "end_lineno", 0)


def _given(test: ast.FunctionDef, line: int) -> dict[str, ast.expr]:
    """What names were set to last, before a line of a test."""
    found: dict[str, ast.expr] = {}
    for each in ast.walk(test):
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if each.lineno < line:
                found[name] = value
    return found


class Asked(NamedTuple):
    """The names that a statement sees, and the expressions that some of them were set to."""

    outer: dict[str, Any]
    inner: dict[str, Any]
    given: dict[str, ast.expr]

    def by(self, statements: list[ast.stmt]) -> Iterator[Promise]:
        """Of statements around a line, the innermost last."""
        for each in statements[-2:]:
            match each:
                case ast.Assert(test=test):
                    yield from self._true(test)
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=args)):
                    yield from self._method(name, args)
                case ast.With(items=[ast.withitem(context_expr=ast.Call(args=[error, *_]))]):
                    if len(each.body) == 1 and isinstance(each.body[0], ast.Expr | ast.Assign):
                        yield from self._raising(each.body[0].value, error)

    def _method(self, name: str, args: list[ast.expr]) -> Iterator[Promise]:
        match name, args:
            case _, [left, right, *_] if name in _SAME:
                yield from self._equal(left, right)
            case "assertTrue", [test, *_]:
                yield from self._true(test)
            case "assertFalse", [test, *_]:
                yield from self._truth(test, False)

    def _true(self, test: ast.expr) -> Iterator[Promise]:
        match test:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
                yield from self._equal(left, right)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self._truth(operand, False)
            case _:
                yield from self._truth(test, True)

    def _truth(self, node: ast.expr, wanted: bool) -> Iterator[Promise]:
        for function, values, named in self._calls(node):
            if _came(function, values, named) is not wanted:
                yield Promise(function, key_of(function, values, named), wanted, None)

    def _equal(self, left: ast.expr, right: ast.expr) -> Iterator[Promise]:
        for node, other in ((left, right), (right, left)):
            for function, values, named in self._calls(node):
                wanted = self._value(other)
                if not _is_same(_came(function, values, named), wanted):
                    yield Promise(function, key_of(function, values, named), wanted, None)

    def _raising(self, node: ast.expr, error: ast.expr) -> Iterator[Promise]:
        kind = self._value(error)
        if isinstance(kind, type) and issubclass(kind, Exception):
            for function, values, named in self._calls(node):
                yield Promise(function, key_of(function, values, named), None, kind)

    def _value(self, node: ast.expr) -> Any:
        code = compile(ast.Expression(node), "<asked>", "eval")
        return eval(code, self.outer | self.inner)  # noqa: S307 - the test's own words, once more

    def _calls(
        self, node: ast.expr
    ) -> Iterator[tuple[types.FunctionType, list[Any], dict[str, Any]]]:
        """The call of a function of the repository that an expression is; none where it is no
        such."""
        if isinstance(node, ast.Name) and node.id in self.given:
            node = self.given[node.id]
        found, values, named = self._call(node)
        found = inspect.unwrap(found) if callable(found) else found
        if isinstance(found, types.FunctionType) and _is_ours(found):
            yield found, values, named

    def _call(self, node: ast.expr) -> tuple[Any, list[Any], dict[str, Any]]:
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                return self._called(self._value(func), args, keywords)
            case ast.BinOp(left=left, op=op, right=right):
                one = self._value(left)
                name = _OPERATORS.get(type(op), "")
                return getattr(type(one), name, None), [one, self._value(right)], {}
            case ast.Subscript(value=value, slice=index):
                one = self._value(value)
                return getattr(type(one), "__getitem__", None), [one, self._value(index)], {}
            case ast.Attribute(value=value, attr=name):
                one = self._value(value)
                return getattr(getattr(type(one), name, None), "fget", None), [one], {}
        return None, [], {}

    def _called(
        self, function: Any, args: list[ast.expr], keywords: list[ast.keyword]
    ) -> tuple[Any, list[Any], dict[str, Any]]:
        named = {each.arg: self._value(each.value) for each in keywords if each.arg}
        if len(named) < len(keywords) or any(isinstance(each, ast.Starred) for each in args):
            return None, [], {}
        values = [self._value(each) for each in args]
        if function in _NAMED and len(values) == 1:
            return getattr(type(values[0]), _NAMED[function], None), values, {}
        if isinstance(function, types.MethodType):
            return function.__func__, [function.__self__, *values], named
        if isinstance(function, functools.partial | type):
            return None, [], {}
        return function, values, named


def _is_ours(function: types.FunctionType) -> bool:
    code = function.__code__
    ours = code.co_filename.startswith(_ROOT) and "site-packages" not in code.co_filename
    return ours and not code.co_flags & _AGAIN


class _Raised:
    """Instead of what came back."""


def _came(function: types.FunctionType, values: list[Any], named: dict[str, Any]) -> Any:
    try:
        return function(*values, **named)
    except Exception:  # noqa: BLE001 - whatever the repository's code raises
        return _Raised()


def _is_same(one: Any, other: Any) -> bool:
    return bool(one is other or one == other)


def key_of(function: types.FunctionType, values: Any, named: Any) -> str:
    """What a function is given, the same for the same values. Raise Unknown or TypeError."""
    bound = inspect.signature(function).bind(*values, **named)
    bound.apply_defaults()
    return _told(list(bound.arguments.items()), [])


def _told(value: Any, seen: list[Any]) -> str:
    kind = type(value)
    if kind in _PLAIN or callable(value):
        return repr(value)
    if any(value is each for each in seen) or len(seen) > _MOST_PARTS:
        raise Unknown
    seen.append(value)
    if kind in (list, tuple):
        return f"{kind.__name__}({', '.join(_told(each, seen) for each in value)})"
    if kind in (set, frozenset):
        return f"{kind.__name__}({', '.join(sorted(_told(each, seen) for each in value))})"
    if kind is dict:
        return f"dict({', '.join(_told(list(each), seen) for each in value.items())})"
    return f"{kind.__module__}.{kind.__qualname__}({_parts(value, seen)})"


def _parts(value: Any, seen: list[Any]) -> str:
    """What an object is made of."""
    names = [name for each in type(value).__mro__ for name in getattr(each, "__slots__", ())]
    parts = {name: getattr(value, name) for name in names if hasattr(value, name)}
    parts |= getattr(value, "__dict__", {})
    if parts:
        return _told(list(parts.items()), seen)
    text = repr(value)
    if " at 0x" in text:
        raise Unknown
    return text
