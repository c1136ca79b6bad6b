"""Repositories that came through GitHub, as Ponder knows them; and such with a snapshot and nothing
in it, each of an installation of its own: enough for the engine to claim and settle Thoughts about
them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.db import installations, learning, repositories, snapshots, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.thoughts import Subject, Thought
from tests.github_stand_in import world
from tests.github_stand_in.server import StandIn

COMMIT = "c" * 40


async def connected(
    database: Database, installation_id: int, github_id: int, name: str, source: str
) -> Repository:
    """A public repository, with the installation that it came through."""
    async with database.system() as connection:
        await installations.meet(
            connection,
            installation_id=installation_id,
            account=name.partition("/")[0],
            account_type="User",
        )
        return await repositories.connect_github(
            connection,
            installation_id=installation_id,
            github_id=github_id,
            name=name,
            source=source,
            private=False,
        )


async def known(database: Database, stand_in: StandIn, there: world.Repository) -> Repository:
    """What the stand-in for GitHub has, as it is here."""
    installation = stand_in.world.installation_of(there)
    source = f"{stand_in.url}/{there.full_name}.git"
    return await connected(database, installation.id, there.id, there.full_name, source)


async def tenant(
    database: Database, number: int, *, commit: str = COMMIT, **said: Any
) -> Repository:
    """Continual Learning is on; nothing comes round by itself."""
    name, source = f"tenant-{number}/code", f"/nowhere/{number}"
    repository = await connected(database, number, number, name, source)
    async with database.system() as connection:
        snapshot = await snapshots.add(
            connection,
            installation_id=number,
            repository_id=repository.id,
            ref="",
            commit_sha=commit,
            base=None,
            rules="",
            committed_at=datetime.now(UTC),
        )
        await repositories.set_snapshot(connection, repository.id, snapshot)
        await learning.say(connection, repository, {"on": True, **said}, by="me")
        await learning.caught_up(connection, repository.id, "", commit)
        for kind in ("prioritize", "smell_hunt", "verify"):
            await learning.come_round(connection, repository.id, kind, seconds=1)
    return repository


async def wish(
    database: Database, repository: Repository, note: str, *, kind: str, priority: float = 1.0
) -> Thought:
    """A queued Thought."""
    async with database.tenant(repository.installation_id) as connection:
        return await thoughts.add(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            kind=kind,
            subject=Subject(note=note),
            priority=priority,
            reason="a test wants it",
        )


async def states(database: Database, repository: Repository) -> dict[str, int]:
    async with database.tenant(repository.installation_id) as connection:
        return await thoughts.counts(connection, repository.id)
