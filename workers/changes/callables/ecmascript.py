"""JavaScript and TypeScript: signatures and calls, from the syntax tree.

Certain is: a function, or the constructor of a class, that stands once at the top of its file;
called by the name under which it was imported, which nothing else in the file binds; with arguments
that are all written out; outside of anything that expects the call to fail. Between two files of
TypeScript, what the compiler refuses does not fit. Elsewhere an argument that is not given is
undefined, and a call fails only where the function takes it apart at once; one that is given and
not taken is ignored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

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
from workers.changes.callables.ecmascript_functions import Takes, bindings, function
from workers.changes.callables.ecmascript_modules import (
    ALL,
    DEFAULT,
    ITSELF,
    exported,
    imported,
)
from workers.languages.syntax import Part

_COMPILED = frozenset({"typescript", "tsx"})
_MEANT = re.compile(r"throw|reject|fail", re.IGNORECASE)
_ASKS = re.compile(r"typeof|\.length\b|version", re.IGNORECASE)
_UNCHECKED = re.compile(r"@ts-(?:ignore|expect-error)")


def called(symbol: str) -> str:
    name = symbol.removesuffix(".constructor")
    return "" if "." in name else name


def misfits(name: str, home: Home, caller: Caller) -> list[Misfit]:
    if name not in caller.text or _is_unchecked(caller):
        return []
    read = sources(home, caller)
    if read is None:
        return []
    before, after, own = read
    old, new = function(before, name), function(after, name)
    if old is None or new is None or (old.written, old.rest) == (new.written, new.rest):
        return []
    strict = {home.language, caller.language} <= _COMPILED
    found = []
    for call in _calls(own, _ways(own, after, name, caller.module)):
        given = _given(call)
        if given is not None and not _why(given, old, strict=strict):
            why = _why(given, new, strict=strict)
            fails = bool(why) and (caller.language in _COMPILED or given < len(new.parameters))
            found += [Misfit(call.line, why, fails)] if why else []
    return found


def is_gone(name: str, home: Home) -> bool:
    """No export of that name is left, nor anything that may export unseen."""
    old, new = source(home.language, home.before), source(home.language, home.after)
    if old is None or new is None:
        return False
    left = {each for each, _ in exported(new)}
    return name in {each for each, _ in exported(old)} and not {name, ALL, ITSELF} & left


def imports(name: str, home: Home, caller: Caller) -> list[int]:
    """Lines of `import` and `export … from`: those of `require` are undefined, and no more."""
    own = source(caller.language, caller.text)
    if own is None or _is_unchecked(caller):
        return []
    return [
        each.line
        for each in imported(own, caller.module)
        if each.name == name and each.is_static and not _is_excused(own, each.line)
    ]


def _is_unchecked(caller: Caller) -> bool:
    """Where nothing is compared, and where modules are replaced."""
    return "@ts-nocheck" in caller.text or bool(re.search(r"\bmock\w*\(", caller.text, re.I))


def _ways(own: Source, home: Source, name: str, module: str) -> set[str]:
    """What stands before the arguments where the function is called: 'f', or 'module.f'."""
    bound = bindings(own)
    if not module:
        return {name} if bound[name] == 1 else set()
    pairs = exported(home)
    once = Counter(each for each, _ in pairs)
    names = {each for each, local in pairs if local == name and once[each] == 1}
    ways = set()
    for each in imported(own, module):
        if bound[each.local] != 1:
            continue
        if each.name == ALL:
            ways |= {f"{each.local}.{public}" for public in names - {ITSELF}}
        elif each.name in names or (each.name == DEFAULT and ITSELF in names):
            ways.add(each.local)
    return ways


def _calls(own: Source, ways: set[str]) -> Iterator[Part]:
    """Those that nothing around expects to fail."""
    waiting = [own.root] if ways else []
    while waiting:
        part = waiting.pop()
        if _may_be_meant(own, part):
            continue
        named = part.at("function") if part.kind == "call_expression" else part.at("constructor")
        if named and own.text(named) in ways and not _is_excused(own, part.line):
            yield part
        waiting.extend(part.inner)


def _may_be_meant(own: Source, part: Part) -> bool:
    """Whether a call inside may be meant to fail, or to be made elsewhere alone."""
    match part.kind:
        case "try_statement":
            return part.at("handler") is not None
        case "if_statement" | "ternary_expression":
            return bool(_ASKS.search(own.text(part.at("condition"))))
        case "call_expression":
            named = part.at("function")
            last = named.at("property") if named else None
            return bool(_MEANT.search(own.text(last or named)[:200]))
    return False


def _is_excused(own: Source, line: int) -> bool:
    """Whether the line above says that the compiler need not agree."""
    above = own.lines[line - 2] if line > 1 else ""
    return bool(_UNCHECKED.search(above))


def _given(call: Part) -> int | None:
    """How many arguments; None where that is not written."""
    listed = call.at("arguments")
    if listed is None:
        return 0 if call.kind == "new_expression" else None
    given = [each for each in listed.inner if each.named and each.kind != "comment"]
    spread = any(each.kind == "spread_element" for each in given)
    return None if spread or listed.kind != "arguments" else len(given)


def _why(given: int, takes: Takes, *, strict: bool) -> str:
    if given > len(takes.parameters) and not takes.rest:
        return many(given, len(takes.parameters))
    for number, each in enumerate(takes.parameters[given:], given):
        if each.needed or (strict and not each.optional):
            return lacking(given, [p.name for p in takes.parameters], number)
    return ""
