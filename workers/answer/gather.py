"""From hits to what an extractive answer is made of: places, their uses, what they call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.db import symbol_graph
from core.db.connect import Connection, Database
from core.db.symbol_graph import Definition
from workers.answer.asked import Asked
from workers.answer.cite import LONGEST
from workers.answer.extractive import USES, Material, Use
from workers.answer.place import Place, distinct, narrow
from workers.answer.question import Question
from workers.answer.source import Source
from workers.index.terms import terms

if TYPE_CHECKING:
    from workers.retrieve.search import Hit

_MOST_DEFINITIONS = 40
_MOST_USES = 400
_MOST_CALLS = 3
_COMMON = frozenset({"self", "super", "get", "set", "len", "str", "int", "list", "dict", "print"})


async def gather(
    database: Database,
    asked: Asked,
    question: Question,
    hits: Sequence[Hit],
    source: Source,
    *,
    confident: bool,
) -> Material:
    """Raise nothing that retrieval did not: what is missing is left out."""
    words = set(terms(question.text))
    async with database.tenant(asked.row.installation_id) as connection:
        places = await _places(connection, hits, source, words)
        subject = await _subject(connection, asked, question, places)
        places = distinct([*subject, *places])
        uses, more = await _uses(connection, asked, places[:1], question)
        calls = await _calls(connection, asked, places[:1], words)
    return Material(question, words, confident, places, uses, more, calls)


async def _places(
    connection: Connection, hits: Sequence[Hit], source: Source, words: set[str]
) -> list[Place]:
    found = await symbol_graph.of_blobs(connection, list({hit.blob_id for hit in hits}))
    return [_narrowed(hit, found, source, words) for hit in hits]


def _narrowed(
    hit: Hit, definitions: Sequence[Definition], source: Source, words: set[str]
) -> Place:
    place = Place(
        hit.path,
        hit.start_line,
        hit.end_line,
        hit.symbol,
        hit.kind,
        "",
        "",
        hit.blob_id,
        -1,
        hit.score,
    )
    text = source.text(hit.path)
    own = [d for d in definitions if d.blob_id == hit.blob_id]
    return narrow(place, own, text, words) if text else place


async def _subject(
    connection: Connection, asked: Asked, question: Question, places: Sequence[Place]
) -> list[Place]:
    """The definition that 'who calls X' or 'what is X' is about; retrieval ranks equals."""
    if question.shape not in ("callers", "what"):
        return []
    names = question.named or (question.guesses if question.shape == "callers" else ())
    short = [name.replace("::", ".").replace("#", ".").rsplit(".", 1)[-1] for name in names]
    found = await symbol_graph.named(
        connection, asked.repository.id, asked.snapshot.id, short, _MOST_DEFINITIONS
    )
    ranks = {place.path: -rank for rank, place in enumerate(reversed(places))}
    exact = [d for d in found if any(d.qualified.endswith(name) for name in names)]
    best = sorted(exact or found, key=lambda d: (ranks.get(d.path, 1), d.path, d.ordinal))
    return [place_of(definition) for definition in best[:1]]


def place_of(definition: Definition) -> Place:
    """The head of a definition that is too long to cite as a whole."""
    return Place(
        definition.path,
        definition.start_line,
        min(definition.end_line, definition.start_line + LONGEST - 1),
        definition.qualified,
        definition.kind,
        definition.signature,
        definition.docstring,
        definition.blob_id,
        definition.ordinal,
        0.0,
    )


async def _uses(
    connection: Connection, asked: Asked, places: Sequence[Place], question: Question
) -> tuple[list[Use], int]:
    """Uses of the first place, one for each definition that has some; and how many were left."""
    if not places or places[0].ordinal < 0 or places[0].kind == "section":
        return [], 0
    place = places[0]
    rows = await symbol_graph.uses(
        connection, asked.repository.id, asked.snapshot.id, place.name, _MOST_USES
    )
    kinds = ("call", "inherit") if any(r.kind in ("call", "inherit") for r in rows) else None
    found = [
        Use(row.path, row.lines[0], row.by, row.kind)
        for row in rows
        if row.lines
        and (kinds is None or row.kind in kinds)
        and not (row.path == place.path and place.start <= row.lines[0] <= place.end)
    ]
    found.sort(key=lambda use: (_is_test(use.path), use.path != place.path))
    return found[:USES], max(0, len(found) - USES)


def _is_test(path: str) -> bool:
    return "test" in path.lower()


async def _calls(
    connection: Connection, asked: Asked, places: Sequence[Place], words: set[str]
) -> list[Place]:
    """Steps of the first place that the repository defines, those that the question is about
    first: names that several files define could be any of them."""
    if not places or places[0].ordinal < 0:
        return []
    place = places[0]
    names = await symbol_graph.called(connection, place.blob_id, [place.ordinal])
    known = await symbol_graph.named(
        connection, asked.repository.id, asked.snapshot.id, names, 10 * _MOST_DEFINITIONS
    )
    steps = []
    for order, name in enumerate(names):
        same = [d for d in known if d.name == name and d.ordinal != place.ordinal]
        near = [d for d in same if d.path == place.path] or same
        if len(near) == 1 and name not in _COMMON:
            shared = len(words.intersection(terms(near[0].qualified + " " + near[0].docstring)))
            steps.append((-shared, order, place_of(near[0])))
    chosen = sorted(steps, key=lambda step: step[:2])[:_MOST_CALLS]
    return [step[2] for step in sorted(chosen, key=lambda step: step[1])]
