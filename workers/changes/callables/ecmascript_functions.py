"""What functions of JavaScript and TypeScript take, where it is certain which of them is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from workers.changes.callables.base import Source
from workers.languages.syntax import Part

FUNCTIONS = frozenset(
    "function_declaration generator_function_declaration arrow_function function_expression "
    "generator_function method_definition".split()
)
_DECLARED = frozenset({"function_declaration", "generator_function_declaration"})
_MAY_BE_LEFT_OUT = re.compile(r"\b(?:void|any|unknown)\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """`name` is '' where it is taken apart; `optional` by what is written; `needed` where the body
    does with it what cannot be done with undefined, each time, before anything else."""

    name: str
    optional: bool
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Takes:
    """`rest`: any number more are taken."""

    parameters: tuple[Parameter, ...]
    rest: bool

    @property
    def written(self) -> tuple[tuple[str, bool], ...]:
        return tuple((each.name, each.optional) for each in self.parameters)


def function(source: Source, name: str) -> Takes | None:
    """None unless it stands once, and nothing else in its file may be meant by the name."""
    bound = bindings(source)[name]
    if bound == 0:
        made = [part for part in _assignments(source, name)]
        return takes(source, made[0]) if len(made) == 1 and made[0].kind in FUNCTIONS else None
    for statement in source.root.inner if bound == 1 else ():
        declared = statement.at("declaration") or statement
        named = source.text(declared.at("name")) == name
        if named and declared.kind in _DECLARED:
            return takes(source, declared)
        if named and declared.kind == "class_declaration":
            return _constructor(source, declared)
        for part in declared.inner:
            if part.kind == "variable_declarator" and source.text(part.at("name")) == name:
                return _assigned(source, part)
    return None


def _assignments(source: Source, name: str) -> Iterator[Part]:
    """What is written to `exports.name`."""
    for part in source.root.walk():
        if part.kind == "assignment_expression" and (right := part.at("right")):
            left = source.text(part.at("left"))
            yield from [right] if left in (f"exports.{name}", f"module.exports.{name}") else []


def _assigned(source: Source, declarator: Part) -> Takes | None:
    value = declarator.at("value")
    if value is None or declarator.at("type") or value.kind not in FUNCTIONS:
        return None
    return takes(source, value)


def _constructor(source: Source, cls: Part) -> Takes | None:
    body = cls.at("body")
    if body is None or any(each.kind == "decorator" for each in cls.inner):
        return None
    found = [
        each
        for each in body.inner
        if each.kind in ("method_definition", "method_signature")
        and source.text(each.at("name")) == "constructor"
    ]
    one = len(found) == 1 and found[0].kind == "method_definition"
    return takes(source, found[0]) if one else None


def takes(source: Source, made: Part) -> Takes | None:
    """None where it looks at its arguments in another way."""
    body, listed = made.at("body"), made.at("parameters")
    if body is None or "arguments" in _words(source, body):
        return None
    alone = made.at("parameter")
    parts = [alone] if alone else [each for each in listed.inner if each.named] if listed else []
    parts = [each for each in parts if each.kind != "comment"]
    if parts and source.text(parts[0].at("pattern")) == "this":
        parts = parts[1:]
    rest = bool(parts) and _is_rest(parts[-1])
    kept = parts[:-1] if rest else parts
    generic = {source.text(each) for each in _generic(made)}
    return Takes(tuple(_parameter(source, each, body, generic) for each in kept), rest)


def _generic(made: Part) -> Iterator[Part]:
    listed = made.at("type_parameters")
    for each in listed.inner if listed else ():
        if (name := each.at("name")) is not None:
            yield name


def _is_rest(part: Part) -> bool:
    inner = part.at("pattern") or part
    return inner.kind == "rest_pattern"


def _parameter(source: Source, part: Part, body: Part, generic: set[str]) -> Parameter:
    inner = part.at("pattern") or part
    has_default = part.kind == "assignment_pattern" or part.at("value") is not None
    type_ = source.text(part.at("type"))
    left_out = bool(_MAY_BE_LEFT_OUT.search(type_)) or type_.strip(": ") in generic
    optional = has_default or part.kind == "optional_parameter" or left_out
    made = Parameter(source.text(inner) if inner.kind == "identifier" else "", optional)
    if optional:
        return made
    apart = inner.kind in ("object_pattern", "array_pattern")
    return replace(made, needed=apart or _is_needed(source, made.name, body))


_PASSES = frozenset(
    "statement_block expression_statement lexical_declaration variable_declaration "
    "variable_declarator return_statement arguments array object pair parenthesized_expression "
    "template_string template_substitution await_expression spread_element unary_expression "
    "new_expression member_expression subscript_expression non_null_expression "
    "as_expression".split()
)
_BEFORE = frozenset("expression_statement lexical_declaration variable_declaration comment".split())
_MENTIONS = frozenset(
    "identifier shorthand_property_identifier shorthand_property_identifier_pattern".split()
)


def _is_needed(source: Source, name: str, body: Part) -> bool:
    """Whether its first mention takes something out of it, on the one way through the body."""
    mentioned = (part for part in body.walk() if part.kind in _MENTIONS)
    inner = next((part for part in mentioned if source.text(part) == name), None)
    if inner is None or inner is body or not _takes_out(source.around[id(inner)], inner):
        return False
    for outer in source.outwards(inner):
        if inner is body:
            break
        if outer is body and body.kind == "statement_block":
            return _comes_first(body, inner)
        if not _passes(source, outer, inner):
            return False
        inner = outer
    return inner is body


def _takes_out(outer: Part, inner: Part) -> bool:
    """'x.y', 'x[y]', 'x(y)', '{y} = x': none of it can be done with undefined."""
    if any(each.kind in ("optional_chain", "?.") for each in outer.inner):
        return False
    if outer.kind == "variable_declarator":
        name = outer.at("name")
        return name is not None and name.kind in ("object_pattern", "array_pattern")
    wanted = {"member_expression": "object", "subscript_expression": "object"}
    return inner.field == wanted.get(outer.kind, "function") and (
        outer.kind in wanted or outer.kind == "call_expression"
    )


def _passes(source: Source, outer: Part, inner: Part) -> bool:
    """Whether what is within is done whenever what is around it is."""
    match outer.kind:
        case "binary_expression":
            is_sure = source.text(outer.at("operator")) not in ("&&", "||", "??")
            return is_sure or inner.field == "left"
        case "call_expression":
            return "?." not in source.text(outer.at("function")) and not outer.at("optional_chain")
        case "assignment_expression":
            return inner.field == "right"
    return outer.kind in _PASSES


def _comes_first(body: Part, statement: Part) -> bool:
    """Whether nothing before a statement may leave the function."""
    before = [each for each in body.inner if each.named and each.start < statement.start]
    return all(each.kind in _BEFORE for each in before)


def _words(source: Source, part: Part) -> set[str]:
    return {source.text(each) for each in part.walk() if each.kind == "identifier"}


_BINDS = frozenset("name left parameter pattern alias".split())
_PATTERNS = frozenset(
    "formal_parameters array_pattern rest_pattern import_clause namespace_import import_specifier "
    "assignment_pattern object_assignment_pattern catch_clause".split()
)


@lru_cache(maxsize=64)
def bindings(source: Source) -> Counter[str]:
    """How often each name may be bound anywhere in a file; rather too often than not."""
    found: Counter[str] = Counter()
    for outer in source.root.walk():
        if outer.kind != "export_specifier":
            found.update(source.text(part) for part in outer.inner if _binds(outer, part))
    return found


def _binds(outer: Part, part: Part) -> bool:
    if part.kind == "shorthand_property_identifier_pattern":
        return True
    if part.kind not in ("identifier", "type_identifier"):
        return False
    if outer.kind == "import_specifier" and part.field == "name" and outer.at("alias"):
        return False
    is_value = outer.kind == "pair_pattern" and part.field == "value"  # '{a: b}' binds b
    return part.field in _BINDS or outer.kind in _PATTERNS or is_value
