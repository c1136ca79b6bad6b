"""What a file is: what it says of itself, what it defines, and which files import it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workers.answer.cite import Citations, Lines
from workers.answer.place import Place
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.subject import PATH, file_of, place_of
from workers.answer.users import Users, users
from workers.answer.wording import joined, quote, sentences
from workers.cards.module import opening
from workers.graph import questions
from workers.graph.asking import Asking

MOST = 12
"""Definitions that are listed."""
_FEW = 4
_ASKING = frozenset(
    "a about all and any are can class classes code contain contained contains content contents "
    "could define defined defines definitions describe do does explain file for function functions "
    "give good has have in inside into is it like list live lives me method methods module of "
    "outline overview please purpose role s script show summarise summarize summary tell that the "
    "there this used what which would you".split()
)
"""Words of a question that is about a file and nothing else."""


def asks_of_file(question: Question) -> bool:
    """'Explain shop/cart.py' and 'What is in cart.py?' do; 'How does cart.py round?' asks more."""
    if question.shape not in ("what", "which", "other") or not PATH.search(question.text):
        return False
    rest = re.findall(r"\w+", PATH.sub(" ", question.text).lower())
    return _ASKING.issuperset(rest)


async def file_told(question: Question, graph: Asking, citations: Citations) -> str:
    """Markdown, for a question that asks of a file; '' where no one file has that name, or nothing
    of it can be told."""
    file = file_of(question, graph, citations.source)
    if file is None:
        return ""
    known = await users(graph, file, asked_for=True)
    parts = [
        _opening(file, citations),
        _defines(await _definitions(graph, file.path), citations),
        _imported(known, citations),
    ]
    return "\n\n".join(filter(None, parts)) if parts[0] or parts[1] else ""


async def _definitions(graph: Asking, path: str) -> list[Place]:
    """Those at the top of the file, in order; variables only where there is nothing else."""
    number = graph.graph.tree.numbers[path]
    symbols = range(len(graph.graph.outline(number).links.symbols))
    found = await graph.definitions([questions.Place(number, symbol) for symbol in symbols])
    top = [each for each in found if "." not in each.qualified]
    return [place_of(d) for d in [d for d in top if d.kind != "variable"] or top]


def _opening(file: Place, citations: Citations) -> str:
    text = citations.source.text(file.path)
    said, line = opening("\n".join(text.masked)) if text else ("", 0)
    told = sentences(said)[:2]
    if not told:
        return ""
    end = line + said.strip().count("\n")
    mark = citations.mark(Lines(file.path, line, end))
    return f"{code(file.path)} says of itself: {quote(' '.join(told))} {mark}." if mark else ""


def _defines(places: Sequence[Place], citations: Citations) -> str:
    """Each with its own first words, public ones first where there are many."""
    chosen = places
    if len(places) > MOST:
        chosen = sorted(places, key=lambda place: place.name.startswith("_"))[:MOST]
    listed = []
    for place in sorted(chosen, key=lambda place: place.start):
        if mark := citations.mark(place.lines, says=place.name):
            told = sentences(place.docstring)
            said = f": {quote(told[0])}" if told else ""
            listed.append(f"- {code(place.symbol)} ({place.kind}){said} {mark}")
    if not listed:
        return ""
    more = len(places) - len(listed)
    tail = [f"- and {more} more"] if more else []
    return "\n".join([f"{code(places[0].path)} defines:", "", *listed, *tail])


def _imported(known: Users, citations: Citations) -> str:
    shown = [
        f"{code(use.path)} {mark}"
        for use in known.uses[:_FEW]
        if (mark := citations.mark(Lines(use.path, use.line, use.line)))
    ]
    if not shown:
        return ""
    files = len({use.path for use in known.uses})
    more = [f"{files - len(shown)} more"] if files > len(shown) else []
    return f"It is imported by {joined([*shown, *more])}."
