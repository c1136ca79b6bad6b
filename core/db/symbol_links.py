"""Symbol links: what each blob says about names, in one row. workers/index/packed.py reads them."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from psycopg.rows import class_row

from core.db.connect import Connection, Database
from core.db.staging import stage

_BATCH = 2_000
_LOCK = 0x6C6E6B  # 'lnk'

Row = tuple[int, bytes, bytes, bytes]
"""blob_id, defined, used, links"""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A blob without a row."""

    blob_id: int
    language: str
    size: int


def name_hash(name: str) -> int:
    """32 bits; `defined` and `used` are such numbers in order, each once, little-endian."""
    return zlib.crc32(name.encode(errors="replace"))


async def add(connection: Connection, *, installation_id: int, rows: bytes) -> None:
    """`rows` in binary COPY format: blob_id, defined, used, links. Of blobs that have one, or are
    gone, nothing is added."""
    await stage(
        connection, "symbol_links", "blob_id bigint, defined bytea, used bytea, links bytea", rows
    )
    await connection.execute(
        "INSERT INTO symbol_links (blob_id, installation_id, defined, used, links) "
        "SELECT blob_id, %s, defined, used, links FROM staged_symbol_links "
        "JOIN blobs ON blobs.id = blob_id FOR KEY SHARE OF blobs ON CONFLICT DO NOTHING",
        (installation_id,),
    )


async def missing(
    connection: Connection, blob_ids: Collection[int], languages: Collection[str]
) -> list[Unlinked]:
    """Those of the blobs that are in one of the languages and have no row."""
    cursor = connection.cursor(row_factory=class_row(Unlinked))
    await cursor.execute(
        "SELECT id AS blob_id, language, size FROM blobs b WHERE id = ANY(%s) "
        "AND language = ANY(%s) AND NOT EXISTS ("
        "SELECT FROM symbol_links l WHERE l.blob_id = b.id) ORDER BY id",
        (list(blob_ids), list(languages)),
    )
    return await cursor.fetchall()


async def are_all_there(connection: Connection, blob_ids: Sequence[int]) -> bool:
    """Whether each of the blobs has a row."""
    cursor = await connection.execute(
        "SELECT count(*) FROM symbol_links WHERE blob_id = ANY(%s)", (list(blob_ids),)
    )
    row = await cursor.fetchone()
    return row is not None and row[0] == len(blob_ids)


def one_at_a_time(database: Database, repository_id: int) -> AbstractAsyncContextManager[None]:
    """One run links a repository; the next waits."""
    return database.lock(_LOCK << 36 ^ repository_id)


async def of_blobs(connection: Connection, blob_ids: Sequence[int]) -> AsyncIterator[list[Row]]:
    """In batches, so that nobody waits while thousands of rows are read."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT blob_id, defined, used, links FROM symbol_links WHERE blob_id = ANY(%s)",
        (list(blob_ids),),
    )
    while rows := await cursor.fetchmany(_BATCH):
        yield rows


async def used(connection: Connection, repository_id: int, names: Sequence[str]) -> set[str]:
    """Those of the names that some file of the repository uses."""
    cursor = await connection.execute(
        "SELECT name FROM unnest(%s::text[], %s::bytea[]) AS asked (name, hash) WHERE EXISTS ("
        "SELECT FROM blobs b JOIN symbol_links l ON l.blob_id = b.id "
        "WHERE b.repository_id = %s AND position(hash IN l.used) %% 4 = 1)",
        (list(names), [struct.pack("<I", name_hash(name)) for name in names], repository_id),
    )
    return {row[0] for row in await cursor.fetchall()}


async def most_used(
    connection: Connection, repository_id: int, names: Sequence[str]
) -> list[tuple[str, int]]:
    """How many files use each of the names, the most first."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT l.used FROM blobs b JOIN symbol_links l ON l.blob_id = b.id "
        "WHERE b.repository_id = %s LIMIT 20000",
        (repository_id,),
    )
    wanted = {name_hash(name): name for name in names}
    found: Counter[str] = Counter()
    async for (row,) in cursor:
        hashes = struct.unpack(f"<{len(row) // 4}I", row)
        found.update(wanted[each] for each in hashes if each in wanted)
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))
