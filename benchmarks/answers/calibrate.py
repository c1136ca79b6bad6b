"""Fits what a refusal rests on: a logistic regression over a few figures, and two thresholds.

Each corpus is scored by a fit that has not seen it, and thresholds are chosen on those scores. Half
of the questions without an answer take no part at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.answers.cases import Case
from benchmarks.answers.figures import Share, table
from benchmarks.answers.run import Corpus
from workers.answer.question import read
from workers.answer.refusal import CALIBRATION, is_there
from workers.answer.standing import FIGURES, standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FALSE_REFUSALS = 0.045
"""Of questions that have an answer: a little less than what we promise."""
DOUBTFUL = 0.15
"""So many of them are answered with the closest match only."""


@dataclass(frozen=True, slots=True)
class Stood:
    """`is_there`: it is never refused for its figures."""

    case: Case
    figures: tuple[float, ...]
    is_there: bool


async def stood(corpus: Corpus, cases: Sequence[Case]) -> list[Stood]:
    index = await corpus.context.searcher.index(corpus.asked.snapshot)
    asked = [(case, read(case.question)) for case in cases]
    found = [(case, question, standing(index, question.topic)) for case, question in asked]
    return [
        Stood(case, tuple(s.figures[name] for name in FIGURES), is_there(question, s))
        for case, question, s in found
    ]


def calibrate(rows: Sequence[Stood]) -> str:
    """Write the calibration, and say how well it does on corpora that it has not seen."""
    tuned = [row for row in rows if row.case.tuned]
    unseen = np.concatenate([_unseen(rows, tuned, name) for name in _corpora(rows)])
    ordered = [row for name in _corpora(rows) for row in rows if row.case.corpus == name]
    answerable = np.array([row.case.answerable for row in ordered])
    least = float(np.quantile(unseen[answerable], FALSE_REFUSALS))
    sure = float(np.quantile(unseen[answerable], DOUBTFUL))
    weights, bias = _fit(tuned)
    document = {
        "weights": dict(zip(FIGURES, weights.round(2).tolist(), strict=True)),
        "bias": round(bias, 2),
        "least": round(least, 2),
        "sure": round(sure, 2),
    }
    CALIBRATION.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return _told(ordered, unseen < least)


def _corpora(rows: Sequence[Stood]) -> list[str]:
    return sorted({row.case.corpus for row in rows})


def _unseen(rows: Sequence[Stood], tuned: Sequence[Stood], corpus: str) -> Floats:
    weights, bias = _fit([row for row in tuned if row.case.corpus != corpus])
    scored = [row for row in rows if row.case.corpus == corpus]
    figures = np.array([row.figures for row in scored])
    return np.where([row.is_there for row in scored], np.inf, figures @ weights + bias)


def _fit(rows: Sequence[Stood]) -> tuple[Floats, float]:
    """Weights of the figures as they are, though each was on one scale while they were fitted."""
    figures = np.array([row.figures for row in rows])
    mean, scale = figures.mean(axis=0), figures.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000)
    model.fit((figures - mean) / scale, [row.case.answerable for row in rows])
    weights = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)


def _told(rows: Sequence[Stood], refused: NDArray[np.bool_]) -> str:
    groups: dict[str, list[bool]] = {}
    for row, was in zip(rows, refused.tolist(), strict=True):
        for group in row.case.groups:
            groups.setdefault(group, []).append(was)
    lines = {name: [Share.of(values)] for name, values in groups.items()}
    return table("Refused, each corpus by a fit without it", ["refused"], lines)
