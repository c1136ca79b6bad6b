"""Whether the repository can answer at all, and the one sentence that says that it cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import files
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.question import Question
from workers.answer.safe import code
from workers.answer.scrub import parts_of
from workers.answer.standing import Standing
from workers.answer.wording import joined
from workers.retrieve.search import Hit

CALIBRATION = Path(__file__).with_name("calibration.json")
"""Weights of a standing's figures and two thresholds, as `python -m benchmarks.answers --calibrate`
wrote them: fitted to questions that a repository can answer and such that it cannot."""

ALL_OF_IT = 0.85
"""What has so much of a question in one place answers it, were it a document."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` are words of the question that stand nowhere in the repository."""

    refuse: bool
    confident: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """Below `least` a question is refused; from `sure` on the best place is presented as the
    answer, below it as the closest match."""

    weights: Mapping[str, float]
    bias: float
    least: float
    sure: float

    def strength(self, standing: Standing) -> float:
        figures = standing.figures
        return self.bias + sum(weight * figures[name] for name, weight in self.weights.items())


CALIBRATED = Calibration(**json.loads(CALIBRATION.read_text(encoding="utf-8")))


def judge(question: Question, standing: Standing) -> Verdict:
    """How much of what the question speaks of is there: words of a trade count, rare ones most."""
    strength, missing = CALIBRATED.strength(standing), standing.missing
    return Verdict(
        refuse=(strength < CALIBRATED.least and not is_there(question, standing))
        or _asks_for_nothing_there(question, missing)
        or _adds_nothing_there(question, missing),
        confident=strength >= CALIBRATED.sure,
        missing=missing,
    )


def is_there(question: Question, standing: Standing) -> bool:
    """Nearly all of it stands in one place, or something that it names stands somewhere."""
    missing = set(standing.missing)
    named = any(not _words_of(name) & missing for name in question.named)
    return named or standing.together >= ALL_OF_IT


def _words_of(name: str) -> set[str]:
    """As `missing` has them: a dollar sign is no part of a word."""
    return {part.strip("$") for part in parts_of(name)}


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
