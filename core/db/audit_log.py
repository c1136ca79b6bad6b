"""The audit log: who commanded, wrote or changed what. The application's role can add and read
lines, and do nothing else with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection
from core.redact import redact

PONDER = "ponder"
"""The actor of what nobody commanded."""

Act = Literal["command", "written", "setting", "switch"]
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    installation_id: int
    repository_id: int | None
    actor: str
    act: Act
    what: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class New:
    """`repository_id` is None where it is about the whole installation. `detail` is short and holds
    no texts of people: they may be deleted where they were written, and stay here."""

    installation_id: int
    repository_id: int | None
    actor: str
    act: Act
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)


_COLUMNS = ", ".join(Line.__dataclass_fields__)


async def add(connection: Connection, line: New) -> None:
    """In the transaction of what it tells of: both are there, or neither is."""
    await connection.execute(
        "INSERT INTO audit_log (installation_id, repository_id, actor, act, what, detail) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (
            line.installation_id,
            line.repository_id,
            line.actor[:_LONGEST],
            line.act,
            redact(line.what)[:_LONGEST],
            Jsonb(dict(line.detail)),
        ),
    )


async def of_repository(
    connection: Connection, repository_id: int, *, before: int | None = None, limit: int = 100
) -> list[Line]:
    """The newest first; those behind the line `before`. What is about the whole machine or
    installation is among them, as far as the transaction may see it."""
    cursor = connection.cursor(row_factory=class_row(Line))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM audit_log WHERE (repository_id = %s OR repository_id IS NULL) "
        "AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s",
        (repository_id, before, before, limit),
    )
    return await cursor.fetchall()


async def forget(connection: Connection) -> int:
    """Remove what is older than 400 days; how many lines there were."""
    cursor = await connection.execute("SELECT ponder_forget_audit()")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
