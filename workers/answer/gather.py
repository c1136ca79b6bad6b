"""From hits to what an extractive answer is made of: places, their uses, what they call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.db import symbol_graph
from core.db.connect import Connection, Database
from core.db.symbol_graph import Definition
from workers.answer.asked import Asked
from workers.answer.cite import LONGEST
from workers.answer.extractive import USES, Material, Use
from workers.answer.place import Place, distinct, narrow
from workers.answer.question import Question
from workers.answer.source import Source
from workers.graph.asking import SURE, Asking
from workers.index.terms import terms
from workers.retrieve.search import Hit

_MOST_DEFINITIONS = 40
_MOST_CALLS = 3
_ASIDE = re.compile(r"(^|/|_|\.)(tests?|testing|specs?|examples?|demos?)(/|_|\.)")
_SURE_STEP = 0.5
"""A step is told as a fact."""


async def gather(
    database: Database,
    asked: Asked,
    question: Question,
    hits: Sequence[Hit],
    source: Source,
    *,
    graph: Asking,
    confident: bool,
) -> Material:
    """Raise nothing that retrieval did not: what is missing is left out."""
    words = set(terms(question.text))
    async with database.tenant(asked.row.installation_id) as connection:
        places = await _places(connection, hits, source, words)
        subject = await _subject(connection, asked, question, places)
        places = distinct([*subject, *places])
        if question.shape == "callers" and not subject:
            question = replace(question, shape="which")
    uses, more = await _uses(graph, places[:1], asked_for=bool(subject))
    calls = await _calls(graph, places, words)
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
    found = exact or (found if question.named else [])
    best = sorted(found, key=lambda d: (ranks.get(d.path, 1), d.path, d.ordinal))
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
        headed=definition.kind != "section",
    )


async def _uses(
    graph: Asking, places: Sequence[Place], *, asked_for: bool
) -> tuple[list[Use], int]:
    """Uses of the first place, the surest first; and how many were left."""
    if not places or places[0].ordinal < 0 or places[0].kind == "section":
        return [], 0
    place = places[0]
    # Asked for, a use that may be of another thing of that name is better than none.
    rows = await graph.uses(place.path, place.ordinal, least=0.0 if asked_for else SURE)
    rows = [row for row in rows if row.weight >= SURE] or rows
    strong = [row for row in rows if row.kind in ("call", "inherit")]
    found = {
        (row.path, row.by): Use(row.path, row.line, row.by, row.kind)
        for row in reversed(strong or rows)
        if not (row.path == place.path and place.start <= row.line <= place.end)
    }
    uses = [use for use in found.values() if asked_for or not _is_aside(use.path)]
    uses.sort(key=lambda use: (_is_aside(use.path), use.path != place.path, use.path, use.line))
    return uses[:USES], max(0, len(uses) - USES)


def _is_aside(path: str) -> bool:
    """Tests and examples use everything, and say little about how it works."""
    return bool(
        re.search(r"(^|/|_|\.)(tests?|testing|specs?|examples?|demos?)(/|_|\.)", path.lower())
    )


async def _calls(graph: Asking, places: Sequence[Place], words: set[str]) -> list[Place]:
    """Steps of the first place that the repository defines, those that the question is about
    first, in the order in which they are called."""
    if not places or places[0].ordinal < 0:
        return []
    place, *others = places
    steps = []
    for order, step in enumerate(await graph.calls(place.path, place.ordinal, least=_SURE_STEP)):
        if not any(p.path == step.path and p.symbol == step.qualified for p in others):
            shared = len(words.intersection(terms(f"{step.qualified} {step.docstring}")))
            steps.append((-shared, order, place_of(step)))
    chosen = sorted(steps, key=lambda step: step[:2])[:_MOST_CALLS]
    return [step[2] for step in sorted(chosen, key=lambda step: step[1])]
