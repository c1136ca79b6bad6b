"""What a parameter takes: from its annotation, default, recorded calls, and at last its name."""

from __future__ import annotations

import collections.abc
import contextlib
import enum
import inspect
import io
import pathlib
import re
import types
import typing
from collections.abc import Sequence
from typing import Any

from . import terms
from .codec import Spec

STR: Spec = {"kind": "str"}
BYTES: Spec = {"kind": "bytes"}
BOOL: Spec = {"kind": "bool"}
NONE: Spec = {"kind": "none"}
_SCALARS: list[Spec] = [STR, {"kind": "int"}, BOOL, NONE]
_PLAIN: dict[Any, Spec] = {
    str: STR,
    bytes: BYTES,
    bytearray: BYTES,
    bool: BOOL,
    int: {"kind": "int"},
    float: {"kind": "float"},
    type(None): NONE,
    None: NONE,
    typing.AnyStr: STR,
}
_MADE: dict[Any, tuple[str, str, Spec]] = {
    pathlib.Path: ("pathlib", "Path", STR),
    pathlib.PurePath: ("pathlib", "PurePosixPath", STR),
    io.StringIO: ("io", "StringIO", STR),
    io.TextIOBase: ("io", "StringIO", STR),
    typing.TextIO: ("io", "StringIO", STR),
    io.BytesIO: ("io", "BytesIO", BYTES),
    typing.BinaryIO: ("io", "BytesIO", BYTES),
}
_COLLECTIONS: dict[Any, str] = {
    list: "list",
    set: "set",
    frozenset: "frozenset",
    collections.abc.Sequence: "list",
    collections.abc.Iterable: "list",
    collections.abc.Collection: "list",
    collections.abc.MutableSequence: "list",
    collections.abc.Set: "set",
    collections.abc.MutableSet: "set",
}
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_DEEPEST = 4
_TEXTS = re.compile(
    r"^(text|string|str_?|s|line|source|src|content|contents|markup|html|xml|url|uri|value|val|name|"
    r"key|prefix|suffix|sep|separator|pattern|expr|expression|query|word|message|msg|title|body|"
    r"template|header|host|path|filename|date_?str\w*|\w+_(text|str|string|name|line))$"
)
_NUMBERS = re.compile(
    r"^(n|i|count|size|width|height|index|limit|length|start|stop|step|offset|num)$"
)
_DOCUMENTED = re.compile(
    r":type\s+(\w+):\s*([\w\[\], |.]+)|^\s*(\w+)\s*\(([\w\[\], |.]+)\)\s*:", re.M
)
_WORDS = {"str": STR, "string": STR, "bytes": BYTES, "int": _PLAIN[int], "integer": _PLAIN[int],
          "bool": BOOL, "boolean": BOOL, "float": _PLAIN[float]}  # fmt: skip


def of_annotation(annotation: Any, depth: int = 0) -> Spec | None:  # noqa: PLR0911 - one a form
    """None for what nobody here can make."""
    if depth > _DEEPEST:
        return None
    if isinstance(annotation, typing.Hashable) and annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, typing.Hashable) and annotation in _MADE:
        module, name, part = _MADE[annotation]
        return {"kind": "make", "module": module, "name": name, "of": [part]}
    if isinstance(annotation, typing.TypeVar):
        bound = annotation.__constraints__[:1] or (annotation.__bound__ or str,)
        return of_annotation(bound[0], depth + 1)
    if hasattr(annotation, "__supertype__"):
        return of_annotation(annotation.__supertype__, depth + 1)
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return {"kind": "choice", "values": list(inner)}
    if origin is typing.Annotated:
        return of_annotation(inner[0], depth + 1)
    if origin in (typing.Union, types.UnionType):
        return _union([of_annotation(each, depth + 1) for each in inner])
    return _generic(origin or annotation, inner, depth + 1)


def _union(parts: Sequence[Spec | None]) -> Spec | None:
    known = [part for part in parts if part is not None]
    if not known or all(part["kind"] == "none" for part in known):
        return None
    return known[0] if len(known) == 1 else {"kind": "union", "of": known}


def _generic(origin: Any, inner: Sequence[Any], depth: int) -> Spec | None:
    if origin in _COLLECTIONS:
        part = of_annotation(inner[0], depth) if inner else STR
        return {"kind": _COLLECTIONS[origin], "of": [part]} if part else None
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            part = of_annotation(inner[0], depth)
            return {"kind": "tuple", "of": [part]} if part else None
        parts = [of_annotation(each, depth) for each in inner]
        return {"kind": "fixed", "of": parts} if parts and all(parts) else None
    if origin in _DICTS:
        pair = [of_annotation(each, depth) for each in inner] if len(inner) == 2 else [STR, STR]
        return {"kind": "dict", "of": pair} if all(pair) else None
    return _of_class(origin, depth)


def _of_class(kind: Any, depth: int) -> Spec | None:
    """An object whose class says what it is made of."""
    if not inspect.isclass(kind) or inspect.isabstract(kind):
        return None
    named = {"module": kind.__module__, "name": kind.__qualname__}
    if "<" in kind.__qualname__ or getattr(kind, "_is_protocol", False):
        return None
    if named == {"module": "datetime", "name": "date"} or kind.__module__ == "datetime":
        return {"kind": "date", **named} if kind.__name__ in ("date", "datetime") else None
    if issubclass(kind, enum.Enum):
        values = [term for each in kind if (term := _plain(each.value)) is not terms.NoTerm]
        choices = {"kind": "choice", "values": values}
        return {"kind": "make", **named, "of": [choices]} if values else None
    if kind.__module__ in ("builtins", "typing", "collections.abc", "abc", "io", "types"):
        return None
    return made(kind, depth)


def made(kind: type, depth: int = 0) -> Spec | None:
    """An object by the parameters that its class needs."""
    try:
        signature = inspect.signature(kind)
        hints = hints_of(inspect.getattr_static(kind, "__init__"))
    except (TypeError, ValueError):
        return None
    parts = []
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            continue
        hint = hints.get(name, parameter.annotation)
        part = None if parameter.kind is parameter.KEYWORD_ONLY else of_annotation(hint, depth + 1)
        if hint is parameter.empty or part is None:
            return None
        parts.append(part)
    return {"kind": "make", "module": kind.__module__, "name": kind.__qualname__, "of": parts}


def _plain(value: Any) -> Any:
    try:
        return terms.of(value)
    except terms.NoTerm:
        return terms.NoTerm


def hints_of(function: Any) -> dict[str, Any]:
    """Annotations as objects; those that cannot be had are left out."""
    found = {}
    with contextlib.suppress(Exception):  # annotations are code of others
        return typing.get_type_hints(function)
    scope = {**vars(typing), **getattr(function, "__globals__", {})}
    for name, hint in getattr(function, "__annotations__", {}).items():
        try:
            found[name] = eval(hint, scope) if isinstance(hint, str) else hint  # noqa: S307
        except Exception:  # noqa: BLE001, S112 - annotations are code of others
            continue
    return found


def of_terms(seen: Sequence[Any]) -> Spec | None:
    """A type that real arguments are of; None where they tell nothing."""
    specs: list[Spec] = []
    for term in seen[:50]:
        spec = _of_term(term)
        if spec is None:
            return None
        if spec not in specs:
            specs.append(spec)
    return _union(specs[:6])


def _of_term(term: Any) -> Spec | None:
    kind = type(term)
    if kind in (int, float):
        return {"kind": kind.__name__}
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in (list, set, frozenset, tuple):
        part = of_terms(list(term)) if term else STR
        return {"kind": kind.__name__, "of": [part]} if part else None
    if kind is dict:
        pair = [of_terms(list(term)), of_terms(list(term.values()))] if term else [STR, STR]
        return {"kind": "dict", "of": pair} if all(pair) else None
    return None


def bounded(spec: Spec, seen: Sequence[Any]) -> Spec:
    """Numbers kept to what callers give: not below 0 where nobody did, and not huge."""
    if spec["kind"] in ("int", "float"):
        numbers = [each for each in seen if type(each) in (int, float)]
        low = min([1 if numbers and min(numbers) >= 1 else 0, *numbers])
        high = max([1000, *numbers])
        return {**spec, "low": -1000 if low < 0 else low, "high": int(high)}
    if "of" in spec:
        return {**spec, "of": [bounded(part, _within(seen)) for part in spec["of"]]}
    return spec


def _within(seen: Sequence[Any]) -> list[Any]:
    inner: list[Any] = []
    for each in seen[:50]:
        if isinstance(each, list | tuple | set | frozenset):
            inner += each
        elif isinstance(each, dict):
            inner += [*each, *each.values()]
        else:
            inner.append(each)
    return inner


def of_words(function: Any, name: str) -> Spec | None:
    """What the docstring says of a parameter."""
    for first, said, second, other in _DOCUMENTED.findall(function.__doc__ or ""):
        if name in (first, second):
            words = re.findall(r"\w+", said or other)
            parts = [_WORDS[word] for word in words if word in _WORDS]
            return _union(parts[:3])
    return None


_NO_TEXT = re.compile(
    r"^(f|fn|func\w*|callback|cb|pred\w*|key_?func|cls|klass|ctx|context|session|request|response|"
    r"config|settings|options|opts|parser|logger|handler|node|tree|obj\w*|instance|self|other|"
    r"args|kwargs|stream|fp|file\w*|conn\w*|client|app|seq\w*|coll\w*|iter\w*|items?|mapping|dct|d)$"
)
"""Names of what is surely no text."""


_METHODS: Spec = {"kind": "choice", "values": ["__hash__", "__str__", "__repr__"]}
_CALLABLE: Spec = {"kind": "make", "module": "operator", "name": "methodcaller", "of": [_METHODS]}
"""A function of one argument, whatever that is."""
_GUESSES: list[tuple[re.Pattern[str], Spec]] = [
    (_TEXTS, STR),
    (re.compile(r"^(data|raw|payload|buf|buffer)$"), BYTES),
    (_NUMBERS, _PLAIN[int]),
    (re.compile(r"^(is|has|allow|use)_"), BOOL),
    (re.compile(r"^(f|fn|func\w*|callback|cb|pred\w*|key_?func)$"), _CALLABLE),
    (re.compile(r"^(seq\w*|coll\w*|iter\w*|items)$"), {"kind": "list", "of": [_PLAIN[int]]}),
    (re.compile(r"^(mapping|dct|d)$"), {"kind": "dict", "of": [STR, _PLAIN[int]]}),
]


def of_name(name: str) -> Spec | None:
    """A guess, and no more: it counts where a call comes back."""
    return next((spec for pattern, spec in _GUESSES if pattern.match(name)), None)


def of_nothing(name: str) -> Spec | None:
    """Text, which most functions that say nothing take; what comes of it is never sure."""
    return None if _NO_TEXT.match(name) else STR
