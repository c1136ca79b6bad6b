"""What happened to each place of a repository: its changes in time, and which were fixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.db.commits import Commit
from workers.index.churn import WIDE, is_bot, is_fix

DAY = 86_400.0
MOST_LINES = 1_000
"""Of one place in one commit, as far as they weigh: more is generated, or copied."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A change of one place. `at` is in days since 1970."""

    at: float
    author: str
    added: int
    deleted: int
    fix: bool


Past = Mapping[str, Sequence[Touch]]
"""By place, the oldest first."""


def days(at: datetime) -> float:
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp() / DAY


def tells(commit: Commit) -> bool:
    """Whether it says something about the places that it touched: a program's commit does not, nor
    one that moves or formats half of the repository."""
    return len(commit.paths) <= WIDE and not is_bot(commit.author)


def touch(commit: Commit, added: int, deleted: int) -> Touch:
    return Touch(
        days(commit.committed_at),
        commit.author,
        min(max(added, 0), MOST_LINES),
        min(max(deleted, 0), MOST_LINES),
        is_fix(commit.subject, commit.body),
    )


def broken_by(commits: Iterable[Commit], failed: Mapping[str, bool]) -> dict[str, int]:
    """How often continuous integration failed at a change of each file, the newest commit first.
    What it failed at before already is not blamed on the next commit too."""
    found: dict[str, int] = {}
    blamed: Commit | None = None
    for commit in commits:
        if commit.sha not in failed:
            continue
        if blamed is not None and not failed[commit.sha]:
            for path in blamed.paths:
                found[path] = found.get(path, 0) + 1
        blamed = commit if failed[commit.sha] and tells(commit) else None
    return found


def of_files(commits: Iterable[Commit]) -> dict[str, list[Touch]]:
    """By path."""
    found: dict[str, list[Touch]] = {}
    for commit in filter(tells, commits):
        for path, added, deleted in zip(commit.paths, commit.added, commit.deleted, strict=True):
            found.setdefault(path, []).append(touch(commit, added, deleted))
    return {path: sorted(touches, key=lambda t: t.at) for path, touches in found.items()}
