"""Arguments as they travel: values that can be written down as an expression, and as JSON."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SCALARS = (type(None), bool, int, float, str, bytes)
_DEEPEST = 12
_LARGEST = 20_000


class NoTerm(ValueError):
    """A value that cannot be written down."""


@dataclass(frozen=True)
class Call:
    """An object by the call that makes it: `name` is qualified within `module`."""

    module: str
    name: str
    arguments: tuple[Any, ...] = ()


def of(value: Any, depth: int = 0) -> Any:
    """A term for a value: plain values alone, sizes limited. Raise NoTerm."""
    kind = type(value)
    if depth > _DEEPEST:
        raise NoTerm
    if kind in _SCALARS:
        if kind in (str, bytes) and len(value) > _LARGEST:
            raise NoTerm
        return value
    if kind in (list, tuple, set, frozenset) and len(value) <= 200:
        return kind(of(each, depth + 1) for each in value)
    if kind is dict and len(value) <= 200:
        return {of(key, depth + 1): of(each, depth + 1) for key, each in value.items()}
    raise NoTerm


def build(term: Any) -> Any:
    """The value; a new one each time."""
    if isinstance(term, Call):
        made: Any = importlib.import_module(term.module)
        for part in term.name.split("."):
            made = getattr(made, part)
        return made(*map(build, term.arguments))
    kind = type(term)
    if kind in (list, tuple, set, frozenset):
        return kind(build(each) for each in term)
    if kind is dict:
        return {build(key): build(each) for key, each in term.items()}
    return term


def source(term: Any, imports: set[tuple[str, str]]) -> str:  # noqa: PLR0911 - one a type
    """The expression; what it needs imported is added to `imports`."""
    if isinstance(term, Call):
        imports.add((term.module, term.name.partition(".")[0]))
        return f"{term.name}({', '.join(source(each, imports) for each in term.arguments)})"
    kind = type(term)
    if kind is float and not math.isfinite(term):
        return f"float({str(term)!r})"
    if kind is tuple:
        inner = ", ".join(source(each, imports) for each in term)
        return f"({inner},)" if len(term) == 1 else f"({inner})"
    if kind is list:
        return f"[{', '.join(source(each, imports) for each in term)}]"
    if kind in (set, frozenset):
        inner = ", ".join(sorted(source(each, imports) for each in term))
        return f"{kind.__name__}([{inner}])"
    if kind is dict:
        pairs = (f"{source(k, imports)}: {source(v, imports)}" for k, v in term.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(term)


def packed(term: Any) -> Any:
    """As JSON can carry it."""
    if isinstance(term, Call):
        return {"call": [term.module, term.name], "with": [packed(each) for each in term.arguments]}
    kind = type(term)
    if kind is bytes:
        return {"bytes": term.decode("latin-1")}
    if kind is list:
        return [packed(each) for each in term]
    if kind in (tuple, set, frozenset):
        return {kind.__name__: [packed(each) for each in term]}
    if kind is dict:
        return {"dict": [[packed(key), packed(each)] for key, each in term.items()]}
    return term


def unpacked(raw: Any, depth: int = 0) -> Any:
    """Undo `packed`. What comes out of the sandbox is hostile: raise NoTerm for anything else."""
    if depth > _DEEPEST + 4:
        raise NoTerm
    if isinstance(raw, list):
        return [unpacked(each, depth + 1) for each in raw]
    if not isinstance(raw, dict):
        if isinstance(raw, _SCALARS):
            return raw
        raise NoTerm
    try:
        return _tagged(raw, depth + 1)
    except (TypeError, ValueError, KeyError, AttributeError, UnicodeError) as error:
        raise NoTerm from error


def _tagged(raw: dict[str, Any], depth: int) -> Any:
    if "call" in raw:
        module, name = raw["call"]
        if not all(part.isidentifier() for part in (*module.split("."), *name.split("."))):
            raise NoTerm
        return Call(module, name, tuple(unpacked(each, depth) for each in raw["with"]))
    ((tag, inner),) = raw.items()
    if tag == "bytes":
        return inner.encode("latin-1")
    if tag == "dict":
        return {unpacked(key, depth): unpacked(each, depth) for key, each in inner}
    kinds: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}
    return kinds[tag](unpacked(each, depth) for each in inner)


def smaller(term: Any) -> Iterator[Any]:
    """Simpler terms of the same type, the simplest first."""
    kind = type(term)
    if isinstance(term, Call):
        for given in _one_smaller(term.arguments):
            yield Call(term.module, term.name, given)
    elif kind is bool:
        yield from [False] if term else []
    elif kind in (int, float):
        yield from _numbers(term)
    elif kind in (str, bytes, list, tuple):
        yield from _shorter(term)
    elif kind is dict:
        yield from ({k: v for k, v in term.items() if k is not key} for key in term)
        for given in _one_smaller(tuple(term.values())):
            yield dict(zip(term, given, strict=True))
    elif kind in (set, frozenset):
        yield from (kind(other for other in term if other is not each) for each in term)


def _one_smaller(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for at, each in enumerate(items[:100]):
        for less in smaller(each):
            yield (*items[:at], less, *items[at + 1 :])


def _numbers(number: Any) -> Iterator[Any]:
    kind = type(number)
    if not math.isfinite(number):
        yield 0.0
        return
    for less in (0, 1, -number if number < 0 else 0, int(number), int(number / 2), number - 1):
        if abs(less) < abs(number) or (abs(less) == abs(number) and less > number):
            yield kind(less)


def _shorter(items: Any) -> Iterator[Any]:
    """Without a part, the largest parts first; then with simpler items."""
    size = len(items)
    step = size
    while step:
        for at in range(0, size, step):
            yield items[:at] + items[at + step :]
        step //= 2
    if isinstance(items, str):
        for at, letter in enumerate(items[:400]):
            yield from (items[:at] + a + items[at + 1 :] for a in _letters(letter))
    elif isinstance(items, list | tuple):
        yield from map(type(items), _one_smaller(tuple(items)))


def _letters(letter: str) -> str:
    """Simpler ones of the same sort; none for what is simple."""
    if letter.isdecimal():
        return "0" if letter != "0" else ""
    if letter == "a" or letter.isspace() or not (letter.isalpha() or ord(letter) > 126):
        return ""
    return "a"


def weight(term: Any) -> int:
    """How much there is of it, in about letters."""
    if isinstance(term, Call):
        return 1 + sum(map(weight, term.arguments))
    if isinstance(term, str | bytes):
        return 1 + len(term)
    if isinstance(term, dict):
        return 1 + sum(weight(key) + weight(each) for key, each in term.items())
    if isinstance(term, list | tuple | set | frozenset):
        return 1 + sum(map(weight, term))
    return 1
