"""Bulk writes: COPY into a temporary table, then INSERT … SELECT from there.

PostgreSQL refuses COPY into a table whose row-level security binds the role, and ours does.
"""

from __future__ import annotations

from core.db.connect import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


async def stage(connection: Connection, table: str, columns: str, rows: bytes) -> None:
    """Fill `staged_<table>`, once in a transaction: it is empty again after it. `rows` are in the
    binary COPY format, without header and trailer."""
    await connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS staged_{table} ({columns}) ON COMMIT DELETE ROWS"
    )
    async with connection.cursor().copy(
        f"COPY staged_{table} FROM STDIN WITH (FORMAT BINARY)"
    ) as copy:
        await copy.write(_HEADER + rows + _TRAILER)


async def relax(connection: Connection) -> None:
    """Let this transaction be committed without waiting for the disk."""
    await connection.execute("SET LOCAL synchronous_commit = off")
