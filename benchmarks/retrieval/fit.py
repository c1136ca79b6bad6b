"""Fits the weights of a policy: listwise, near the ones set by hand, and signed as sense has it.

The likelihood of the right places in a softmax over the candidates of each query, less the squared
distance from the hand-set weights. What speaks for a place never gets to speak against it: where
docstrings are blanked, a fit would otherwise learn that what is asked for has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.retrieval.lab import Case
from benchmarks.retrieval.score import hits
from workers.retrieve.policy import HAND_SET, Policy

Doubles = NDArray[np.float64]

AGAINST = frozenset({"block", "section", "value"})
EITHER = frozenset({"type"})
HELD = frozenset(
    "test document example generated configuration translation asked_for defines path_named frame "
    "cited_before recency".split()
)
"""What these queries cannot tell stays as it was set: all right answers are source code, hardly a
query names a place or asks for tests or documents, and no corpus has a history."""
LEFT_OUT = frozenset({"coverage", "file_coverage"})  # told to people, but said by others already
ASKING = (
    "length",
    "type",
    "section",
    "name",
    "container",
    "semantic",
    "file",
    "lexical",
)
"""Features that may count otherwise where the text is a question."""

STIFFNESS = 20.0
"""How much the squared distance from the hand-set weights counts."""


def names_of(cases: Sequence[Case]) -> list[str]:
    found = {name for case in cases for name in case.columns} | HAND_SET.weights.keys()
    return sorted(found - LEFT_OUT)


def fit(name: str, cases: Sequence[Case], importance: Sequence[float]) -> Policy:
    """`importance` of each case. Those without a right place among their candidates say nothing."""
    names = names_of(cases)
    problem = _Problem(names, cases, importance)
    start = np.array(
        [
            *(HAND_SET.weights.get(each, 0.0) for each in names),
            *(HAND_SET.when_asking.get(each, 0.0) for each in ASKING),
        ]
    )
    found = minimize(
        problem.loss,
        start * problem.scale,
        args=(start * problem.scale,),
        jac=True,
        method="L-BFGS-B",
        bounds=[
            *(
                _bounds(each, held)
                for each, held in zip(names, start * problem.scale, strict=False)
            ),
            *[(None, None)] * len(ASKING),
        ],
        options={"maxiter": 300},
    )
    weights = [round(float(weight), 3) for weight in found.x / problem.scale]
    return Policy(
        name,
        {each: weight for each, weight in zip(names, weights, strict=False) if weight},
        dict(zip(ASKING, weights[len(names) :], strict=True)),
    )


def _bounds(name: str, held: float) -> tuple[float | None, float | None]:
    if name in HELD:
        return held, held
    if name in EITHER:
        return None, None
    return (None, 0.0) if name in AGAINST else (0.0, None)


class _Problem:
    """All candidates of all cases under each other; `starts` says where each case begins."""

    def __init__(
        self, names: Sequence[str], cases: Sequence[Case], importance: Sequence[float]
    ) -> None:
        right = [_right(case) for case in cases]
        kept = [number for number, each in enumerate(right) if each.any()]
        sizes = [len(right[number]) for number in kept]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.case = np.repeat(np.arange(len(kept)), sizes)
        matrix = np.concatenate([_matrix(names, cases[number]) for number in kept])
        self.scale = matrix.std(axis=0) + 1e-3
        self.matrix = matrix / self.scale
        self.wanted = np.concatenate([right[number] / right[number].sum() for number in kept])
        self.importance = np.array([importance[number] for number in kept])[self.case]

    def loss(self, weights: Doubles, start: Doubles) -> tuple[float, Doubles]:
        scores = self.matrix @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.case])
        likely = raised / np.add.reduceat(raised, self.starts)[self.case]
        loss = -(self.importance * self.wanted * np.log(likely + 1e-12)).sum()
        slope = self.matrix.T @ (self.importance * (likely - self.wanted))
        away = weights - start
        return float(loss + STIFFNESS * (away @ away)), slope + 2 * STIFFNESS * away


def _matrix(names: Sequence[str], case: Case) -> Doubles:
    nothing = np.zeros(len(case.places))
    columns: Mapping[str, Any] = case.columns
    plain = [columns.get(name, nothing) for name in names]
    asking = [columns.get(name, nothing) * case.asks for name in ASKING]
    return np.array([*plain, *asking], dtype=np.float64).T


def _right(case: Case) -> Doubles:
    """1 for the candidates that hit one of the right places."""
    gold = [answer for answer in case.query["gold"] if answer.get("start")]
    found = [any(hits(place, answer) for answer in gold) for place in case.places]
    return np.array(found, dtype=np.float64)
