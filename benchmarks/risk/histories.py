"""Histories to be judged on: what each commit touched, and whether it was a fix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.freshness.releases import Package, history
from core.db.commits import Commit
from workers.git import Logged, log, newest, said, text_path
from workers.linters.places import quiet
from workers.risk.past import Touch, of_files

PINNED = Path(__file__).parent / "releases.json"
SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class History:
    """`commits` are the oldest first; `past` is by path, of code that is no test."""

    name: str
    mirror: Path
    commits: list[Logged]
    past: dict[str, list[Touch]]


def pinned() -> list[Package]:
    listed = json.loads(PINNED.read_text(encoding="utf-8"))
    return [Package(name, **rest) for name, rest in listed.items()]


def of_releases(package: Package, work: Path, python: Path) -> History:
    """A release whose last number is not 0 is a fix: of all that it touches."""
    checkouts = [checkout for _, checkout in history(package, work, python)]
    mirror = checkouts[-1] / ".git"
    commits = _log(mirror)
    past: dict[str, list[Touch]] = {}
    for commit, version in zip(commits, package.versions, strict=True):
        numbers = version.split(".")
        fix = len(numbers) > 2 and numbers[2] != "0"
        for each in commit.touched:
            path = text_path(each.path)
            if _counts(path):
                at = commit.committed_at.timestamp() / 86_400
                made = Touch(at, commit.author, max(each.added, 0), max(each.deleted, 0), fix)
                past.setdefault(path, []).append(made)
    return History(package.name, mirror, commits, past)


def of_repository(source: Path) -> History:
    """Commits that say of themselves that they mend something are fixes."""
    mirror = source / ".git" if (source / ".git").exists() else source
    commits = _log(mirror)
    past = of_files(map(_row, commits))
    return History(
        source.name, mirror, commits, {p: found for p, found in past.items() if _counts(p)}
    )


def _log(mirror: Path) -> list[Logged]:
    shas: Sequence[str] = newest(mirror, "HEAD", since=None, limit=10_000)
    return list(log(mirror, shas, names_of="HEAD", seconds=SECONDS))[::-1]


def _row(logged: Logged) -> Commit:
    subject, body = said(logged.message)
    paths = [text_path(each.path) for each in logged.touched]
    added = [each.added for each in logged.touched]
    deleted = [each.deleted for each in logged.touched]
    return Commit(
        *(logged.sha, logged.author, logged.committed_at, subject, body, logged.parents),
        *(paths, added, deleted),
    )


def _counts(path: str) -> bool:
    return path.endswith(".py") and quiet(path) not in ("tests", "fixtures")
