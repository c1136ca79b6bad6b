"""Whether the repository can answer at all, and the one sentence that says that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db import files
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.scrub import parts_of
from workers.answer.wording import joined
from workers.retrieve.search import Hit

LEAST = 0.6
"""Calibrated on the questions and problem reports of two projects against fifty questions that have
nothing to do with them: one report in 67 is refused, and six strange questions in seven are."""

SURE = 1.0
"""From here on the best place is presented as the answer, below it as the closest match."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` are words of the question that stand nowhere in the repository."""

    refuse: bool
    confident: bool
    missing: tuple[str, ...] = ()


def judge(question: Question, hits: Sequence[Hit], missing: Sequence[str]) -> Verdict:
    """How much of the question one file has, and how much of it one place: rare words count more,
    and those that stand nowhere count most."""
    in_file = max((hit.features.get("file_coverage", 0.0) for hit in hits), default=0.0)
    in_place = max((hit.features.get("coverage", 0.0) for hit in hits), default=0.0)
    strength = in_file + in_place / 2
    nameless = question.shape in ("callers", "what") and _asks_for_nothing_there(question, missing)
    return Verdict(
        refuse=strength < LEAST or nameless,
        confident=strength >= SURE,
        missing=tuple(missing),
    )


def _asks_for_nothing_there(question: Question, missing: Sequence[str]) -> bool:
    """'Who calls X?' cannot be answered where nothing is called X."""
    return bool(question.named) and all(parts_of(name)[-1] in missing for name in question.named)


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
