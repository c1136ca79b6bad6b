"""Chunks as search reads them: all of a full snapshot, or what its overlays changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.db import blobs
from core.db.chunk_columns import ChunkColumns, unpack
from core.db.connect import Connection


class Path(NamedTuple):
    """A path of a snapshot; without a blob it is skipped or, in an overlay, removed."""

    path: str
    blob_id: int | None
    language: str


async def chain(connection: Connection, snapshot_id: int) -> list[int]:
    """The snapshot, what it lies over, and so on: the last is a full one."""
    cursor = await connection.execute(
        "WITH RECURSIVE chain (id, base_id, level) AS ("
        "SELECT id, base_id, 0 FROM snapshots WHERE id = %s UNION ALL "
        "SELECT s.id, s.base_id, c.level + 1 FROM snapshots s JOIN chain c ON s.id = c.base_id) "
        "SELECT id FROM chain ORDER BY level",
        (snapshot_id,),
    )
    return [row[0] for row in await cursor.fetchall()]


async def paths(connection: Connection, snapshot_ids: Sequence[int]) -> list[Path]:
    """The rows of these snapshots alone; of one path, that of the first snapshot."""
    cursor = await connection.execute(
        "SELECT DISTINCT ON (f.path) f.path, f.blob_id, coalesce(b.language, '') FROM files f "
        "LEFT JOIN blobs b ON b.id = f.blob_id WHERE f.snapshot_id = ANY(%(ids)s) "
        "ORDER BY f.path, array_position(%(ids)s::bigint[], f.snapshot_id)",
        {"ids": list(snapshot_ids)},
    )
    return [Path(*row) for row in await cursor.fetchall()]


async def columns(connection: Connection, blob_ids: Sequence[int]) -> ChunkColumns:
    """All chunks of some blobs, by blob and ordinal."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT blob_id, packed FROM blob_chunks WHERE blob_id = ANY(%s) ORDER BY blob_id",
        (list(blob_ids),),
    )
    rows = await cursor.fetchall()
    return await asyncio.to_thread(unpack, [row[0] for row in rows], [row[1] for row in rows])


async def texts(
    connection: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, str]]:
    """Symbol and lines of chunks, by blob_id and ordinal."""
    blob_ids = list({blob_id for blob_id, _ in keys})
    found = await columns(connection, blob_ids)
    stored = await blobs.texts(connection, blob_ids)
    lines = {each: blobs.decompress(text).decode().split("\n") for each, text in stored.items()}
    ends = np.cumsum(found.symbol_sizes).tolist()
    listed = zip(
        found.blob_id.tolist(),
        found.ordinal.tolist(),
        found.start_line.tolist(),
        found.end_line.tolist(),
        (found.symbols[start:end].decode() for start, end in pairwise([0, *ends])),
        strict=True,
    )
    wanted = set(keys)
    return {
        (blob_id, ordinal): (symbol, "\n".join(lines[blob_id][start - 1 : end]))
        for blob_id, ordinal, start, end, symbol in listed
        if (blob_id, ordinal) in wanted
    }
