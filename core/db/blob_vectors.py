"""Vectors of chunks, unit length or zero: those of a blob in one row, in the order of its lines.

A number of a vector is a step of int8, of which the greatest is 127. How long a step is need not be
stored: it is what makes the length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.db.connect import Connection
from core.db.embedding_models import EmbeddingModel

Steps = NDArray[np.int8]
Key = tuple[int, int]
"""blob_id and ordinal of a chunk"""


def steps_of(vectors: NDArray[np.float32]) -> Steps:
    """As they are stored; zeros stay zeros."""
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    steps: Steps = np.rint(vectors * (127 / np.maximum(greatest, 1e-9))).astype(np.int8)
    return steps


def scales_of(steps: Steps) -> NDArray[np.float32]:
    """What a step of each vector stands for; 0 where it is zeros."""
    squares = np.einsum("ij,ij->i", steps, steps, dtype=np.int64)
    scales = np.where(squares > 0, 1 / np.sqrt(np.maximum(squares, 1)), 0)
    return scales.astype(np.float32)


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
    stored = steps_of(vectors)
    parts = [(blobs[start], stored[start:end].tobytes()) for start, end in pairwise(edges) if blobs]
    await connection.execute(
        "INSERT INTO blob_vectors (model_id, blob_id, installation_id, vectors) "
        "SELECT %s, made.id, %s, made.vectors FROM unnest(%s::bigint[], %s::bytea[]) "
        "AS made (id, vectors) JOIN blobs USING (id) ON CONFLICT DO NOTHING",
        (
            model.id,
            model.installation_id,
            [blob_id for blob_id, _ in parts],
            [packed for _, packed in parts],
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
    steps: Steps  # chunks × dimensions


async def of_blobs(
    connection: Connection, model: EmbeddingModel, blob_ids: Sequence[int]
) -> Stored:
    """Of those that have vectors, by blob."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT coalesce(string_agg(int8send(blob_id), ''), ''), "
        "coalesce(string_agg(int8send(octet_length(vectors)), ''), ''), "
        "coalesce(string_agg(vectors, ''), '') FROM (SELECT * FROM blob_vectors "
        "WHERE model_id = %s AND blob_id = ANY(%s) ORDER BY blob_id) AS _",
        (model.id, list(blob_ids)),
    )
    row = await cursor.fetchone()
    assert row is not None
    sizes = np.frombuffer(row[1], dtype=">i8").astype(np.int64)
    return Stored(
        np.frombuffer(row[0], dtype=">i8").astype(np.int64),
        sizes // model.dimensions,
        np.frombuffer(row[2], dtype=np.int8).reshape(-1, model.dimensions),
    )
