"""What a commit says about the paths that it touched: how much changed, how lately, and whether it
mended something.

Weights are whole numbers that belong to the commit, whenever it is counted: 2 ** (years since the
epoch below), as a fixed-point number. To compare paths with each other no common factor matters,
and none has to be applied as time goes by.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from core.db.commits import Commit
from core.db.file_history import FileHistory

RULES = "2"
"""Goes up when what is counted changes: history is then read anew."""

WIDE = 50
"""A commit that touches more paths moves or formats; it says little about any of them."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HALF_LIFE_DAYS = 365.25
_YEARS = 39.0
"""A date beyond is a clock that is wrong."""
_MOST_LINES = 1_000
"""Of one path in one commit, as far as they weigh: more is generated, or copied."""

_FIX = re.compile(
    r"\b(?:fix(?:e[sd]|ing)?|hot-?fix(?:es)?|bug(?:s|fix(?:es)?)?|regress(?:ions?|ed)"
    r"|defects?|crash(?:es|ed|ing)?|broken|repair(?:s|ed)?|segfaults?|deadlocks?|leaks?)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s*:)?\s+(?:[\w./-]{1,100})?#\d+", re.IGNORECASE
)
_NO_FIX = re.compile(
    r"\b(?:typos?|spelling|grammar|lint\w*|flake8|mypy|ruff|docs?|docstrings?|documentation|readme"
    r"|changelog|comments?|formatting|whitespace|indentation|links?|ci|test|tests)\b",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"\[bot\]$|^(?:dependabot|renovate|greenkeeper|pyup|snyk|mergify|weblate|transifex|pre-commit"
    r"|github[ -]actions?|allcontributors)\b",
    re.IGNORECASE,
)


def is_bot(author: str) -> bool:
    """A program by its name, as far as it has one that says so."""
    return _BOT.search(author) is not None


def is_fix(subject: str, body: str) -> bool:
    """Whether a commit says that it mended how the code behaves; a mended comment is no fix."""
    if _NO_FIX.search(subject):
        return False
    return bool(_FIX.search(subject) or _CLOSES.search(body))


def weight(committed_at: datetime) -> int:
    """Twice as much for each year."""
    days = (committed_at - _EPOCH).total_seconds() / 86_400
    return round(math.pow(2.0, min(days / _HALF_LIFE_DAYS, _YEARS)))


def count(commits: Iterable[Commit]) -> list[FileHistory]:
    """What commits add up to, a row a path. The order of the commits does not matter."""
    rows: dict[str, FileHistory] = {}
    for commit in commits:
        for row in _of_commit(commit):
            before = rows.get(row.path)
            rows[row.path] = _sum(before, row) if before else row
    return list(rows.values())


def _of_commit(commit: Commit) -> list[FileHistory]:
    tells = len(commit.paths) <= WIDE and not is_bot(commit.author)
    fixes = int(tells and is_fix(commit.subject, commit.body))
    weighs = weight(commit.committed_at) if tells else 0
    rows = []
    for path, added, deleted in zip(commit.paths, commit.added, commit.deleted, strict=True):
        plus, minus = (max(added, 0), max(deleted, 0)) if tells else (0, 0)
        rows.append(
            FileHistory(
                path,
                commit.sha,
                commit.committed_at,
                1,
                plus,
                minus,
                fixes,
                weighs,
                weighs * min(plus + minus, _MOST_LINES),
                weighs * fixes,
            )
        )
    return rows


def _sum(one: FileHistory, other: FileHistory) -> FileHistory:
    last = max(one, other, key=lambda row: (row.last_committed_at, row.last_commit))
    return FileHistory(
        one.path,
        last.last_commit,
        last.last_committed_at,
        one.commits + other.commits,
        one.added + other.added,
        one.deleted + other.deleted,
        one.fixes + other.fixes,
        one.recent_commits + other.recent_commits,
        one.recent_lines + other.recent_lines,
        one.recent_fixes + other.recent_fixes,
    )
