"""Which columns hold sealed values (see core/secrets.py), for whoever changes the key of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the table's primary key, a single column."""

    table: str
    key: str
    name: str


COLUMNS = (Column("users", "id", "token"), Column("github_apps", "single", "sealed"))


async def locked(connection: Connection, column: Column) -> dict[Any, bytes]:
    """The values by key, locked: nobody refreshes a token that is being wrapped anew."""
    cursor = await connection.execute(
        f"SELECT {column.key}, {column.name} FROM {column.table} "
        f"WHERE {column.name} IS NOT NULL ORDER BY {column.key} FOR UPDATE"
    )
    return {key: bytes(value) for key, value in await cursor.fetchall()}


async def replace(connection: Connection, column: Column, key: Any, value: bytes) -> None:
    await connection.execute(
        f"UPDATE {column.table} SET {column.name} = %s WHERE {column.key} = %s", (value, key)
    )
