"""Switches: 'kill' stops jobs, model calls and writes to GitHub while it is on."""

from __future__ import annotations

from core.db import audit_log
from core.db.connect import Connection
from core.db.repositories import LOCAL

KILL = "kill"


async def is_on(connection: Connection, name: str) -> bool:
    cursor = await connection.execute('SELECT "on" FROM switches WHERE name = %s', (name,))
    row = await cursor.fetchone()
    return bool(row and row[0])


async def turn(connection: Connection, name: str, *, on: bool, by: str) -> None:
    """`by` says who turned it: a login, or 'local'."""
    await connection.execute(
        'INSERT INTO switches (name, "on", "by") VALUES (%s, %s, %s) '
        'ON CONFLICT (name) DO UPDATE SET "on" = excluded."on", "by" = excluded."by", at = now()',
        (name, on, by),
    )
    await audit_log.add(connection, audit_log.New(LOCAL, None, by, "switch", name, {"on": on}))
