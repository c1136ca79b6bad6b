"""What is thought about a repository that nobody has thought about at this commit."""

from __future__ import annotations

from collections.abc import Collection

from core.db import runs
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.thoughts import Subject
from workers.engine.costs import Costs
from workers.engine.priority import Guess, weighed
from workers.engine.wish import wish
from workers.thoughts import THOUGHTS

FIRST: dict[str, tuple[float, str]] = {
    "map_repo": (0.9, "the map of the repository steers everything else"),
    "prioritize": (0.8, "risk decides where to look first"),
    "verify": (0.6, "tests that fail now prove a bug"),
    "hypothesize_bug": (0.4, "laws are tried in little time, and a broken one is a bug"),
    "smell_hunt": (0.2, "analysers find much in little time"),
}
"""About a whole repository: how likely it finds something, or how much depends on it, and why it
comes first. What is cheap comes before what is dear, until this repository's runs say otherwise."""


async def seed(
    database: Database, repository: Repository, kinds: Collection[str] | None = None
) -> None:
    """Queue them; those that are queued already stay as they are."""
    async with database.tenant(repository.installation_id) as connection:
        await sow(connection, repository, kinds)


async def sow(
    connection: Connection, repository: Repository, kinds: Collection[str] | None = None
) -> None:
    """The same, in a transaction of what they follow from."""
    costs = Costs(await runs.records(connection, repository.id, list(THOUGHTS)))
    for kind in THOUGHTS.keys() if kinds is None else kinds:
        expected, because = FIRST.get(kind, (0.3, "somebody asked for it"))
        if kinds is None and kind not in FIRST:
            continue
        likely = costs.of(kind, Subject(), expected)
        worth = weighed(Guess(because, expected), likely, 1.0, (0, 0))
        whose = repository.installation_id, repository.id
        await wish(connection, whose, kind, worth, because)
