"""What holds whatever a function is called with, as tests: with fast-check where a repository has
it, and otherwise for values that say the most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from workers.explorers.base import Case, Law
from workers.explorers.ecmascript.style import Style
from workers.explorers.ecmascript.values import told as told_of

KINDS = {
    "": "value",
    "text": "text",
    "number": "number",
    "integer": "number",
    "natural": "number",
    "boolean": "flag",
    "list text": "list",
    "list number": "list",
    "list integer": "list",
    "list natural": "list",
    "list boolean": "list",
}
"""Of arguments: what a test calls one of them."""
_RANDOM = {
    "text": "fc.string()",
    "number": "fc.double({ noNaN: true, noDefaultInfinity: true })",
    "integer": "fc.integer()",
    "natural": "fc.nat()",
    "boolean": "fc.boolean()",
}
_WIDE = 92
TYPES = ("string", "number", "boolean", "object")


@dataclass(frozen=True, slots=True)
class Written:
    """A test: what it is called, and its lines."""

    title: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """Of a law: what a test is called, its lines before the last, what is compared, and with what.
    {f} and {b} are calls up to their bracket, {a} and {o} the arguments."""

    title: str
    before: tuple[str, ...]
    got: str
    wanted: str


LAWS = {
    "round_trip": Wording("{back} gives back what {name} was given", (), "{b}({f}({a}))", "{a}"),
    "restores": Wording(
        "{back} keeps what {name} has read",
        ("const read = {f}({a})",),
        "{f}({b}(read))",
        "read",
    ),
    "idempotent": Wording(
        "{name} leaves what it has made as it is",
        ("const made = {f}({a})",),
        "{f}(made)",
        "made",
    ),
    "antisymmetric": Wording(
        "{name} turns round with its arguments",
        (),
        "Math.sign({f}({a}, {o})) + Math.sign({f}({o}, {a}))",
        "0",
    ),
    "symmetric": Wording("{name} is the same both ways", (), "{f}({a}, {o})", "{f}({o}, {a})"),
    "total": Wording("{name} takes {every}", (), "typeof {f}({a})", "{type}"),
}
"""By the names that the sandbox tells them by."""


def lines_of(case: Case, calls: tuple[str, str], names: tuple[str, str], style: Style) -> Written:
    """The title and the lines of a test. `calls` are of the function and of the one that leads
    back, up to their bracket; `names` is what a title calls them."""
    assert case.law is not None
    law, words = case.law, LAWS[case.law.name]
    given = ("one", "other") if len(law.kinds) == 2 else (KINDS[law.kinds[0]], "")
    every = "every " + given[0] if law.kinds[0] else "what it is given"
    told = dict(zip(("f", "b", "a", "o"), (*calls, *given), strict=True))
    told |= {"name": names[0], "back": names[1], "every": every}
    told["type"] = style.quoted(json.loads(case.value))
    form = style.words.equal if _is_deep(case) else style.words.same
    checked = form.format(call=words.got.format(**told), value=words.wanted.format(**told))
    body = [f"{each.format(**told)};" for each in words.before] + [f"{checked};"]
    listed = [each for each in given if each]
    return Written(words.title.format(**told), _around(case, law, listed, body, style))


def _is_deep(case: Case) -> bool:
    assert case.law is not None
    if case.law.name == "round_trip":
        return any(isinstance(each, list | dict) for row in json.loads(case.given) for each in row)
    return case.law.name == "restores" or json.loads(case.value) == "object"


def _around(
    case: Case, law: Law, names: Sequence[str], body: Sequence[str], style: Style
) -> list[str]:
    """Over all values, or over some."""
    inner = [f"  {line}" for line in body]
    if style.has_random and all(law.kinds):
        made = ", ".join(map(_random, law.kinds))
        return [f"fc.assert(fc.property({made}, ({', '.join(names)}) => {{", *inner, "}));"]
    rows = json.loads(case.given)
    told = [told_of(row if len(names) > 1 else row[0], style) for row in rows]
    named = f"[{', '.join(names)}]" if len(names) > 1 else names[0]
    first = f"for (const {named} of [{', '.join(told)}]) {{"
    if len(first) > _WIDE:
        return [f"for (const {named} of [", *(f"  {each}," for each in told), "]) {", *inner, "}"]
    return [first, *inner, "}"]


def _random(kind: str) -> str:
    """What fast-check makes values with."""
    return f"fc.array({_RANDOM[kind[5:]]})" if kind.startswith("list ") else _RANDOM[kind]
