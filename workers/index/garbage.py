"""Forgetting: snapshots that nothing needs any more, and contents that no snapshot has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db import blobs, snapshots
from core.db.connect import Database
from core.db.repositories import Repository

KEPT_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Collected:
    snapshots: int
    blobs: int


async def collect(
    database: Database, repository: Repository, *, days: float = KEPT_DAYS
) -> Collected:
    """Call it while the repository's index lock is held: contents of a run that is under way are
    in no snapshot yet. What an answer refers to is kept as long as the answer."""
    async with database.tenant(repository.installation_id) as connection:
        forgotten = await snapshots.delete_superseded(connection, repository.id, days=days)
        if not forgotten:
            return Collected(0, 0)
        return Collected(forgotten, await blobs.delete_unreferenced(connection, repository.id))


async def forget(database: Database, repository: Repository, refs: Sequence[str]) -> Collected:
    """Free what was indexed for branches that were deleted and pull requests that were closed.
    Whoever asks about one again has it indexed again."""
    async with (
        snapshots.indexing(database, repository.id),
        database.tenant(repository.installation_id) as connection,
    ):
        forgotten = await snapshots.delete_of_refs(connection, repository.id, refs)
        if not forgotten:
            return Collected(0, 0)
        return Collected(forgotten, await blobs.delete_unreferenced(connection, repository.id))
