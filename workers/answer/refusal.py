"""Whether the repository can answer at all, and the one sentence that says that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db import files
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.wording import joined
from workers.retrieve.search import Hit


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` are words of the question that stand nowhere in the repository."""

    refuse: bool
    confident: bool
    missing: tuple[str, ...] = ()


def judge(question: Question, hits: Sequence[Hit]) -> Verdict:
    return Verdict(refuse=not hits, confident=bool(hits))


async def refusal(
    database: Database,
    asked: Asked,
    hits: Sequence[Hit],
    verdict: Verdict,
) -> str:
    """One sentence: how much was looked at, what had no match, and what came nearest."""
    async with database.tenant(asked.row.installation_id) as connection:
        count = await files.count_indexed(connection, asked.snapshot.id)
    looked = f"{count:,} file{'s' if count != 1 else ''}"
    missing = (
        f"; nothing there mentions {joined([code(word) for word in verdict.missing[:4]])}"
        if verdict.missing
        else ""
    )
    nearest = f" (the nearest, {code(hits[0].path)}, is about something else)" if hits else ""
    return (
        f"I found nothing about this among the {looked} of {code(asked.repository.name)} at "
        f"{code(asked.snapshot.commit_sha[:7])}{missing}{nearest}."
    )
