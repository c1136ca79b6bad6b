"""Kinds of small edits that Go and JavaScript share. Each undoes one usual mistake, in the words
that a person reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from workers.languages.syntax import Part
from workers.repairs.braced.edits import Code, Operator

_Edits = Iterator[tuple[Part, Part, str]]
_COMPARISONS = {
    "<": ("<=", ">", ">="),
    "<=": ("<", ">=", ">"),
    ">": (">=", "<", "<="),
    ">=": (">", "<=", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "===": ("!==",),
    "!==": ("===",),
}
_ARITHMETIC = {
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("/",),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|",),
    "|": ("&",),
}
_CONNECTIVES = {"&&": "||", "||": "&&", "??": "||"}
_ASSIGNED = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "++": "--", "--": "++"}
_TRUTHS = {"true": "false", "false": "true"}
_NUMBERS = ("number", "int_literal")


def _sign(part: Part, code: Code) -> Part | None:
    found = part.at("operator")
    return found if part.kind == "binary_expression" else None


def _comparison(part: Part, code: Code) -> _Edits:
    sign = _sign(part, code)
    for other in _COMPARISONS.get(code.text(sign), ()) if sign else ():
        assert sign is not None
        yield sign, sign, other


def _arithmetic(part: Part, code: Code) -> _Edits:
    sign = _sign(part, code)
    for other in _ARITHMETIC.get(code.text(sign), ()) if sign else ():
        assert sign is not None
        yield sign, sign, other
    if not part.named and (assigned := _ASSIGNED.get(code.text(part))):
        yield part, part, assigned


def _one_more_or_less(part: Part, code: Code) -> _Edits:
    """A number; a bound or an index, with one added or taken away."""
    if part.kind in _NUMBERS and code.text(part).isdecimal():
        number = int(code.text(part))
        yield part, part, str(number + 1)
        yield part, part, str(number - 1) if number else "(-1)"
    right = part.at("right")
    sign = _sign(part, code)
    if sign and right and code.text(right) == "1" and code.text(sign) in _ARITHMETIC:
        left = part.at("left")
        assert left is not None
        yield part, part, code.text(left)
    for bound in _bounds(part, code):
        yield bound, bound, f"{code.text(bound)} + 1"
        yield bound, bound, f"{code.text(bound)} - 1"


def _bounds(part: Part, code: Code) -> list[Part]:
    sign = _sign(part, code)
    compared = part.at("right") if sign and code.text(sign) in _COMPARISONS else None
    found = [compared, part.at("index"), part.at("start"), part.at("end")]
    kinds = ("identifier", "call_expression", "member_expression", "selector_expression")
    return [each for each in found if each is not None and each.kind in kinds]


def _condition(part: Part, code: Code) -> _Edits:
    condition = part.at("condition")
    if condition is not None and part.kind in ("if_statement", "ternary_expression"):
        inner = code.text(condition)
        whole = inner if inner.startswith("(") and inner.endswith(")") else f"({inner})"
        bare = condition.kind == "parenthesized_expression"
        yield condition, condition, f"(!{whole})" if bare else f"!{whole}"
    if part.kind == "unary_expression" and part.inner[0].kind == "!":
        yield part, part, code.text(part.inner[-1])


def _connective(part: Part, code: Code) -> _Edits:
    sign = _sign(part, code)
    if sign is None or code.text(sign) not in _CONNECTIVES:
        return
    yield sign, sign, _CONNECTIVES[code.text(sign)]
    for side in (part.at("left"), part.at("right")):
        if side is not None:
            yield part, part, code.text(side)


def _arguments(part: Part, code: Code) -> _Edits:
    """Two neighbours the other way round."""
    if part.kind in ("arguments", "argument_list"):
        given = [each for each in part.inner if each.named]
        for first, second in pairwise(given):
            between = code.raw[first.end : second.start].decode(errors="replace")
            yield first, second, code.text(second) + between + code.text(first)


def _truth(part: Part, code: Code) -> _Edits:
    if part.named and part.kind in _TRUTHS:
        yield part, part, _TRUTHS[part.kind]


def _name(part: Part, code: Code) -> _Edits:
    """Another parameter."""
    body = code.function.at("body")
    if body is None or part.start < body.start:
        return
    if part.kind == "identifier" and code.text(part) in code.parameters:
        for name in code.parameters:
            yield part, part, name


OPERATORS: dict[str, tuple[float, Operator]] = {
    "compare otherwise": (1.0, _comparison),
    "one more or one less": (0.9, _one_more_or_less),
    "the condition the other way round": (0.9, _condition),
    "another sign": (0.8, _arithmetic),
    "and instead of or, or one of the two": (0.8, _connective),
    "arguments the other way round": (0.7, _arguments),
    "the other truth": (0.6, _truth),
    "another name": (0.5, _name),
}
"""By what is done: how often it is right, and how."""
