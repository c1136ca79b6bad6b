"""Go: signatures and calls, from the syntax tree. What does not fit is not compiled.

Certain is: a function at the top level, of one file without conditions of build; called by its name
in the same package, or by its package's name, which nothing else in the file binds; with arguments
that are all written out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workers.changes.callables.base import (
    Caller,
    Home,
    Misfit,
    Source,
    lacking,
    many,
    source,
    sources,
)
from workers.languages.syntax import Part

_CONDITIONS = re.compile(r"^//(?:go:build| \+build)\b", re.MULTILINE)
_NOT_CALLED = frozenset({"init", "main", "_"})


@dataclass(frozen=True, slots=True)
class _Takes:
    """Names of the parameters, '' for one without; `rest`: any number more are taken."""

    names: tuple[str, ...]
    rest: bool


def called(symbol: str) -> str:
    return "" if "." in symbol or symbol in _NOT_CALLED else symbol


def misfits(name: str, home: Home, caller: Caller) -> list[Misfit]:
    read = _read(name, home, caller)
    if read is None:
        return []
    before, after, own = read
    old, new = _function(before, name), _function(after, name)
    if old is None or new is None:
        return []
    found = []
    for call in _calls(own, _ways(own, after, name, caller.module)):
        given = _given(call)
        if given is not None and not _why(given, old) and (why := _why(given, new)):
            found.append(Misfit(call.line, why))
    return found


def is_gone(name: str, home: Home) -> bool:
    old, new = source(home.language, home.before), source(home.language, home.after)
    if old is None or new is None or _CONDITIONS.search(home.before + "\n" + home.after):
        return False
    return name in _declared(old) and name not in _declared(new) | _words(new)


def imports(name: str, home: Home, caller: Caller) -> list[int]:
    """The first line that uses it: the compiler stops there."""
    read = _read(name, home, caller)
    if read is None:
        return []
    _, after, own = read
    ways = _ways(own, after, name, caller.module)
    lines = [part.line for part in own.root.walk() if _is_use(own, part, ways)]
    return sorted(set(lines))[:1]


def _read(name: str, home: Home, caller: Caller) -> tuple[Source, Source, Source] | None:
    if name not in caller.text:
        return None
    if any(_CONDITIONS.search(text) for text in (home.before, home.after, caller.text)):
        return None
    return sources(home, caller)


def _function(own: Source, name: str) -> _Takes | None:
    found = [
        part
        for part in own.root.inner
        if part.kind == "function_declaration" and own.text(part.at("name")) == name
    ]
    listed = found[0].at("parameters") if len(found) == 1 else None
    if listed is None:
        return None
    names: list[str] = []
    for part in listed.inner:
        if part.kind == "parameter_declaration":
            written = [own.text(each) for each in part.inner if each.field == "name"]
            names += written or [""]
    rest = any(part.kind == "variadic_parameter_declaration" for part in listed.inner)
    return _Takes(tuple(names), rest)


def _package(own: Source) -> str:
    clause = next((part for part in own.root.inner if part.kind == "package_clause"), None)
    return own.text(clause.inner[-1]) if clause and clause.inner else ""


def _ways(own: Source, home: Source, name: str, module: str) -> set[str]:
    """What stands before the arguments where the function is called: 'F', or 'package.F'."""
    bound = _bound(own)
    if not module:
        is_same = _package(own) == _package(home)
        free = bound[name] == (1 if own is home else 0)
        return {name} if is_same and free and not _has_dots(own) else set()
    locals_ = {
        own.text(part.at("name")) or _package(home)
        for part in own.root.walk()
        if part.kind == "import_spec" and own.text(part.at("path")).strip('"`') == module
    }
    return {f"{each}.{name}" for each in locals_ if not bound[each] and each not in ("_", ".")}


def _has_dots(own: Source) -> bool:
    """Whether names of another package are seen as if they were here."""
    return any(
        part.kind == "import_spec" and own.text(part.at("name")) == "." for part in own.root.walk()
    )


_BINDS = frozenset({"name", "left", "alias"})


@lru_cache(maxsize=64)
def _bound(own: Source) -> Counter[str]:
    """How often each name is bound anywhere in a file, but for imports."""
    found: Counter[str] = Counter()
    for outer in own.root.walk():
        for part in outer.inner:
            if part.field in _BINDS and outer.kind != "import_spec":
                listed = part.inner if part.kind == "expression_list" else (part,)
                found.update(own.text(each) for each in listed if _is_name(each))
    return found


def _is_name(part: Part) -> bool:
    return part.kind in ("identifier", "type_identifier")


def _declared(own: Source) -> set[str]:
    """Names at the top level."""
    found = set()
    for part in own.root.inner:
        if part.kind.endswith("_declaration") and part.kind != "method_declaration":
            named = [
                part,
                *(each for each in part.walk() if each.kind.endswith(("_spec", "_alias"))),
            ]
            found |= {
                own.text(inner) for each in named for inner in each.inner if inner.field == "name"
            }
    return found


def _words(own: Source) -> set[str]:
    return {own.text(part) for part in own.root.walk() if _is_name(part)}


def _calls(own: Source, ways: set[str]) -> Iterator[Part]:
    for part in own.root.walk() if ways else ():
        if part.kind == "call_expression" and own.text(part.at("function")) in ways:
            yield part


def _is_use(own: Source, part: Part, ways: set[str]) -> bool:
    """A field may have the name, too, where a struct is written out."""
    if part.kind not in ("identifier", "selector_expression") or own.text(part) not in ways:
        return False
    return own.around[id(part)].kind != "literal_element"


def _given(call: Part) -> int | None:
    """How many arguments; None where that is not written, or one of them may be several."""
    listed = call.at("arguments")
    given = [each for each in listed.inner if each.named] if listed else []
    given = [each for each in given if each.kind != "comment"]
    if any(each.kind == "variadic_argument" for each in given):
        return None
    if len(given) == 1 and given[0].kind == "call_expression":
        return None
    return len(given)


def _why(given: int, takes: _Takes) -> str:
    if given > len(takes.names) and not takes.rest:
        return many(given, len(takes.names))
    return lacking(given, takes.names, given) if given < len(takes.names) else ""
