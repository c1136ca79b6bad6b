"""Installations: an account's installation of the App; the tenant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class Installation:
    """`permissions` maps what GitHub granted to 'read' or 'write'."""

    id: int
    account: str
    account_type: str
    permissions: dict[str, str]
    suspended_at: datetime | None
    removed_at: datetime | None


_COLUMNS = ", ".join(Installation.__dataclass_fields__)


async def get(connection: Connection, installation_id: int) -> Installation | None:
    """Removed ones too: GitHub never gives an id again."""
    cursor = connection.cursor(row_factory=class_row(Installation))
    await cursor.execute(f"SELECT {_COLUMNS} FROM installations WHERE id = %s", (installation_id,))
    return await cursor.fetchone()


async def save(
    connection: Connection,
    *,
    installation_id: int,
    account: str,
    account_type: str,
    permissions: dict[str, str],
    suspended: bool,
) -> None:
    """What GitHub says of it now."""
    await connection.execute(
        "INSERT INTO installations (id, account, account_type, permissions, suspended_at) "
        "VALUES (%s, %s, %s, %s, CASE WHEN %s THEN now() END) ON CONFLICT (id) DO UPDATE SET "
        "account = excluded.account, account_type = excluded.account_type, "
        "permissions = excluded.permissions, "
        "suspended_at = CASE WHEN excluded.suspended_at IS NOT NULL "
        "THEN coalesce(installations.suspended_at, excluded.suspended_at) END",
        (installation_id, account, account_type, Jsonb(permissions), suspended),
    )


async def meet(
    connection: Connection, *, installation_id: int, account: str, account_type: str
) -> None:
    """Insert one of which an event came before the event that announces it."""
    await connection.execute(
        "INSERT INTO installations (id, account, account_type) VALUES (%s, %s, %s) "
        "ON CONFLICT (id) DO NOTHING",
        (installation_id, account, account_type),
    )


async def mark_removed(connection: Connection, installation_id: int) -> None:
    """Its number stays, so that what comes late does not bring it back; its owner's name goes."""
    await connection.execute(
        "UPDATE installations SET removed_at = coalesce(removed_at, now()), account = '', "
        "account_type = '', permissions = '{}' WHERE id = %s",
        (installation_id,),
    )


async def is_left(connection: Connection, installation_id: int) -> bool:
    """Whether it was removed, and nothing of its repositories is there any more."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM installations i WHERE i.id = %s AND i.removed_at IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM repositories r WHERE r.installation_id = i.id))",
        (installation_id,),
    )
    (found,) = await cursor.fetchone() or (False,)
    return bool(found)


async def welcome(connection: Connection, installation_id: int) -> bool:
    """Whether it is the first time; it is not again."""
    cursor = await connection.execute(
        "UPDATE installations SET welcomed = true WHERE id = %s AND NOT welcomed",
        (installation_id,),
    )
    return cursor.rowcount == 1
