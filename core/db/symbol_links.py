"""Symbol links: what each blob says about names, in one row. workers/index/packed.py reads them."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from core.db.connect import Connection
from core.db.staging import stage

_BATCH = 2_000

Row = tuple[int, bytes, bytes, bytes]
"""blob_id, defined, used, links"""


def name_hash(name: str) -> int:
    """32 bits; `defined` and `used` are such numbers in order, each once, little-endian."""
    return zlib.crc32(name.encode(errors="replace"))


async def add(connection: Connection, *, installation_id: int, rows: bytes) -> None:
    """`rows` in binary COPY format: blob_id, defined, used, links."""
    await stage(
        connection, "symbol_links", "blob_id bigint, defined bytea, used bytea, links bytea", rows
    )
    await connection.execute(
        "INSERT INTO symbol_links (blob_id, installation_id, defined, used, links) "
        "SELECT blob_id, %s, defined, used, links FROM staged_symbol_links",
        (installation_id,),
    )


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
