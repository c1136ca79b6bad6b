"""Pull requests that share a head: they share its check run, which is green only if none of them
has a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db import review_findings, reviews
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.reviews import Review
from core.errors import Skip
from core.github import GitHub
from core.words import many
from workers.review import pull

_MOST = 5


@dataclass(frozen=True, slots=True)
class Other:
    """Another pull request of the commit: what is open there, and what kept it from being looked
    at whole."""

    number: int
    open: tuple[ReviewFinding, ...] = ()
    reason: str = ""

    @property
    def said(self) -> str:
        """'' where nothing is wrong with it."""
        found = f"{many(len(self.open), 'problem')} found" if self.open else ""
        return f"#{self.number}: {found or self.reason}" if found or self.reason else ""


async def of_same_head(
    github: GitHub, repository: Repository, known: Sequence[Review], head: str
) -> list[Review]:
    """Those whose pull requests are open and still have that head. `known` are of other ones."""
    found = []
    for each in known[:_MOST]:
        try:
            there = await pull.read(github, repository, each.number)
        except Skip:
            continue
        if there.open and there.head == head:
            found.append(each)
    return found


async def told(connection: Connection, same: Sequence[Review]) -> list[Other]:
    """As they are now."""
    found = []
    for each in same:
        rows = await review_findings.of_pull(connection, each.repository_id, each.number)
        still = tuple(row for row in rows if row.state == "open")
        now = await reviews.of_head(connection, each.repository_id, each.head, each.number)
        found.append(Other(each.number, still, now.reason if now else ""))
    return found
