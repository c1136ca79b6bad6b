"""Calls of a function: those that somebody wrote, and those that its annotations allow."""

from __future__ import annotations

import ast
import contextlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from .package import Callable_
from .pool import Pool

_MOST = 60
_MOST_TEXTS = 250
_TEXT = re.compile(r"(^|_|[a-z])(string|text|str|sql|word|markup|source|html|xml|expression)$")
_MOST_OF_EACH = 8
_MOST_OPTIONS = 30
_BINARY = {
    "__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/", "__floordiv__": "//",
    "__mod__": "%", "__and__": "&", "__or__": "|", "__xor__": "^",
    "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">=",
}  # fmt: skip
_TURNED = {"__radd__": "+", "__rsub__": "-", "__rmul__": "*"}
_UNARY = {"__neg__": "-{}", "__pos__": "+{}", "__abs__": "abs({})", "__len__": "len({})",
          "__hash__": "hash({})", "__str__": "str({})", "__repr__": "repr({})",
          "__bool__": "bool({})", "__iter__": "list({})"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """`how` it is known: it was `written`, or written `bare`, so that it is about what stands
    around it; or it was put together of `values`, of `operands`, or of `options`."""

    text: str
    how: str = "values"

    @property
    def written(self) -> bool:
        return self.how in ("written", "bare")


def given(pool: Pool, function: Callable_) -> Iterator[Given]:
    """Each once, those that were written first."""
    seen = set[str]()
    most = _MOST_TEXTS if takes_text(function) else _MOST
    for each in islice(_all(pool, function), most):
        if each.text not in seen:
            seen.add(each.text)
            yield each


def _all(pool: Pool, function: Callable_) -> Iterator[Given]:
    for call in pool.calls.get(id(function.target), []):
        bare = function.owner is None and not (call.arguments or call.named)
        yield Given(call.text, "bare" if bare else "written")
    if function.owner is None:
        yield from _of_function(pool, function)
    else:
        yield from _of_method(pool, function, function.owner)


def _of_function(pool: Pool, function: Callable_) -> Iterator[Given]:
    for arguments in _arguments(pool, function, skip=0):
        yield Given(f"{function.text}({arguments})")


def _of_method(pool: Pool, function: Callable_, owner: type) -> Iterator[Given]:
    name = function.name
    for one in pool.objects(owner)[:_MOST_OF_EACH]:
        if name in _UNARY:
            yield Given(_UNARY[name].format(one))
        elif name in _BINARY or name in _TURNED:
            for other in _others(pool, function):
                text = (
                    f"{one} {_BINARY[name]} {other}"
                    if name in _BINARY
                    else (f"{other} {_TURNED[name]} {one}")
                )
                yield Given(text)
        elif not name.startswith("_"):
            for arguments in _arguments(pool, function, skip=1):
                yield Given(f"{one}.{name}({arguments})")


def _others(pool: Pool, function: Callable_) -> list[str]:
    """What an operator is used with: what its annotation says, or what it asks about."""
    hints = [hint for name, hint in function.hints.items() if name != "return"]
    if hints:
        return pool.fitting(hints[0], _MOST_OF_EACH)
    own = pool.objects(function.owner)[:_MOST_OF_EACH] if function.owner else []
    return [*own, *(each for kind in _asked(function) for each in pool.objects(kind)[:4])]


def _asked(function: Callable_) -> list[type]:
    """Classes that a function asks about with `isinstance`."""
    inner = inspect.unwrap(function.target)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inner)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return []
    known = getattr(inner, "__globals__", {})
    names = {
        each.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        for part in node.args
        for each in ast.walk(part)
        if isinstance(each, ast.Name)
    }
    found = [known.get(name) for name in sorted(names)]
    return [each for each in found if isinstance(each, type)]


def takes_text(function: Callable_) -> bool:
    """Whether it needs text, and nothing else."""
    try:
        parameters = inspect.signature(function.target).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [each for each in parameters if each.default is each.empty]
    return bool(needed) and all(is_text(function, each.name) for each in needed)


def is_text(function: Callable_, name: str) -> bool:
    """By its annotation; without one, by its name."""
    hint = function.hints.get(name)
    return hint is str or (hint is None and _TEXT.search(name) is not None)


def operated(pool: Pool, method: Callable_) -> Iterator[Given]:
    """An operator with objects of the classes that it asks about."""
    sign = _BINARY.get(method.name, _TURNED.get(method.name, ""))
    if method.owner is None or sign not in ("+", "-"):
        return
    for one in pool.objects(method.owner)[:_MOST_OF_EACH]:
        for kind in _asked(method):
            for other in pool.objects(kind)[:4]:
                left, right = (one, other) if method.name in _BINARY else (other, one)
                yield Given(f"{left} {sign} {right}", "operands")


def optional(pool: Pool, function: Callable_) -> Iterator[Given]:
    """Calls with the options that a function takes without naming them, one at a time."""
    try:
        parameters = [*inspect.signature(function.target).parameters.values()]
    except (TypeError, ValueError):
        return
    named = [each.name for each in parameters if each.kind is each.VAR_KEYWORD]
    if not named or function.owner is not None:
        return
    needed = [
        each
        for each in parameters
        if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    if len(needed) > 1 or not all(_is_text(pool, function, each) for each in needed):
        return
    texts = pool.texts(function, _MOST_OF_EACH) if needed else [""]
    options = [f"{name}=True" for name in sorted(_options(pool, named[0]))[:_MOST_OPTIONS]]
    alone = [each for each in parameters if each.kind is each.POSITIONAL_ONLY]
    if alone:
        texts = [", ".join("1" for _ in alone)]
    for text, option in product(texts, options or ["a=1, b=2"]):
        yield Given(f"{function.text}({text}{', ' if text else ''}{option})", "options")


def _is_text(pool: Pool, function: Callable_, parameter: inspect.Parameter) -> bool:
    if is_text(function, parameter.name):
        return True
    calls = pool.calls.get(id(function.target), [])
    return any(call.arguments and call.arguments[0][:1] in "'\"" for call in calls)


def _options(pool: Pool, name: str) -> set[str]:
    """Names that the package looks for in what it calls so."""
    found: set[str] = set()
    pattern = re.compile(rf"\b{re.escape(name)}(?:\.(?:get|pop)\(|\[)['\"]([a-z_]\w*)['\"]")
    for module in pool.package.modules.values():
        with contextlib.suppress(OSError, TypeError):
            found |= set(pattern.findall(inspect.getsource(module)))
    return found


def _arguments(pool: Pool, function: Callable_, skip: int) -> Iterator[str]:
    """For what is needed, values of the annotated types; nothing where those are not known."""
    try:
        parameters = [*inspect.signature(function.target).parameters.values()][skip:]
    except (TypeError, ValueError):
        return
    needed = [
        each
        for each in parameters
        if each.default is each.empty
        and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    if len(needed) > 3 or any(
        each.default is each.empty and each.kind is each.KEYWORD_ONLY for each in parameters
    ):
        return
    choices = []
    for each in needed:
        hint = function.hints.get(each.name)
        if is_text(function, each.name):
            most = _MOST_TEXTS if len(needed) == 1 else _MOST_OF_EACH
            choices.append(pool.texts(function, most))
        elif hint is not None:
            choices.append(pool.fitting(hint, _MOST_OF_EACH))
        else:
            return
    for chosen in islice(product(*choices), _MOST_TEXTS):
        yield ", ".join(chosen)
