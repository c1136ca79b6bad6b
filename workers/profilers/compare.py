"""Whether one thing takes longer than another: a bootstrapped interval of the ratio of medians."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from typing import Any, TypeVar

SLOWER = 1.3
"""The least that the lower end of the interval has to be."""
_ROUNDS = 2_000
_MOST_SAMPLES = 100
Case = TypeVar("Case")
Pair = tuple[list[float], list[float]]
"""Seconds of a round, now and before."""
Turns = Callable[[Sequence[int], float], Awaitable[dict[int, Pair]]]
"""Pairs of functions, by their numbers, within so many seconds."""


def interval(now: Sequence[float], before: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of ratios of medians over resampled times. The same samples give the same
    interval. Both have samples, more than 0 seconds each."""
    chance = random.Random(0)  # noqa: S311 - nothing is kept secret with it
    ratios = sorted(
        median(chance.choices(now, k=len(now))) / median(chance.choices(before, k=len(before)))
        for _ in range(_ROUNDS)
    )
    return ratios[int(_ROUNDS * 0.025)], ratios[int(_ROUNDS * 0.975)]


def bound(low: float) -> float:
    """The ratio from which on a test fails: well below what was measured, so that it fails again,
    and never so high that half a mend would pass."""
    return min(2.0, 1 + (low - 1) / 2)


async def twice(turns: Turns, numbers: Sequence[int], seconds: float) -> dict[int, Pair]:
    """Those that are slower in two runs, each of several turns: pairs of the second, by number."""
    first = await turns(numbers, seconds / 2) if numbers else {}
    suspects = [at for at, pair in first.items() if interval(*pair)[0] > SLOWER]
    second = await turns(suspects, seconds / 2) if suspects else {}
    return {at: pair for at, pair in second.items() if interval(*pair)[0] > SLOWER}


def chosen(cases: Sequence[Case], which: int) -> list[Case]:
    """The calls of a round: those that the bits of a number stand for, as the sandbox told."""
    return [each for at, each in enumerate(cases) if which >> at & 1]


def pair(line: Mapping[str, Any]) -> Pair | None:
    """Of nanoseconds and a number for the calls that a round makes, as the sandbox wrote them:
    hostile. None where one version has none, or they do not call the same."""
    taken: list[list[float]] = []
    calls = set[float]()
    for when in ("now", "before"):
        listed = line.get(when)
        pairs = listed[:_MOST_SAMPLES] if isinstance(listed, list) else []
        good = [
            (float(each[0]), float(each[1]))
            for each in pairs
            if isinstance(each, list) and len(each) == 2 and all(_is_positive(n) for n in each)
        ]
        calls |= {count for _, count in good}
        taken.append([nanoseconds * 1e-9 for nanoseconds, _ in good])
    return (taken[0], taken[1]) if all(taken) and len(calls) == 1 else None


def _is_positive(number: Any) -> bool:
    return isinstance(number, int | float) and 0 < number < 1e15
