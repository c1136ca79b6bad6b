"""What changes together: paths that the same commits touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import combinations

from core.db.commits import Commit
from workers.index.churn import is_bot

MOST = 30
"""A commit that touches more paths does not say that any two of them belong together."""
LEAST = 2
"""Once may be chance."""


def tells(commit: Commit) -> bool:
    return 0 < len(commit.paths) <= MOST and not is_bot(commit.author)


def pairs(commits: Iterable[Commit]) -> dict[tuple[str, str], tuple[int, float]]:
    """For two paths, in order: how many commits touched both, and the confidence that one which
    touches the first touches the second, too. Both directions of a pair are there."""
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for commit in filter(tells, commits):
        paths = sorted(set(commit.paths))
        alone.update(paths)
        both.update(combinations(paths, 2))
    found = {}
    for (one, other), count in both.items():
        if count >= LEAST:
            found[one, other] = (count, count / alone[one])
            found[other, one] = (count, count / alone[other])
    return found


def partners(commits: Iterable[Commit], paths: Collection[str]) -> list[tuple[str, int, int]]:
    """Of some paths: (another, commits that touched it too, commits of the paths), most first."""
    seen: Counter[str] = Counter()
    whole = 0
    for commit in filter(tells, commits):
        touched = set(commit.paths)
        if not touched.isdisjoint(paths):
            whole += 1
            seen.update(touched.difference(paths))
    found = [(path, count, whole) for path, count in seen.items() if count >= LEAST]
    return sorted(found, key=lambda found: (-found[1], found[0]))
