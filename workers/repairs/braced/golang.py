"""Edits of Go that JavaScript knows nothing of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.languages.syntax import Part
from workers.repairs.braced.edits import Code, Operator
from workers.repairs.braced.operators import OPERATORS as SHARED

_Edits = Iterator[tuple[Part, Part, str]]
FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_STATEMENTS = frozenset(
    "return_statement expression_statement short_var_declaration assignment_statement "
    "for_statement if_statement".split()
)
_NUMBERS = re.compile(r"(u?int|float|complex)\d*|byte|rune|uintptr")
_LENGTHS = ("slice_type", "map_type", "array_type")
_NILS = ("pointer_type", "interface_type", "function_type", "channel_type", *_LENGTHS)


def parameters(function: Part, raw: bytes) -> tuple[str, ...]:
    """Names of parameters."""
    return tuple(name for name, _ in _declared(function, raw))


def _declared(function: Part, raw: bytes) -> Iterator[tuple[str, Part]]:
    """Names and types of the parameters and of the method's object."""
    for field in ("receiver", "parameters"):
        listed = function.at(field)
        for each in listed.inner if listed else ():
            type_ = each.at("type")
            for name in each.inner:
                if name.field == "name" and type_ is not None:
                    yield raw[name.start : name.end].decode(errors="replace"), type_


def _zeros(code: Code) -> str | None:
    """What a function gives back that has nothing to give; None where nobody knows."""
    result = code.function.at("result")
    if result is None:
        return ""
    listed = [result]
    if result.kind == "parameter_list":
        if any(each.field == "name" for part in result.inner for each in part.inner):
            return ""
        listed = [type_ for part in result.inner if (type_ := part.at("type")) is not None]
    zeros = [_zero(code, each) for each in listed]
    return None if None in zeros else " " + ", ".join(str(each) for each in zeros)


def _zero(code: Code, type_: Part) -> str | None:
    name = code.text(type_)
    if type_.kind in _NILS or name in ("error", "any"):
        return "nil" if type_.kind != "array_type" else None
    if _NUMBERS.fullmatch(name):
        return "0"
    return {"string": '""', "bool": "false"}.get(name)


def _guard(part: Part, code: Code) -> _Edits:
    """What is missing or empty is handled before it is used."""
    zeros = _zeros(code) if part.kind in _STATEMENTS and not part.field else None
    if zeros is None:
        return
    indent = code.indent(part)
    used = {code.text(each) for each in part.walk() if each.kind == "identifier"}
    for name, type_ in _declared(code.function, code.raw):
        if name not in used:
            continue
        for empty in _empty(name, code.text(type_), type_):
            for value in dict.fromkeys([zeros, *_itself(code, name, type_)]):
                guard = f"if {empty} {{\n{indent}\treturn{value}\n{indent}}}\n{indent}"
                yield part, part, guard + code.text(part)


def _empty(name: str, type_: str, part: Part) -> list[str]:
    found = []
    if part.kind == "pointer_type":
        found.append(f"{name} == nil")
    if part.kind in _LENGTHS or type_ == "string":
        found.append(f"len({name}) == 0")
    if _NUMBERS.fullmatch(type_):
        found += [f"{name} == 0", f"{name} < 0"]
    return found


def _itself(code: Code, name: str, type_: Part) -> list[str]:
    """Where what is given may be given back."""
    result = code.function.at("result")
    same = result is not None and code.text(result) == code.text(type_)
    return [f" {name}"] if same else []


OPERATORS: dict[str, tuple[float, Operator]] = {
    **SHARED,
    "a guard before it is used": (0.4, _guard),
}
"""By what is done: how often it is right, and how."""
