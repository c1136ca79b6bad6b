"""What a file of JavaScript or TypeScript exports, and what it imports from another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workers.changes.callables.base import Source
from workers.changes.callables.ecmascript_functions import FUNCTIONS, bindings
from workers.languages.syntax import Part

ALL = "*"
"""Exported: things that are not named here; imported: the module itself."""
ITSELF = "="
"""What `module.exports` is set to, and `require` gives."""
DEFAULT = "default"

_NAMES = frozenset("identifier type_identifier shorthand_property_identifier_pattern".split())


@dataclass(frozen=True, slots=True)
class Imported:
    """`name` as it is exported, or ALL, ITSELF, DEFAULT. `is_static`: it is linked before anything
    runs, and what is missing fails."""

    local: str
    name: str
    line: int
    is_static: bool


@lru_cache(maxsize=64)
def exported(source: Source) -> list[tuple[str, str]]:
    """Pairs of an exported name and what the file itself calls it, '' where that is not known."""
    found: list[tuple[str, str]] = []
    for part in source.root.walk():
        if part.kind == "export_statement":
            found += _of_statement(source, part)
        elif part.kind == "assignment_expression":
            found += _of_assignment(source, part)
    return found


def _of_statement(source: Source, statement: Part) -> Iterator[tuple[str, str]]:
    kinds = {each.kind for each in statement.inner}
    declared, value = statement.at("declaration"), statement.at("value")
    is_default = DEFAULT in kinds
    if value is not None:
        yield DEFAULT, source.text(value) if value.kind == "identifier" else ""
    elif declared is not None:
        for name in _declared(source, declared):
            yield DEFAULT if is_default else name, name
    elif "export_clause" in kinds:
        yield from _of_clause(source, statement)
    elif "namespace_export" in kinds:
        yield from ((source.text(p), "") for p in statement.walk() if p.kind in _NAMES)
    else:
        yield ALL, ""


def _declared(source: Source, declared: Part) -> Iterator[str]:
    name = declared.at("name")
    parts = [name] if name else [p.at("name") for p in declared.inner]
    for part in parts:
        for each in part.walk() if part else ():
            if each.kind in _NAMES:
                yield source.text(each)


def _of_clause(source: Source, statement: Part) -> Iterator[tuple[str, str]]:
    is_own = statement.at("source") is None
    for part in statement.walk():
        if part.kind == "export_specifier":
            name = source.text(part.at("name"))
            yield source.text(part.at("alias")) or name, name if is_own else ""


def _of_assignment(source: Source, part: Part) -> Iterator[tuple[str, str]]:
    left, right = source.text(part.at("left")), part.at("right")
    owner, _, name = left.rpartition(".")
    if right is None:
        return
    if left == "module.exports":
        yield from _of_object(source, right)
    elif owner in ("exports", "module.exports"):
        own = source.text(right) if right.kind == "identifier" else ""
        if right.kind in FUNCTIONS and not bindings(source)[name]:
            own = name
        yield name, own


def _of_object(source: Source, right: Part) -> Iterator[tuple[str, str]]:
    if right.kind == "identifier":
        yield ITSELF, source.text(right)
        return
    if right.kind != "object":
        yield ALL, ""
    for each in right.inner if right.kind == "object" else ():
        key, value = each.at("key"), each.at("value")
        if each.kind == "shorthand_property_identifier":
            yield source.text(each), source.text(each)
        elif key is not None and value is not None:
            yield source.text(key), source.text(value) if value.kind == "identifier" else ""
        elif each.named and each.kind != "comment":
            yield source.text(each.at("name")) or ALL, ""


def imported(source: Source, module: str) -> Iterator[Imported]:
    """What a file takes from a module at its top."""
    for statement in source.root.inner:
        named = source.text(statement.at("source")).strip("\"'`")
        if statement.kind == "import_statement" and named == module:
            yield from _of_import(source, statement)
        elif statement.kind == "export_statement" and named == module:
            for part in statement.walk():
                if part.kind == "export_specifier":
                    yield Imported("", source.text(part.at("name")), part.line, True)
        for part in statement.inner:
            if part.kind == "variable_declarator" and _required(source, part) == module:
                yield from _of_require(source, part)


def _of_import(source: Source, statement: Part) -> Iterator[Imported]:
    for part in statement.walk():
        if part.kind == "import_specifier":
            name = source.text(part.at("name"))
            local = source.text(part.at("alias")) or name
            yield Imported(local, name, part.line, True)
        elif part.kind == "namespace_import":
            yield from (
                Imported(source.text(each), ALL, part.line, True)
                for each in part.inner
                if each.kind == "identifier"
            )
        elif part.kind == "import_clause":
            yield from (
                Imported(source.text(each), DEFAULT, part.line, True)
                for each in part.inner
                if each.kind == "identifier"
            )


def _required(source: Source, declarator: Part) -> str:
    """The module of 'name = require("module")'."""
    value = declarator.at("value")
    if value is None or source.text(value.at("function")) != "require":
        return ""
    given = [each for part in value.inner for each in part.inner if each.kind == "string"]
    return source.text(given[0]).strip("\"'`") if len(given) == 1 else ""


def _of_require(source: Source, declarator: Part) -> Iterator[Imported]:
    name = declarator.at("name")
    if name is None:
        return
    if name.kind == "identifier":
        yield Imported(source.text(name), ALL, name.line, False)
        yield Imported(source.text(name), ITSELF, name.line, False)
    for part in name.inner:
        if part.kind == "shorthand_property_identifier_pattern":
            yield Imported(source.text(part), source.text(part), part.line, False)
        elif part.kind == "pair_pattern":
            key, local = source.text(part.at("key")), source.text(part.at("value"))
            yield Imported(local, key, part.line, False)
