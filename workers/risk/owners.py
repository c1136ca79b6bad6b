"""Who knows what, by what they wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.db.commits import Commit
from workers.risk.past import tells


@dataclass(frozen=True, slots=True)
class Author:
    """`share` of the lines that commits added below a folder."""

    name: str
    share: float
    commits: int


def authors(commits: Iterable[Commit], folder: str, most: int = 3) -> list[Author]:
    """Who wrote most of a folder ('' the repository) in the history that is kept, first."""
    lines: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    inside = f"{folder}/" if folder else ""
    for commit in filter(tells, commits):
        added = [a for p, a in zip(commit.paths, commit.added, strict=True) if p.startswith(inside)]
        if added:
            counts[commit.author] += 1
            lines[commit.author] += sum(max(each, 0) for each in added)
    whole = sum(lines.values()) or 1
    return [Author(n, count / whole, counts[n]) for n, count in lines.most_common(most)]
