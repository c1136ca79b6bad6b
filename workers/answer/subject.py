"""What 'who uses X?', 'what is X?' and 'can X go?' are about: a definition or a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.db import symbol_graph
from core.db.connect import Connection
from core.db.symbol_graph import Definition
from workers.answer.asked import Asked
from workers.answer.cite import LONGEST
from workers.answer.place import Place
from workers.answer.question import CONNECTED, Question
from workers.answer.source import Source
from workers.answer.users import is_aside
from workers.graph.asking import Asking

SEVERAL = 5
"""Definitions of the name that may be meant."""
_MOST_DEFINITIONS = 40
_MOST_LINES = 20
PATH = re.compile(r"(?<![\w.@-])[\w.@-]+(?:/[\w.@-]+)*\.\w+")
_NOT_USED = ("section", "key")


async def subjects(
    connection: Connection, asked: Asked, question: Question, places: Sequence[Place]
) -> list[Place]:
    """The likeliest first; retrieval ranks equals, code before tests. None for a question of a
    shape that is about no single thing."""
    if question.shape != "what" and question.shape not in CONNECTED:
        return []
    names = question.named or (question.guesses if question.shape in CONNECTED else ())
    short = [name.replace("::", ".").replace("#", ".").rsplit(".", 1)[-1] for name in names]
    found = await symbol_graph.named(
        connection, asked.repository.id, asked.snapshot.id, short, _MOST_DEFINITIONS
    )
    ranks = {place.path: -rank for rank, place in enumerate(reversed(places))}
    exact = [d for d in found if any(d.qualified.endswith(name) for name in names)]
    found = exact or (found if question.named else [])

    def order(each: Definition) -> tuple[bool, bool, int, str, int]:
        aside = is_aside(each.path)
        return each.kind in _NOT_USED, aside, ranks.get(each.path, 1), each.path, each.ordinal

    return [place_of(definition) for definition in sorted(found, key=order)[:SEVERAL]]


def file_of(question: Question, graph: Asking, source: Source) -> Place | None:
    """A file that the question names by its path, or by the end of it where that is one file's."""
    known = graph.graph.tree.numbers
    for word in PATH.findall(question.text):
        same = [word] if word in known else [p for p in known if p.endswith(f"/{word}")]
        text = source.text(same[0]) if len(same) == 1 else None
        if text:
            end = min(_MOST_LINES, len(text.lines))
            return Place(same[0], 1, end, "", "file", "", "", -1, -1, 0.0)
    return None


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
