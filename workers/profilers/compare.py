"""Whether one thing takes longer than another: a bootstrapped interval of the ratio of medians."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import median

_ROUNDS = 2_000


def interval(now: Sequence[float], before: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of ratios of medians over resampled times. The same samples give the same
    interval. Both have samples, more than 0 seconds each."""
    chance = random.Random(0)  # noqa: S311 - nothing is kept secret with it
    ratios = sorted(
        median(chance.choices(now, k=len(now))) / median(chance.choices(before, k=len(before)))
        for _ in range(_ROUNDS)
    )
    return ratios[int(_ROUNDS * 0.025)], ratios[int(_ROUNDS * 0.975)]
