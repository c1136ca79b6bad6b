"""Repositories with a snapshot and nothing in it, each of an installation of its own: enough for
the engine to claim and settle Thoughts about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.db import installations, learning, repositories, snapshots, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.thoughts import Subject, Thought

COMMIT = "c" * 40


async def tenant(
    database: Database, number: int, *, commit: str = COMMIT, **said: Any
) -> Repository:
    """Continual Learning is on; nothing comes round by itself."""
    async with database.system() as connection:
        await installations.meet(
            connection, installation_id=number, account=f"tenant-{number}", account_type="User"
        )
        repository = await repositories.connect_github(
            connection,
            installation_id=number,
            github_id=number,
            name=f"tenant-{number}/code",
            source=f"/nowhere/{number}",
            private=False,
        )
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
