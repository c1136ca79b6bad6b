"""Whether the repository can answer at all, and the one sentence that says that it cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.db import files
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.scrub import parts_of
from workers.answer.wording import joined
from workers.index.terms import terms
from workers.retrieve.search import Hit

LEAST = 1.05
"""Calibrated on 110 questions and 53 problem reports about eight projects, against fifty questions
that have nothing to do with them: one in forty is refused, and nine strange ones in ten are."""

SURE = 1.3
"""From here on the best place is presented as the answer, below it as the closest match."""

_PLENTY = 8
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` are words of the question that stand nowhere in the repository."""

    refuse: bool
    confident: bool
    missing: tuple[str, ...] = ()


def judge(question: Question, hits: Sequence[Hit], missing: Sequence[str]) -> Verdict:
    """How much of the question one place has and one file has (rare words count more, and those
    that stand nowhere most), and how many of its words there are at all."""
    in_place = max((hit.features.get("coverage", 0.0) for hit in hits), default=0.0)
    in_file = max((hit.features.get("file_coverage", 0.0) for hit in hits), default=0.0)
    words = {word for word in _WORD.findall(question.topic) if terms(word)}
    found = min(len(words.difference(missing)), _PLENTY)
    strength = in_place + 0.2 * in_file + 0.15 * found
    return Verdict(
        refuse=(strength < LEAST and not _names_what_is_there(question, missing))
        or _asks_for_nothing_there(question, missing)
        or _adds_nothing_there(question, missing),
        confident=strength >= SURE,
        missing=tuple(missing),
    )


def _names_what_is_there(question: Question, missing: Sequence[str]) -> bool:
    return any(not set(parts_of(name)) & set(missing) for name in question.named)


def _asks_for_nothing_there(question: Question, missing: Sequence[str]) -> bool:
    """'Who calls X?' cannot be answered where nothing is called X."""
    about_a_name = question.shape in ("callers", "what") and question.named
    return bool(about_a_name) and all(parts_of(name)[-1] in missing for name in question.named)


def _adds_nothing_there(question: Question, missing: Sequence[str]) -> bool:
    """The answer before must not stand in for one to 'and its weather?'."""
    return bool(question.added) and set(question.added) <= set(missing)


async def refusal(database: Database, asked: Asked, hits: Sequence[Hit], verdict: Verdict) -> str:
    """One sentence: how much was looked at, what had no match, and what came nearest."""
    async with database.tenant(asked.row.installation_id) as connection:
        count = await files.count_indexed(connection, asked.snapshot.id)
    missing = (
        f"; nothing there mentions {joined([code(word) for word in verdict.missing[:4]], 'or')}"
        if verdict.missing
        else ""
    )
    nearest = f"; the nearest place is {_nearest(hits[0])}" if hits else ""
    return (
        f"I found nothing that answers this among the {count:,} indexed "
        f"file{'' if count == 1 else 's'} of {code(asked.repository.name)} at "
        f"{code(asked.snapshot.commit_sha[:7])}{missing}{nearest}."
    )


def _nearest(hit: Hit) -> str:
    return f"{code(hit.symbol)} in {code(hit.path)}" if hit.symbol else code(hit.path)
