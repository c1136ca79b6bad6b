"""Cuts a file at its definitions: each on its own, big ones split at what they contain and then at
statements, tiny neighbours together. Every non-blank row is in exactly one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from workers.index.cuts import LONGEST, pieces
from workers.index.outline import CALLABLE, VALUES, Definition, Outline

WHOLE = 100  # rows of a function that stays in one piece
SMALL_TYPE = 12  # rows of a class that stays with its methods
TINY = 9  # rows under which neighbours share a piece: measured, 4 to 12 …
TOGETHER = 30  # … of at most so many rows
APART = 3  # rows from the end of one to the start of the next
DEEPEST = 20  # nesting beyond is not looked into

_CLOSING = re.compile(r"\W*$|\s*[)\]}]|\s*(?:end\w*|fi|done|esac)\b\W*$")


@dataclass(slots=True)
class Piece:
    """Rows `first` to `last`; they start and end on rows that are not blank."""

    first: int
    last: int
    around: int  # the definition that these rows are all within, or are; -1: none
    container: int  # the definition around that one
    tiny: bool


@dataclass(slots=True)
class _Carver:
    lines: Sequence[str]
    outline: Outline
    children: dict[int, list[int]] = field(default_factory=dict)

    def within(self, owner: int, first: int, last: int, depth: int) -> Iterator[Piece]:
        """The definitions in `owner`, and what is between them."""
        for index in self.children.get(owner, ()):
            child = self.outline.definitions[index]
            if child.last < first or not _stands_alone(child):
                continue
            start, end = max(first, child.top), min(child.last, last)
            yield from self.stretch(first, start - 1, owner, owner, LONGEST)
            yield from self.one(index, start, end, depth)
            first = end + 1
        yield from self.stretch(first, last, owner, owner, LONGEST)

    def one(self, index: int, first: int, last: int, depth: int) -> Iterator[Piece]:
        definition = self.outline.definitions[index]
        whole = WHOLE if definition.kind in CALLABLE else SMALL_TYPE
        if last - first >= whole and index in self.children and depth < DEEPEST:
            return self.within(index, first, last, depth + 1)
        whole = LONGEST if definition.kind == "section" else WHOLE
        return self.stretch(first, last, index, definition.parent, whole)

    def stretch(
        self, first: int, last: int, around: int, container: int, whole: int
    ) -> Iterator[Piece]:
        """Rows that no definition cuts: in one piece if there are at most `whole`."""
        first, last = self.trim(first, last)
        ranges = (
            pieces(first, last, self.outline.cuts) if last - first >= whole else [(first, last)]
        )
        for start, end in (self.trim(*rows) for rows in ranges):
            if start <= end:
                yield Piece(start, end, around, container, end - start + 1 < TINY)

    def trim(self, first: int, last: int) -> tuple[int, int]:
        while first <= last and not self.lines[first].strip():
            first += 1
        while first <= last and not self.lines[last].strip():
            last -= 1
        return first, last


def carve(lines: Sequence[str], outline: Outline) -> list[Piece]:
    carver = _Carver(lines, outline)
    for index, definition in enumerate(outline.definitions):
        carver.children.setdefault(definition.parent, []).append(index)
    return _merged(carver.within(-1, 0, len(lines) - 1, 0), lines)


def _stands_alone(definition: Definition) -> bool:
    return definition.kind not in VALUES or definition.last - definition.top + 1 >= TINY


def _merged(found: Iterable[Piece], lines: Sequence[str]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in found:
        if merged and _belong_together(merged[-1], piece, lines):
            merged[-1] = _joined(merged[-1], piece)
        else:
            merged.append(piece)
    return merged


def _belong_together(one: Piece, other: Piece, lines: Sequence[str]) -> bool:
    if other.first - one.last > APART or other.last - one.first >= WHOLE + TINY:
        return False
    if other.tiny and all(_CLOSING.match(line) for line in lines[other.first : other.last + 1]):
        return True
    return (
        one.tiny
        and other.tiny
        and one.container == other.container
        and other.last - one.first < TOGETHER
    )


def _joined(one: Piece, other: Piece) -> Piece:
    around = one.around if one.around == other.around or not other.tiny else one.container
    return Piece(one.first, other.last, around, one.container, one.tiny)
