"""Vectors of chunks, unit length or zero: those of a blob in one row, in the order of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.db.connect import Connection
from core.db.embedding_models import EmbeddingModel
from core.db.quantised import Quantised, fine_bytes

Key = tuple[int, int]
"""blob_id and ordinal of a chunk"""


async def add(
    connection: Connection,
    model: EmbeddingModel,
    keys: Sequence[Key],
    vectors: NDArray[np.float32],
) -> None:
    """`vectors`: keys × dimensions; all chunks of a blob, one after the other. A blob that is gone
    meanwhile, or has its vectors already, is passed over."""
    blobs = [blob_id for blob_id, _ in keys]
    edges = [0, *(n for n in range(1, len(blobs)) if blobs[n] != blobs[n - 1]), len(blobs)]
    stored = Quantised.of(vectors)
    parts = list(pairwise(edges)) if blobs else []
    await connection.execute(
        "INSERT INTO blob_vectors (model_id, blob_id, installation_id, vectors, fine) "
        "SELECT %s, made.id, %s, made.vectors, made.fine "
        "FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS made (id, vectors, fine) "
        "JOIN blobs USING (id) ON CONFLICT DO NOTHING",
        (
            model.id,
            model.installation_id,
            [blobs[start] for start, _ in parts],
            [stored.steps[start:end].tobytes() for start, end in parts],
            [stored.fine[start:end].tobytes() for start, end in parts],
        ),
    )


async def missing(connection: Connection, model_id: int, blob_ids: Sequence[int]) -> list[int]:
    """Those of the blobs without vectors of the model, in their order."""
    cursor = await connection.execute(
        "SELECT blob_id FROM blob_vectors WHERE model_id = %s AND blob_id = ANY(%s)",
        (model_id, list(blob_ids)),
    )
    there = {row[0] for row in await cursor.fetchall()}
    return [blob_id for blob_id in blob_ids if blob_id not in there]


async def count(connection: Connection, model: EmbeddingModel) -> int:
    """How many chunks have a vector."""
    cursor = await connection.execute(
        "SELECT coalesce(sum(octet_length(vectors)), 0) FROM blob_vectors WHERE model_id = %s",
        (model.id,),
    )
    row = await cursor.fetchone()
    return int(row[0]) // model.dimensions if row else 0


@dataclass(frozen=True, slots=True)
class Stored:
    """Vectors of some blobs; `counts`: chunks of each."""

    blob_ids: NDArray[np.int64]
    counts: NDArray[np.int64]
    vectors: Quantised


async def of_blobs(
    connection: Connection, model: EmbeddingModel, blob_ids: Sequence[int]
) -> Stored:
    """Of those that have vectors, by blob."""
    fine = fine_bytes(model.dimensions)
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT coalesce(string_agg(int8send(blob_id), ''), ''), "
        "coalesce(string_agg(int8send(octet_length(vectors)), ''), ''), "
        "coalesce(string_agg(vectors, ''), ''), "
        "coalesce(string_agg(coalesce(nullif(fine, ''), "
        "decode(repeat('00', %s * octet_length(vectors) / %s), 'hex')), ''), '') "
        "FROM (SELECT * FROM blob_vectors "
        "WHERE model_id = %s AND blob_id = ANY(%s) ORDER BY blob_id) AS _",
        (fine, model.dimensions, model.id, list(blob_ids)),
    )
    row = await cursor.fetchone()
    assert row is not None
    sizes = np.frombuffer(row[1], dtype=">i8").astype(np.int64)
    return Stored(
        np.frombuffer(row[0], dtype=">i8").astype(np.int64),
        sizes // model.dimensions,
        Quantised(
            np.frombuffer(row[2], dtype=np.int8).reshape(-1, model.dimensions),
            np.frombuffer(row[3], dtype=np.uint8).reshape(-1, fine),
        ),
    )
