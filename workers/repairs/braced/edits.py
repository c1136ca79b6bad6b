"""Small edits that undo what people often get wrong, at the lines that are suspected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workers.languages.syntax import Part, syntax
from workers.repairs.base import Edit

_MOST = 600
_HEADER = 0.5


@dataclass(frozen=True, slots=True)
class Code:
    """A file as bytes, the function that an edit is in, and that function's parameters."""

    raw: bytes
    function: Part
    parameters: tuple[str, ...]

    def text(self, part: Part) -> str:
        return self.raw[part.start : part.end].decode(errors="replace")

    def indent(self, part: Part) -> str:
        """What stands before a statement in its line; what is no white space counts as it."""
        line = self.raw[self.raw.rfind(b"\n", 0, part.start) + 1 : part.start]
        return "".join(each if each in " \t" else " " for each in line.decode(errors="replace"))


Operator = Callable[[Part, Code], Iterator[tuple[Part, Part, str]]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Of one language: kinds of parts that are functions, where one's parameters are, and the edits
    by what is done, with how often that is right."""

    language: str
    functions: frozenset[str]
    identifiers: Callable[[Part, bytes], tuple[str, ...]]
    operators: Mapping[str, tuple[float, Operator]]


def edits(dialect: Dialect, raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
    """The best first: the suspicion of the line times the weight of the kind. Empty where the file
    cannot be parsed."""
    tree = syntax(dialect.language, raw)
    if tree is None:
        return []
    scored: dict[tuple[int, int, str], tuple[float, Edit]] = {}
    for function in tree.walk():
        if function.kind not in dialect.functions:
            continue
        code = Code(raw, function, dialect.identifiers(function, raw))
        for part in function.walk():
            worth = _suspicion(part, function, lines)
            for edit in _of(dialect, part, code) if worth else ():
                key = (edit.start, edit.end, edit.new)
                if key not in scored or scored[key][0] < worth * edit.weight:
                    scored[key] = (worth * edit.weight, edit)
    ranked = sorted(scored.values(), key=lambda each: (-each[0], each[1].start))
    return [edit for _, edit in ranked[:_MOST]]


def _suspicion(part: Part, function: Part, lines: Mapping[int, float]) -> float:
    """What stands in the function's own first line is suspected with its body."""
    if part.line == function.line:
        inner = [lines.get(each.line, 0.0) for each in function.walk()]
        return max(lines.get(part.line, 0.0), _HEADER * max(inner, default=0.0))
    return lines.get(part.line, 0.0)


def _of(dialect: Dialect, part: Part, code: Code) -> Iterator[Edit]:
    for kind, (weight, operator) in dialect.operators.items():
        for first, last, new in operator(part, code):
            if code.raw[first.start : last.end] != new.encode():
                yield Edit(kind, first.start, last.end, new, part.line, weight)
