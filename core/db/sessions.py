"""Sessions of the browser. The cookie's value is not stored, only its hash."""

from __future__ import annotations

from psycopg.rows import class_row

from core.db.connect import Connection
from core.db.users import User


async def start(connection: Connection, *, id_hash: bytes, user_id: int, seconds: int) -> None:
    """Add a session, and sweep out those that ran out."""
    await connection.execute("DELETE FROM sessions WHERE expires_at < now()")
    await connection.execute(
        "INSERT INTO sessions (id_hash, user_id, expires_at) "
        "VALUES (%s, %s, now() + %s * interval '1 second')",
        (id_hash, user_id, seconds),
    )


async def user_of(connection: Connection, id_hash: bytes) -> User | None:
    """None where there is no such session, or it ran out."""
    cursor = connection.cursor(row_factory=class_row(User))
    await cursor.execute(
        "SELECT users.id, login, name, links_checked_at FROM sessions "
        "JOIN users ON users.id = user_id WHERE id_hash = %s AND expires_at > now()",
        (id_hash,),
    )
    return await cursor.fetchone()


async def end(connection: Connection, id_hash: bytes) -> None:
    await connection.execute("DELETE FROM sessions WHERE id_hash = %s", (id_hash,))


async def end_all(connection: Connection, user_id: int) -> None:
    """Where GitHub no longer accepts the user's token."""
    await connection.execute("DELETE FROM sessions WHERE user_id = %s", (user_id,))
