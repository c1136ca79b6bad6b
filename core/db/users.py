"""Users: people who logged in with GitHub. Their tokens are stored encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class User:
    """`links_checked_at`: when GitHub was last asked which repositories the user may see."""

    id: int
    login: str
    name: str | None
    links_checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredToken:
    token: bytes | None
    expires_at: datetime | None


_COLUMNS = ", ".join(User.__dataclass_fields__)


async def log_in(
    connection: Connection,
    *,
    user_id: int,
    login: str,
    name: str | None,
    token: bytes,
    expires_at: datetime | None,
) -> User:
    """Insert or bring up to date. What the user may see is asked anew."""
    cursor = connection.cursor(row_factory=class_row(User))
    await cursor.execute(
        "INSERT INTO users (id, login, name, token, token_expires_at) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, "
        "token = excluded.token, token_expires_at = excluded.token_expires_at, "
        f"links_checked_at = NULL RETURNING {_COLUMNS}",
        (user_id, login, name, token, expires_at),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row


async def get(connection: Connection, user_id: int) -> User | None:
    cursor = connection.cursor(row_factory=class_row(User))
    await cursor.execute(f"SELECT {_COLUMNS} FROM users WHERE id = %s", (user_id,))
    return await cursor.fetchone()


async def lock_token(connection: Connection, user_id: int) -> StoredToken | None:
    """The encrypted token, with the row locked: a refresh token can be used only once."""
    cursor = connection.cursor(row_factory=class_row(StoredToken))
    await cursor.execute(
        "SELECT token, token_expires_at AS expires_at FROM users WHERE id = %s FOR UPDATE",
        (user_id,),
    )
    return await cursor.fetchone()


async def set_token(
    connection: Connection, user_id: int, token: bytes | None, expires_at: datetime | None
) -> None:
    await connection.execute(
        "UPDATE users SET token = %s, token_expires_at = %s WHERE id = %s",
        (token, expires_at, user_id),
    )
