"""Which findings have the same cause: of those one stands for all, and the others belong to it."""

from __future__ import annotations

from psycopg.rows import class_row

from core.db.connect import Connection
from core.db.findings import COLUMNS, Finding

_SUREST = "array_position(ARRAY['reproduced', 'proven', 'suspected'], evidence), id"


async def of(connection: Connection, repository_id: int, fingerprint: str) -> list[Finding]:
    """What belongs to a finding, the surest first; at most 50."""
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM findings WHERE repository_id = %s AND cause = %s "
        f"AND state <> 'fixed' ORDER BY {_SUREST} LIMIT 50",
        (repository_id, fingerprint),
    )
    return await cursor.fetchall()


async def standing(connection: Connection, repository_id: int, limit: int) -> list[Finding]:
    """What a test shows on the default branch and stands for itself, whatever people said of it:
    what they do not mind under one name is not to come back under another. What is sure, and what
    was found last, comes first."""
    cursor = connection.cursor(row_factory=class_row(Finding))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM findings WHERE repository_id = %s AND ref = '' AND cause = '' "
        "AND reproducer IS NOT NULL AND state <> 'fixed' "
        "ORDER BY evidence <> 'reproduced', seen_at DESC, id DESC LIMIT %s",
        (repository_id, limit),
    )
    return await cursor.fetchall()


async def left_over(connection: Connection, repository_id: int) -> list[tuple[str, str]]:
    """Fingerprints and paths of open findings whose cause was fixed, or is gone: they may be fixed
    with it, or have another cause."""
    cursor = await connection.execute(
        "SELECT f.fingerprint, f.path FROM findings f WHERE f.repository_id = %s "
        "AND f.cause <> '' AND f.state = 'open' AND f.ref = '' AND NOT EXISTS (SELECT FROM "
        "findings c WHERE c.repository_id = f.repository_id AND c.fingerprint = f.cause "
        "AND c.state <> 'fixed') ORDER BY f.id LIMIT 50",
        (repository_id,),
    )
    return [(name, path) for name, path in await cursor.fetchall()]


async def join(connection: Connection, *, repository_id: int, fingerprint: str, cause: str) -> None:
    """Let a finding belong to another one, with all that belongs to it; or stand for itself, where
    the cause is ''. Nothing belongs to what is fixed, or belongs to another itself."""
    await connection.execute(
        "UPDATE findings f SET cause = %(cause)s WHERE f.repository_id = %(repository)s "
        "AND (f.fingerprint = %(name)s OR f.cause = %(name)s AND %(cause)s <> '') "
        "AND (%(cause)s = '' OR EXISTS (SELECT FROM findings c WHERE c.fingerprint = %(cause)s "
        "AND c.repository_id = f.repository_id AND c.cause = '' AND c.state <> 'fixed' "
        "AND c.fingerprint <> %(name)s))",
        {"cause": cause, "repository": repository_id, "name": fingerprint},
    )
