"""Fusion: which chunks are looked at closely, by reciprocal rank in several lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workers.retrieve.segment import Floats, Ints

K = 60
DEPTH = 80  # of each list
MOST_EQUALS = 4


def ranked(scores: Floats, depth: int = DEPTH) -> Ints:
    """The best of a list, best first; those without a score are not in it. Equals of the last one
    are, as long as they are not too many: their numbers must not decide."""
    found = np.flatnonzero(scores > 0)
    if len(found) > depth:
        lowest = np.partition(scores[found], len(found) - depth)[len(found) - depth]
        found = found[scores[found] >= lowest]
    return found[np.argsort(-scores[found], kind="stable")][: MOST_EQUALS * depth]


def reciprocal_ranks(lists: Sequence[Floats]) -> Floats:
    """For each chunk, the sum of 1 / (K + rank) over the lists that rank it, on a scale where the
    first of every list has 1. Equals have the same rank. A list that ranks nothing says nothing."""
    orders = [(each, ranked(each)) for each in lists]
    speaking = [(each, order) for each, order in orders if len(order)]
    fused = np.zeros(len(lists[0]), dtype=np.float32)
    for each, order in speaking:
        ranks = np.searchsorted(-each[order], -each[order], side="left")
        fused[order] += (1 / (K + 1 + ranks)).astype(np.float32)
    return fused * np.float32((K + 1) / max(1, len(speaking)))


def scaled(scores: Floats) -> Floats:
    """From 0 to 1."""
    highest = scores.max(initial=0.0)
    return scores / highest if highest > 0 else scores
