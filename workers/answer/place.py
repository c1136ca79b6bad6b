"""From what retrieval found to the definition that a reader wants to see."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.db.symbol_graph import Definition
from workers.answer.cite import LONGEST, Lines
from workers.answer.source import Text
from workers.index.terms import terms

CLOSE = 0.25
"""Share of the best one's worth from which a neighbour may be meant just as well."""
_FEW_LINES = 40
_BESIDE = 2
"""Lines between two definitions that stand beside each other."""

_CONTAINERS = frozenset(
    {"class", "interface", "struct", "trait", "module", "namespace", "enum", "impl"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A definition, a section or a passage. `ordinal` is that of its symbol in the blob, or -1;
    `headed` says whether its lines begin with its head, which has its name; `heads` are the first
    lines of what it stands in, from the outside."""

    path: str
    start: int
    end: int
    symbol: str
    kind: str
    signature: str
    docstring: str
    blob_id: int
    ordinal: int
    score: float
    headed: bool = False
    heads: tuple[int, ...] = ()

    @property
    def lines(self) -> Lines:
        return Lines(self.path, self.start, self.end)

    @property
    def name(self) -> str:
        return self.symbol.rsplit(".", 1)[-1]


def narrow(
    found: Place, definitions: Sequence[Definition], text: Text, words: Collection[str]
) -> Place:
    """The definition within the found lines that shares most with the question.

    A passage inside one long function stays that passage; several small functions found together
    become the best of them, with its neighbours where they fit nearly as well; a class becomes its
    best method, if one says more than the class.
    """
    place = _narrowest(found, definitions, text, words)
    around = [
        d.start_line
        for d in definitions
        if d.start_line < place.start and d.end_line >= place.end and d.kind != "section"
    ]
    return replace(place, heads=tuple(sorted(set(around))))


def _narrowest(
    found: Place, definitions: Sequence[Definition], text: Text, words: Collection[str]
) -> Place:
    inside = [d for d in definitions if _is_in(d, found)]
    if not inside:
        return _clipped(found)
    weights = _weights(inside, text, words)
    worths = {d.ordinal: _worth(d, text, weights) for d in inside}
    best = max(
        inside, key=lambda d: (worths[d.ordinal], d.qualified == found.symbol, -d.start_line)
    )
    if not worths[best.ordinal]:
        best = next((d for d in inside if d.qualified == found.symbol), inside[0])
    place = _place(found, best, words)
    close = [d for d in inside if worths[d.ordinal] >= CLOSE * worths[best.ordinal]]
    return _widened(place, found, close) if place.headed else place


def _widened(place: Place, found: Place, close: Sequence[Definition]) -> Place:
    """Over definitions that may be meant too, as long as all of it is a few lines of what was
    found."""
    near = [
        d
        for d in close
        if found.start <= d.start_line
        and d.end_line <= found.end
        and not (d.start_line < place.start and place.end <= d.end_line)
    ]
    start = min([place.start, *(d.start_line for d in near)])
    end = max([place.end, *(d.end_line for d in near)])
    return replace(place, start=start, end=end) if end - start < _FEW_LINES else place


def _is_in(definition: Definition, found: Place) -> bool:
    """A container counts where its head was found, not wherever one of its members was."""
    if definition.kind in _CONTAINERS:
        return found.start <= definition.start_line <= found.end
    return definition.start_line <= found.end and definition.end_line >= found.start


def _weights(inside: Sequence[Definition], text: Text, words: Collection[str]) -> dict[str, float]:
    """A word that every candidate has says nothing about which of them is meant."""
    vocabularies = [set(terms(_all(d, text))) for d in inside]
    return {
        word: 1.0 / sum(word in vocabulary for vocabulary in vocabularies)
        for word in words
        if any(word in vocabulary for vocabulary in vocabularies)
    }


def _all(definition: Definition, text: Text) -> str:
    return "\n".join((definition.qualified, definition.docstring, _body(definition, text)))


def _body(definition: Definition, text: Text) -> str:
    """A container is judged by its head: its members are candidates of their own."""
    head = definition.kind in _CONTAINERS
    end = definition.start_line + 3 if head else definition.end_line
    return text.between(definition.start_line, min(end, definition.end_line))


def _worth(definition: Definition, text: Text, weights: dict[str, float]) -> float:
    names = set(terms(definition.qualified))
    doc = set(terms(definition.docstring))
    body = set(terms(_body(definition, text)))
    return sum(
        weight * (3 * (word in names) + 2 * (word in doc) + (word in body))
        for word, weight in weights.items()
    )


def _place(found: Place, definition: Definition, words: Collection[str]) -> Place:
    """The whole definition if it is short; the head of a long one that the question names; else
    what was found of it, which cannot be cited for what the head says."""
    start, end = definition.start_line, definition.end_line
    if end - start >= LONGEST and not _is_named(definition, words):
        start, end = max(start, found.start), min(end, found.end)
    has_head = start == definition.start_line
    return _clipped(
        replace(
            found,
            start=start,
            end=end,
            symbol=definition.qualified,
            kind=definition.kind,
            signature=definition.signature if has_head else "",
            docstring=definition.docstring if has_head else "",
            ordinal=definition.ordinal,
            headed=has_head and definition.kind != "section",
        )
    )


def _is_named(definition: Definition, words: Collection[str]) -> bool:
    """A single word, such as `run`, may mean anything."""
    is_compound = re.search(r"[^_]_[^_]|[a-z][A-Z]", definition.name) is not None
    return is_compound and set(terms(definition.name)).issubset(words)


def _clipped(place: Place) -> Place:
    return replace(place, end=min(place.end, place.start + LONGEST - 1))


def distinct(places: Sequence[Place]) -> list[Place]:
    """Best first, none overlapping a better one or showing another part of it."""
    kept: list[Place] = []
    for place in places:
        if not any(_same(place, better) for better in kept):
            kept.append(place)
    return kept


def adjoined(places: Sequence[Place]) -> list[Place]:
    """Best first; one that stands right beside a better one is shown with it, as long as both are a
    few lines: three citations are then three places. The best of all stays as narrow as it is."""
    kept: list[Place] = []
    for place in distinct(places):
        near = next((n for n, better in enumerate(kept) if n and _adjoins(place, better)), None)
        if near is None:
            kept.append(place)
        else:
            start, end = min(kept[near].start, place.start), max(kept[near].end, place.end)
            kept[near] = replace(kept[near], start=start, end=end)
    return kept


def _adjoins(place: Place, better: Place) -> bool:
    gap = max(place.start - better.end, better.start - place.end) - 1
    lines = max(place.end, better.end) - min(place.start, better.start)
    return place.path == better.path and gap <= _BESIDE and lines < _FEW_LINES


def _same(place: Place, other: Place) -> bool:
    if place.path != other.path:
        return False
    overlaps = place.start <= other.end and place.end >= other.start
    return overlaps or (place.ordinal >= 0 and place.ordinal == other.ordinal)
