"""Blobs: contents, stored once for each repository and language."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from core.db.connect import Connection
from core.db.staging import stage


@dataclass(frozen=True, slots=True)
class BlobText:
    id: int
    sha: str
    language: str
    lines: int
    text: str


def compress(text: str) -> bytes:
    # Level 6 takes twice the time of 4 for 4 % fewer bytes.
    return zlib.compress(text.encode(errors="replace"), 4)


def decompress(stored: bytes) -> bytes:
    """The content in UTF-8. Slow enough for a thread, where there are many."""
    return zlib.decompress(stored)


async def text_of(connection: Connection, blob_id: int) -> BlobText | None:
    """The content as it was indexed: decoded with replacement, line numbers as in git."""
    cursor = await connection.execute(
        "SELECT id, sha, language, lines, text FROM blobs WHERE id = %s", (blob_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return BlobText(row[0], row[1], row[2], row[3], zlib.decompress(row[4]).decode())


async def texts(connection: Connection, blob_ids: Sequence[int]) -> dict[int, bytes]:
    """The contents of some blobs by id, compressed: see `decompress`."""
    cursor = connection.cursor(binary=True)
    await cursor.execute("SELECT id, text FROM blobs WHERE id = ANY(%s)", (list(blob_ids),))
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def known(
    connection: Connection, repository_id: int, rules: str, shas: Sequence[str]
) -> dict[tuple[str, str], int]:
    """The ids of contents that were parsed already, by sha and language."""
    cursor = await connection.execute(
        "SELECT sha, language, id FROM blobs "
        "WHERE repository_id = %s AND rules = %s AND sha = ANY(%s)",
        (repository_id, rules, list(shas)),
    )
    return {(row[0], row[1]): row[2] for row in await cursor.fetchall()}


async def reserve(connection: Connection, count: int) -> list[int]:
    """Ids for rows that are made elsewhere. Those that are not used are lost, which is harmless."""
    cursor = await connection.execute(
        "SELECT nextval(pg_get_serial_sequence('blobs', 'id')) FROM generate_series(1, %s)",
        (count,),
    )
    return [row[0] for row in await cursor.fetchall()]


async def add(
    connection: Connection, *, installation_id: int, repository_id: int, rules: str, rows: bytes
) -> None:
    """`rows` in binary COPY format: id, sha, language, lines, size, has_error, text."""
    await stage(
        connection,
        "blobs",
        "id bigint, sha text, language text, lines int, size int, has_error boolean, text bytea",
        rows,
    )
    await connection.execute(
        "INSERT INTO blobs (id, installation_id, repository_id, sha, language, rules, lines, "
        "size, has_error, text) OVERRIDING SYSTEM VALUE "
        "SELECT id, %s, %s, sha, language, %s, lines, size, has_error, text FROM staged_blobs",
        (installation_id, repository_id, rules),
    )


async def keep(
    connection: Connection, *, installation_id: int, repository_id: int, sha: str, text: str
) -> int:
    """The id of a content that is cited though no snapshot has it, or of the one that is there. It
    has a text and nothing else, and goes with its last citation."""
    cursor = await connection.execute(
        "WITH added AS (INSERT INTO blobs "
        "(installation_id, repository_id, sha, language, rules, lines, size, text) "
        "SELECT %(installation)s, %(repository)s, %(sha)s, '', 'cited', %(lines)s, %(size)s, "
        "%(text)s WHERE NOT EXISTS (SELECT FROM blobs WHERE repository_id = %(repository)s "
        "AND sha = %(sha)s) ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM added UNION ALL "
        "SELECT id FROM blobs WHERE repository_id = %(repository)s AND sha = %(sha)s LIMIT 1",
        {
            "installation": installation_id,
            "repository": repository_id,
            "sha": sha,
            "lines": text.count("\n") + 1,
            "size": len(text.encode(errors="replace")),
            "text": compress(text),
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def delete_unreferenced(connection: Connection, repository_id: int) -> int:
    """Forget contents that no snapshot and no citation refers to; return how many."""
    cursor = await connection.execute(
        "DELETE FROM blobs b WHERE repository_id = %s "
        "AND NOT EXISTS (SELECT FROM files f WHERE f.blob_id = b.id) "
        "AND NOT EXISTS (SELECT FROM citations c WHERE c.blob_id = b.id)",
        (repository_id,),
    )
    return cursor.rowcount
