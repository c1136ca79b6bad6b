"""What is thought about a repository that nobody has thought about at this commit."""

from __future__ import annotations

from collections.abc import Collection

from core.db import thoughts
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.thoughts import Subject
from workers.engine.priority import Worth
from workers.thoughts import THOUGHTS

FIRST: dict[str, tuple[float, str]] = {
    "verify": (1.0, "tests that fail now are the cheapest proof of a bug"),
    "map_repo": (0.9, "the map of the repository steers everything else"),
    "prioritize": (0.8, "risk decides where to look first"),
    "smell_hunt": (0.5, "analysers find much in little time"),
    "hypothesize_bug": (0.4, "risky code is looked at for broken promises"),
}
"""About a whole repository: how much it is expected to find, and why it comes first."""


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
    for kind in THOUGHTS.keys() if kinds is None else kinds:
        expected, because = FIRST.get(kind, (0.3, "somebody asked for it"))
        if kinds is None and kind not in FIRST:
            continue
        worth = Worth(1.0, 1.0, expected, 1.0)
        await thoughts.add(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            kind=kind,
            subject=Subject(),
            priority=worth.priority,
            reason=worth.reason(because),
        )
