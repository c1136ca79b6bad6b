"""Keeps the overlays of a default branch small beside what they lie on."""

from __future__ import annotations

from core.db import files, snapshots
from core.db.connect import Database
from core.db.repositories import Repository

MAX_OVERLAID = 0.1
"""Overlays of a larger share are made one with their base. It is less than what would make the next
index write a full snapshot: a push must not wait for that."""


async def compact(database: Database, repository: Repository) -> bool:
    """Whether there was reason to. What is read meanwhile is the same before and after."""
    async with database.tenant(repository.installation_id) as connection:
        current = await snapshots.current(connection, repository.id)
        if current is None or current.base_id is None:
            return False
        extent = await files.extent(connection, current.id)
        if extent.overlaid <= MAX_OVERLAID * extent.full:
            return False
        await snapshots.flatten(connection, current.id)
    return True
