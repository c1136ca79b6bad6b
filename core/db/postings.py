"""Chunks as search reads them: all of a full snapshot, or what its overlays changed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.db.connect import Connection

_BATCH = 4000
_CHUNK = "c.blob_id, c.ordinal, c.start_line, c.end_line, c.symbol, c.kind, c.terms"

Chunk = tuple[int, int, int, int, str, str, bytes]
"""blob_id, ordinal, start_line, end_line, symbol, kind, terms"""


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


async def chunks(connection: Connection, blob_ids: Sequence[int]) -> AsyncIterator[list[Chunk]]:
    """In batches, so that nobody waits while tens of thousands of rows are read."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        f"SELECT {_CHUNK} FROM chunks c WHERE c.blob_id = ANY(%s)", (list(blob_ids),)
    )
    while rows := await cursor.fetchmany(_BATCH):
        yield rows


@dataclass(frozen=True, slots=True)
class ChunkColumns:
    """Chunks by blob and ordinal, one entry each; texts lie one behind the other, with their sizes
    in bytes."""

    blob_id: NDArray[np.int64]
    ordinal: NDArray[np.int32]
    start_line: NDArray[np.int32]
    end_line: NDArray[np.int32]
    symbol_sizes: NDArray[np.int32]
    symbols: bytes
    kind_sizes: NDArray[np.int32]
    kinds: bytes
    term_sizes: NDArray[np.int32]
    terms: bytes


_INTEGERS = {
    "blob_id": ("int8send(blob_id)", ">i8"),
    "ordinal": ("int4send(ordinal)", ">i4"),
    "start_line": ("int4send(start_line)", ">i4"),
    "end_line": ("int4send(end_line)", ">i4"),
    "symbol_sizes": ("int4send(octet_length(symbol))", ">i4"),
    "kind_sizes": ("int4send(octet_length(kind))", ">i4"),
    "term_sizes": ("int4send(octet_length(terms))", ">i4"),
}
_BYTES = {"symbols": "textsend(symbol)", "kinds": "textsend(kind)", "terms": "terms"}


async def columns(connection: Connection, blob_ids: Sequence[int]) -> ChunkColumns:
    """All chunks of some blobs. The server puts each column together: making Python objects of a
    hundred thousand rows takes longer than everything else."""
    wanted = {name: expression for name, (expression, _) in _INTEGERS.items()} | _BYTES
    aggregated = ", ".join(f"coalesce(string_agg({each}, ''), '')" for each in wanted.values())
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        f"SELECT {aggregated} FROM (SELECT * FROM chunks WHERE blob_id = ANY(%s) "
        "ORDER BY blob_id, ordinal) AS _",
        (list(blob_ids),),
    )
    row = await cursor.fetchone()
    assert row is not None
    found: dict[str, Any] = dict(zip(wanted, row, strict=True))
    for name, (_, kind) in _INTEGERS.items():
        found[name] = np.frombuffer(found[name], dtype=kind).astype(kind.replace(">", "="))
    return ChunkColumns(**found)


async def texts(
    connection: Connection, keys: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, str]]:
    """Symbol and lines of chunks, by blob_id and ordinal."""
    cursor = await connection.execute(
        "SELECT c.blob_id, c.ordinal, c.symbol, c.start_line, c.end_line "
        "FROM unnest(%s::bigint[], %s::int[]) AS k (blob_id, ordinal) "
        "JOIN chunks c USING (blob_id, ordinal)",
        ([key[0] for key in keys], [key[1] for key in keys]),
    )
    found = await cursor.fetchall()
    cursor = await connection.execute(
        "SELECT id, text FROM blobs WHERE id = ANY(%s)", (list({row[0] for row in found}),)
    )
    lines = {row[0]: zlib.decompress(row[1]).decode().split("\n") async for row in cursor}
    return {
        (blob_id, ordinal): (symbol, "\n".join(lines[blob_id][start - 1 : end]))
        for blob_id, ordinal, symbol, start, end in found
    }
