"""How measures become a chance: logistic regression that begins at a fixed formula.

The formula's weights are the centre of the prior: with little to learn from, what is learned stays
close to them; with much, the repository's own fixes decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workers.risk.measures import NAMES, Floats

# In standard deviations of each measure. Past fixes and size order later fixes best in most studies
# of defects; the rest breaks ties.
FORMULA = {
    "fixes": 0.42,
    "changes": 0.18,
    "churn": 0.12,
    "freshness": 0.18,
    "authors": 0.09,
    "lines": 0.24,
    "complexity": 0.21,
    "dependants": 0.09,
}
_BEGIN = -2.0
"""One place in eight, before anything is known."""
_PULL = 30.0
"""How much the formula weighs against what is learned: as much as a hundred places or two."""
_ROUNDS = 30
_CLIP = 3.0
"""Deviations beyond say no more: in a young history the first change of all stands out."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What is usual in this repository: of each measure the mean and the standard deviation."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def of(cls, rows: Floats) -> Scale:
        if not len(rows):
            return cls((0.0,) * rows.shape[1], (1.0,) * rows.shape[1])
        spread = rows.std(axis=0)
        return cls(
            tuple(map(float, rows.mean(axis=0))), tuple(map(float, np.maximum(spread, 1e-6)))
        )

    def apply(self, rows: Floats) -> Floats:
        found: Floats = (rows - np.array(self.means)) / np.array(self.deviations)
        return np.clip(found, -_CLIP, _CLIP)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of standardised measures. `rests_on`: places with and without a fix that it was
    learned from, (0, 0) for the formula."""

    weights: tuple[float, ...]
    begin: float
    rests_on: tuple[int, int] = (0, 0)

    def logits(self, rows: Floats) -> Floats:
        """`rows` are standardised, one a place."""
        found: Floats = rows @ np.array(self.weights) + self.begin
        return found

    def document(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, document: dict[str, Any]) -> Model:
        """What `document` made; the formula where that was made of other measures."""
        weights = tuple(map(float, document.get("weights", ())))
        if len(weights) != len(NAMES):
            return formula()
        with_fix, without = document.get("rests_on", (0, 0))
        return cls(weights, float(document.get("begin", _BEGIN)), (int(with_fix), int(without)))


def formula() -> Model:
    return Model(tuple(FORMULA[name] for name in NAMES), _BEGIN)


def learn(rows: Floats, mended: Floats, pull: float = _PULL) -> Model:
    """Newton's method on standardised rows; `mended` is 1 where a fix came."""
    known = formula()
    prior = np.array([*known.weights, known.begin])
    pulls = np.array([*[pull] * len(known.weights), 0.0])
    inputs = np.column_stack([rows, np.ones(len(rows))])
    weights = prior.copy()
    for _ in range(_ROUNDS):
        chance = sigmoid(inputs @ weights)
        slope = inputs.T @ (chance - mended) + pulls * (weights - prior)
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(pulls + 1e-6)
        step = np.linalg.solve(bend, slope)
        weights = weights - np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    count = int(mended.sum())
    return Model(tuple(map(float, weights[:-1])), float(weights[-1]), (count, len(mended) - count))


def sigmoid(logits: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
    return found


def auc(scores: Sequence[float] | Floats, mended: Sequence[float] | Floats) -> float:
    """How often a place with a fix is above one without; .5 where one of the two is missing."""
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(mended, dtype=np.float64)
    above = int(labels.sum())
    if above in (0, len(labels)):
        return 0.5
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[where]
    return float((ranks[labels == 1].sum() - above * (above + 1) / 2)
                 / (above * (len(labels) - above)))  # fmt: skip
