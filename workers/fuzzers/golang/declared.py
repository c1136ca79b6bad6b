"""What a file of Go declares, read as gofmt writes it: functions with what they take, and types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_PACKAGE = re.compile(r"^package (\w+)", re.MULTILINE)
_FUNCTION = re.compile(r"^func (?=[(\w])", re.MULTILINE)
_TYPE = re.compile(r"^type ([A-Z]\w*)(?:\[[^\]]{0,400}\])? (\S.*)$", re.MULTILINE)
_TYPES = re.compile(r"^type \(\n((?:(?!^type ).)*?)^\)", re.MULTILINE | re.DOTALL)
_OUTER = re.compile(r"^\t", re.MULTILINE)
_NAME = re.compile(r"^(?=\w)", re.MULTILINE)
_FIELD = re.compile(r"^\t(\w+(?:, \w+)*) +([^\s`/][^`/]*)(?:`.*|//.*)?$")
_NO_NAME = {"chan", "func", "map", "struct", "interface"}
_LONGEST = 2_000
_LONGEST_STRUCT = 20_000
_MOST_LINES = 200
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Function:
    """`receiver` is the type of a method's object, '' without; `takes` are names and types; `gives`
    are types; `generic` are type parameters with their constraints. Lines are 1-based."""

    name: str
    receiver: str
    takes: tuple[tuple[str, str], ...]
    gives: tuple[str, ...]
    generic: tuple[tuple[str, str], ...]
    start_line: int
    end_line: int
    told: str
    body: str

    @property
    def symbol(self) -> str:
        owner = self.receiver.lstrip("*")
        return f"{owner}.{self.name}" if owner else self.name


@dataclass(slots=True)
class Declared:
    """Of one file. `types` are by name: a struct's fields by theirs, or what else stands there."""

    package: str
    functions: list[Function] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def declared(text: str) -> Declared:
    """What is not understood is left out."""
    package = _PACKAGE.search(text)
    found = Declared(package[1] if package else "")
    for begin in _FUNCTION.finditer(text):
        function = _function(text, begin.start(), begin.end())
        if function is not None:
            found.functions.append(function)
    text = _TYPES.sub(lambda listed: _NAME.sub("type ", _OUTER.sub("", listed[1])), text)
    for line in _TYPE.finditer(text):
        name, rest = line[1], line[2].partition("//")[0].strip()
        if rest == "struct {":
            found.fields.setdefault(
                name, list(_fields(text[line.end() : line.end() + _LONGEST_STRUCT]))
            )
        elif not rest.endswith("{") and not rest.startswith("struct"):
            found.types.setdefault(name, rest.removeprefix("= "))
    return found


def _fields(rest: str) -> Iterator[tuple[str, str]]:
    for line in rest.lstrip("\n").split("\n", _MOST_LINES)[:_MOST_LINES]:
        if line.startswith("}"):
            return
        if told := _FIELD.match(line):
            for name in told[1].split(", "):
                yield name, told[2].rstrip(" \r")


def group(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed; -1 where it is not."""
    waiting: list[str] = []
    for at in range(start, min(len(text), start + _LONGEST)):
        letter = text[at]
        if letter in _PAIRS:
            waiting.append(_PAIRS[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
            if not waiting:
                return at
    return -1


def parts(text: str) -> list[str]:
    """What commas separate, brackets kept together."""
    found, depth, last = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in _PAIRS) - (letter in _PAIRS.values())
        if letter == "," and depth == 0:
            found.append(text[last:at].strip())
            last = at + 1
    found.append(text[last:].strip())
    return [each for each in found if each]


def named(text: str) -> list[tuple[str, str]]:
    """Names and types of a list of parameters; names that stand alone have the next one's type."""
    listed = [each.partition(" ") for each in parts(" ".join(text.split()))]
    if not any(rest and name.isidentifier() and name not in _NO_NAME for name, _, rest in listed):
        return [("", f"{name} {rest}".strip()) for name, _, rest in listed]
    found: list[tuple[str, str]] = []
    kind = ""
    for name, _, rest in reversed(listed):
        kind = rest.strip() or kind
        found.append((name, kind))
    return found[::-1]


def _function(text: str, start: int, at: int) -> Function | None:
    receiver = ""
    if text[at] == "(":
        end = group(text, at)
        receiver = (named(text[at + 1 : end]) or [("", "")])[0][1] if end > 0 else ""
        at = end + 2
    name = re.match(r"\w+", text[at : at + 200])
    if at < 2 or name is None:
        return None
    at += name.end()
    generic: list[tuple[str, str]] = []
    if text[at : at + 1] == "[":
        end = group(text, at)
        generic, at = named(text[at + 1 : end]), end + 1
    end = group(text, at) if text[at : at + 1] == "(" else -1
    if end < 0:
        return None
    gives, brace = _gives(text, end + 1)
    body = _body(text, brace)
    first = text.count("\n", 0, start) + 1
    return Function(
        name[0],
        receiver,
        tuple(named(text[at + 1 : end])),
        tuple(gives),
        tuple(generic),
        first,
        first + text.count("\n", start, brace + len(body)),
        _comment(text, start),
        body,
    )


def _gives(text: str, at: int) -> tuple[Sequence[str], int]:
    """The types that come back, and where the body starts."""
    rest = text[at : at + _LONGEST]
    if rest.startswith(" ("):
        end = group(text, at + 1)
        if end > 0:
            return [kind for _, kind in named(text[at + 2 : end])], end + 2
    line = rest.partition("\n")[0]
    kind, opened, _ = line.partition(" {")
    return [kind.strip()] if kind.strip() else [], at + (len(kind) + 1 if opened else 0)


def _body(text: str, brace: int) -> str:
    end = text.find("\n}", brace)
    line = text.find("\n", brace)
    if text[brace:line].rstrip().endswith("}"):
        return text[brace:line]
    return text[brace : end + 2] if end > 0 else text[brace:line]


def _comment(text: str, start: int) -> str:
    lines: list[str] = []
    for line in reversed(text[:start].rstrip("\n").splitlines()[-60:]):
        if not line.startswith("//") or text[start - 2 : start] == "\n\n":
            break
        lines.append(line.removeprefix("//").strip())
    return " ".join(reversed(lines))
