"""Edits of JavaScript and TypeScript that Go knows nothing of."""

from __future__ import annotations

from collections.abc import Iterator

from workers.languages.syntax import Part
from workers.repairs.braced.edits import Code, Operator
from workers.repairs.braced.operators import OPERATORS as SHARED

_Edits = Iterator[tuple[Part, Part, str]]
FUNCTIONS = frozenset(
    "function_declaration function_expression arrow_function method_definition "
    "generator_function_declaration generator_function".split()
)
_STATEMENTS = (
    "return_statement",
    "expression_statement",
    "lexical_declaration",
    "for_in_statement",
)
_VALUES = ("", " null", " false", " ''", " 0", " []")
_MOST_NAMES = 4


def parameters(function: Part, raw: bytes) -> tuple[str, ...]:
    """Their names, without those of parts of them."""
    listed = function.at("parameters") or function.at("parameter")
    if listed is None:
        return ()
    found = [listed] if listed.kind == "identifier" else listed.inner
    plain = [_named(each) for each in found]
    return tuple(
        raw[each.start : each.end].decode(errors="replace") for each in plain if each is not None
    )


def _named(part: Part) -> Part | None:
    if part.kind == "identifier":
        return part
    inner = part.at("left") or part.at("pattern")
    return inner if inner is not None and inner.kind == "identifier" else None


def _optional(part: Part, code: Code) -> _Edits:
    """What may be missing is asked for with care."""
    object_ = part.at("object")
    if object_ is None or any(each.kind == "optional_chain" for each in part.inner):
        return
    first, rest = code.text(object_), code.raw[object_.end : part.end].decode(errors="replace")
    if part.kind == "member_expression":
        yield part, part, f"{first}?{rest}"
    elif part.kind == "subscript_expression":
        yield part, part, f"{first}?.{rest}"


def _default(part: Part, code: Code) -> _Edits:
    """A parameter that may be left out."""
    for each in part.inner if part.field == "parameters" else ():
        if each.kind in ("identifier", "required_parameter") and each.at("value") is None:
            for value in ("{}", "[]", "''", "0"):
                yield each, each, f"{code.text(each)} = {value}"


def _guard(part: Part, code: Code) -> _Edits:
    """What is missing is handled before it is used."""
    if part.kind not in _STATEMENTS or part.field:
        return
    indent = code.indent(part)
    used = {code.text(each) for each in part.walk() if each.kind == "identifier"}
    for name in [each for each in code.parameters if each in used][:_MOST_NAMES]:
        for value in (f" {name}", *_VALUES):
            guard = f"if (!{name}) return{value};\n{indent}"
            yield part, part, guard + code.text(part)


OPERATORS: dict[str, tuple[float, Operator]] = {
    **SHARED,
    "ask for it with care": (0.5, _optional),
    "a default for what is left out": (0.3, _default),
    "a guard before it is used": (0.15, _guard),
}
"""By what is done: how often it is right, and how."""
