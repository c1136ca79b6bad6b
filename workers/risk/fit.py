"""Learns from a repository's own past, in the order of time: from windows of commits that are over,
judged by the one that came after them.

What a place looked like at a window's beginning is worked out from its changes until then; whether
a commit of the window mended it is what there is to learn. What is gone today is not learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np

from core.words import many
from workers.risk.measures import NAMES, Floats, Still, half_life, lines_at, row
from workers.risk.model import Model, Scale, auc, formula, learn, sigmoid
from workers.risk.past import Touch

WINDOWS = 6
"""The first is only looked back on, the last one judges."""
LEAST_MENDED = 20
"""Places with a fix in what is learned from; with fewer, the formula stays."""
LEAST_JUDGED = 5
"""Places with a fix in the window that judges."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model in use. `learned` and `fixed` are how well what was learned and the formula ordered
    the last window's fixes (area under the curve; None: too few to say); `baseline` is the
    time-weighted count of past fixes alone. `days` is how long a window lasted: scores are chances
    within as long a time."""

    model: Model
    scale: Scale
    half_life: float
    days: float
    learned: float | None = None
    fixed: float | None = None
    baseline: float | None = None

    def summary(self) -> str:
        """Which model is used, and on how much it rests."""
        with_fix, without = self.model.rests_on
        judged = ""
        if self.learned is not None and self.fixed is not None:
            judged = (
                f" On the fixes after those that it learned from, what was learned orders "
                f"{self.learned:.2f} of pairs rightly, the fixed formula {self.fixed:.2f}, "
                f"past fixes alone {self.baseline or 0.5:.2f}."
            )
        if with_fix:
            return (
                f"Learned from {with_fix} places that a fix changed within {_span(self.days)}, "
                f"and {without} that none did.{judged}"
            )
        why = "it orders later fixes better" if judged else "there are too few fixes to learn from"
        return f"A fixed formula is used: {why}.{judged}"


def _span(days: float) -> str:
    return many(round(days), "day") if days >= 1 else "a day"


@dataclass(frozen=True, slots=True)
class _Window(Generic[K]):
    rows: Floats
    mended: Floats


def fit(past: Mapping[K, Sequence[Touch]], still: Mapping[K, Still]) -> Fitted:
    """`still` has the places that there are today; one without a past was never touched."""
    moments = sorted(t.at for key in still for t in past.get(key, ()))
    if len(moments) < 2 or moments[0] == moments[-1]:
        return _unlearned(past, still, moments)
    life = half_life(moments[0], moments[-1])
    edges = _edges(moments)
    windows = [
        made
        for begin, end in pairwise(edges)
        if (made := _window(past, still, begin, end, life)) is not None
    ]
    length = float(np.median(np.diff(edges))) if len(edges) > 1 else 0.0
    now = moments[-1] + 1e-6
    scale = Scale.of(_rows(past, still, now, life))
    if len(windows) < 2:
        return Fitted(formula(), scale, life, length)
    return replace(_chosen(windows), scale=scale, half_life=life, days=length)


def _unlearned(
    past: Mapping[K, Sequence[Touch]], still: Mapping[K, Still], moments: Sequence[float]
) -> Fitted:
    now = moments[-1] + 1e-6 if moments else 0.0
    return Fitted(formula(), Scale.of(_rows(past, still, now, 1.0)), 1.0, 0.0)


def _rows(
    past: Mapping[K, Sequence[Touch]], still: Mapping[K, Still], at: float, life: float
) -> Floats:
    rows = [row(past.get(key, ()), at, life, each) for key, each in still.items()]
    return np.array(rows, dtype=np.float64).reshape(-1, len(NAMES))


def _edges(moments: Sequence[float]) -> list[float]:
    """Where windows begin and end: each has as many changes as the next."""
    found = [moments[len(moments) * n // WINDOWS] for n in range(1, WINDOWS)]
    return sorted({*found, moments[-1] + 1e-6})


def _window(
    past: Mapping[K, Sequence[Touch]],
    still: Mapping[K, Still],
    begin: float,
    end: float,
    life: float,
) -> _Window[K] | None:
    """None where nothing was there yet. Rows are standardised as the window itself is."""
    keys = [
        key
        for key, each in still.items()
        if lines_at(past.get(key, ()), begin, each.lines) > 0
        and not (past.get(key) and past[key][0].at >= begin and _is_new(past[key], begin, each))
    ]
    if len(keys) < 10:
        return None
    rows = _rows({k: past.get(k, ()) for k in keys}, {k: still[k] for k in keys}, begin, life)
    mended = [any(t.fix and begin <= t.at < end for t in past.get(key, ())) for key in keys]
    return _Window(Scale.of(rows).apply(rows), np.array(mended, dtype=np.float64))


def _is_new(touches: Sequence[Touch], begin: float, still: Still) -> bool:
    """Whether all of its lines came later."""
    return sum(t.added for t in touches if t.at >= begin) >= still.lines


def _chosen(windows: Sequence[_Window[K]]) -> Fitted:
    """What was learned, unless the formula ordered the last window's fixes better."""
    nowhere = Scale((), ())
    before, last = windows[:-1], windows[-1]
    rows = np.concatenate([each.rows for each in before])
    mended = np.concatenate([each.mended for each in before])
    if mended.sum() < LEAST_MENDED or last.mended.sum() < LEAST_JUDGED:
        return Fitted(_level(windows), nowhere, 0.0, 0.0)
    trained = learn(rows, mended)
    learned = auc(trained.logits(last.rows), last.mended)
    fixed = auc(formula().logits(last.rows), last.mended)
    baseline = auc(last.rows[:, NAMES.index("fixes")], last.mended)
    if fixed > learned:
        return Fitted(_level(windows), nowhere, 0.0, 0.0, learned, fixed, baseline)
    every = learn(
        np.concatenate([each.rows for each in windows]),
        np.concatenate([each.mended for each in windows]),
    )
    return Fitted(every, nowhere, 0.0, 0.0, learned, fixed, baseline)


def _level(windows: Sequence[_Window[K]]) -> Model:
    """The formula, begun where its chances add up to the fixes that there were."""
    rows = np.concatenate([each.rows for each in windows])
    mended = np.concatenate([each.mended for each in windows])
    made, wanted = formula(), float(mended.mean())
    if mended.sum() < LEAST_MENDED or wanted == 1:
        return made
    low, high = -12.0, 6.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = float(sigmoid(replace(made, begin=middle).logits(rows)).mean())
        low, high = (middle, high) if mean < wanted else (low, middle)
    return replace(made, begin=(low + high) / 2)
