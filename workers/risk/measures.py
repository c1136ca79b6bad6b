"""What is measured of a place, as of a moment: its past until then, and what it is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.risk.past import Touch

YEAR = 365.25
FRESH = 30.0
"""Days after which a change is half as fresh."""

NAMES = (
    "fixes",
    "changes",
    "churn",
    "freshness",
    "authors",
    "lines",
    "complexity",
    "dependants",
)
"""Of a row, in order: all on a logarithmic scale but freshness."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Still:
    """What a place is today, whatever its past: lines, cognitive complexity (None: not known), and
    how many others use it (None: not known)."""

    lines: int
    complexity: int | None = None
    dependants: int | None = None


def row(touches: Sequence[Touch], at: float, half_life: float, still: Still) -> list[float]:
    """As of `at`, in days since 1970: nothing that came later is looked at, and what the place was
    then is worked out backwards from its changes."""
    known = touches[: bisect_left(touches, at, key=lambda t: t.at)]
    weights = [2.0 ** ((t.at - at) / half_life) for t in known]
    lines = lines_at(touches, at, still.lines)
    share = lines / still.lines if still.lines else 0.0
    return [
        math.log1p(sum(w for w, t in zip(weights, known, strict=True) if t.fix)),
        math.log1p(sum(weights)),
        math.log1p(sum(w * (t.added + t.deleted) for w, t in zip(weights, known, strict=True))),
        2.0 ** ((known[-1].at - at) / FRESH) if known else 0.0,
        math.log1p(len({t.author for t in known})),
        math.log1p(lines),
        math.log1p((still.complexity or 0) * min(share, 1.0)),
        math.log1p(still.dependants or 0),
    ]


def lines_at(touches: Sequence[Touch], at: float, today: int) -> int:
    """How long it was; never less than 0, since merges and renames do not add up."""
    later = touches[bisect_left(touches, at, key=lambda t: t.at) :]
    return max(today - sum(t.added - t.deleted for t in later), 0)


def half_life(first: float, last: float) -> float:
    """Days in which a change loses half of its weight: a year, less where all of the history is
    young, so that it still tells yesterday from the first day."""
    return min(max((last - first) / 4, 1.0), YEAR)
