"""From hits to what an extractive answer is made of: places, their users, what they call."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.db import symbol_graph
from core.db.connect import Connection, Database
from core.db.symbol_graph import Definition
from workers.answer.asked import Asked
from workers.answer.material import Material
from workers.answer.place import Place, adjoined, distinct, narrow
from workers.answer.question import CONNECTED, Question
from workers.answer.source import Source
from workers.answer.subject import file_of, place_of, subjects
from workers.answer.users import Users, further, users
from workers.graph.asking import Asking
from workers.index.terms import terms
from workers.retrieve.search import Hit

_MOST_CALLS = 3
_SURE_STEP = 0.5
"""A step is told as a fact."""


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
        about = await subjects(connection, asked, question, places)
    return Material(question, words, confident, distinct([*about[:1], *adjoined(places)]), about)


async def linked(material: Material, graph: Asking, source: Source) -> Material:
    """With what the graph knows of the first place: its users, and what it calls."""
    question, about = material.question, material.about
    file = file_of(question, graph, source) if question.shape in CONNECTED else None
    about = [file] if file else about
    if question.shape == "callers" and not about:
        question = replace(question, shape="which")
    first, known = await _used(graph, about or material.places[:1], bool(about), question)
    places = distinct([*first, *material.places])
    calls = await _calls(graph, places, material.words)
    return replace(
        material, question=question, places=places, about=about, users=known, calls=calls
    )


async def _used(
    graph: Asking, candidates: Sequence[Place], asked_for: bool, question: Question
) -> tuple[list[Place], Users]:
    """The first candidate, with its users. Asked who uses it, the first that somebody does: of
    several definitions of a name, one without any is rather not meant."""
    found = Users()
    for number, place in enumerate(candidates):
        known = await users(graph, place, asked_for=asked_for)
        if known.uses and question.shape == "impact":
            known = replace(known, further=tuple(await further(graph, known, place)))
        if known.uses or question.shape not in CONNECTED:
            return [place], known
        found = known if not number else found
    return list(candidates[:1]), found


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


async def _calls(graph: Asking, places: Sequence[Place], words: Collection[str]) -> list[Place]:
    """Steps of the first place that the repository defines, those that the question is about
    first, in the order in which they are called."""
    if not places or places[0].ordinal < 0:
        return []
    place, *others = places
    steps = []
    for order, step in enumerate(await graph.calls(place.path, place.ordinal, least=_SURE_STEP)):
        if not any(p.path == step.path and p.symbol == step.qualified for p in others):
            shared = len(set(words).intersection(terms(f"{step.qualified} {step.docstring}")))
            steps.append((-shared, order, place_of(step)))
    chosen = sorted(steps, key=lambda step: step[:2])[:_MOST_CALLS]
    return [step[2] for step in sorted(chosen, key=lambda step: step[1])]
