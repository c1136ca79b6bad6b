"""Fusion: which chunks are looked at closely, by reciprocal rank in several lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workers.retrieve.segment import Floats, Ints

K = 60
DEPTH = 100  # of each list


def ranked(scores: Floats, depth: int = DEPTH) -> Ints:
    """The best of a list, best first; those without a score are not in it. Of equals, the lower
    number comes first."""
    found = np.flatnonzero(scores > 0)
    if len(found) > depth:
        lowest = np.partition(scores[found], len(found) - depth)[len(found) - depth]
        found = found[scores[found] >= lowest]
    return found[np.argsort(-scores[found], kind="stable")][:depth]


def reciprocal_ranks(lists: Sequence[Ints], count: int) -> Floats:
    """For each of `count` chunks, the sum of 1 / (K + rank) over the lists that have it, on a scale
    where the first of every list has 1."""
    fused = np.zeros(count, dtype=np.float32)
    for each in lists:
        fused[each] += (1 / (K + 1 + np.arange(len(each)))).astype(np.float32)
    return fused * ((K + 1) / max(1, len(lists)))


def scaled(scores: Floats) -> Floats:
    """From 0 to 1."""
    highest = scores.max(initial=0.0)
    return scores / highest if highest > 0 else scores
