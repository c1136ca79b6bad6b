"""Policies: versioned parameters. Until one is active, the one that was set by hand counts."""

from __future__ import annotations

from core.db.connect import Connection

HAND_SET = "hand-set"


async def active(connection: Connection) -> str:
    """The version that is in effect; of several kinds, the one that was made last."""
    cursor = await connection.execute(
        "SELECT version FROM policies WHERE active ORDER BY id DESC LIMIT 1"
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else HAND_SET
