"""Pull requests that somebody told Ponder to leave alone."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.repositories import Repository


async def add(connection: Connection, repository: Repository, number: int, *, by: str) -> None:
    await connection.execute(
        'INSERT INTO ignored_pulls (repository_id, installation_id, number, "by") '
        "VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (repository.id, repository.installation_id, number, by),
    )


async def remove(connection: Connection, repository_id: int, number: int) -> bool:
    """Whether it was there."""
    cursor = await connection.execute(
        "DELETE FROM ignored_pulls WHERE repository_id = %s AND number = %s",
        (repository_id, number),
    )
    return cursor.rowcount == 1


async def has(connection: Connection, repository_id: int, number: int) -> bool:
    cursor = await connection.execute(
        "SELECT FROM ignored_pulls WHERE repository_id = %s AND number = %s",
        (repository_id, number),
    )
    return await cursor.fetchone() is not None
