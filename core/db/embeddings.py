"""Vectors of chunks, unit length or zero, so that the inner product is the cosine.

Few vectors are scanned exactly; many have an HNSW index of their own, because a model that is a
small part of a shared index would find next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

from core.db.connect import Connection
from core.db.embedding_models import EmbeddingModel
from core.db.staging import stage

EXACT = 20_000
"""Up to so many vectors of a model, an exact scan is as fast."""

Key = tuple[int, int]
"""blob_id and ordinal of a chunk"""


async def add(
    connection: Connection,
    model: EmbeddingModel,
    keys: Sequence[Key],
    vectors: NDArray[np.float32],
) -> None:
    """`vectors`: keys × dimensions. A chunk whose blob is gone meanwhile, or that has a vector
    already, is passed over."""
    await stage(
        connection,
        "embeddings",
        "blob_id bigint, ordinal int, vector halfvec",
        _copied(keys, vectors),
    )
    await connection.execute(
        "INSERT INTO embeddings (model_id, blob_id, ordinal, installation_id, vector) "
        "SELECT %s, s.blob_id, s.ordinal, %s, s.vector FROM staged_embeddings s "
        "JOIN blobs b ON b.id = s.blob_id ON CONFLICT DO NOTHING",
        (model.id, model.installation_id),
    )


def _copied(keys: Sequence[Key], vectors: NDArray[np.float32]) -> bytes:
    """Rows in binary COPY format: each field behind its length, numbers big-endian."""
    dimensions = vectors.shape[1]
    rows = np.zeros(
        len(keys),
        dtype=[
            ("fields", ">i2"),
            ("blob_size", ">i4"),
            ("blob", ">i8"),
            ("ordinal_size", ">i4"),
            ("ordinal", ">i4"),
            *vector_fields(dimensions),
        ],
    )
    rows["fields"], rows["blob_size"], rows["ordinal_size"] = 3, 8, 4
    rows["blob"], rows["ordinal"] = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    fill_vectors(rows, vectors)
    return rows.tobytes()


def vector_fields(dimensions: int) -> list[tuple[Any, ...]]:
    """A halfvec in binary format."""
    return [
        ("vector_size", ">i4"),
        ("dimensions", ">i2"),
        ("unused", ">i2"),
        ("vector", ">f2", (dimensions,)),
    ]


def fill_vectors(rows: NDArray[np.void], vectors: NDArray[np.float32]) -> None:
    rows["vector_size"] = 4 + 2 * vectors.shape[1]
    rows["dimensions"] = vectors.shape[1]
    rows["vector"] = vectors


async def missing(
    connection: Connection, model_id: int, blob_ids: Sequence[int]
) -> list[tuple[Key, bytes]]:
    """Chunks of these blobs without a vector of the model, each with its packed terms."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT c.blob_id, c.ordinal, c.terms FROM chunks c WHERE c.blob_id = ANY(%s) "
        "AND NOT EXISTS (SELECT FROM embeddings e WHERE e.model_id = %s "
        "AND e.blob_id = c.blob_id AND e.ordinal = c.ordinal)",
        (list(blob_ids), model_id),
    )
    return [((blob_id, ordinal), terms) for blob_id, ordinal, terms in await cursor.fetchall()]


async def count(connection: Connection, model_id: int) -> int:
    cursor = await connection.execute(
        "SELECT count(*) FROM embeddings WHERE model_id = %s", (model_id,)
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def build_index(connection: Connection, model: EmbeddingModel) -> None:
    """An HNSW index over the vectors of this model alone."""
    await connection.execute("SELECT ponder_index_embeddings(%s, %s)", (model.id, model.dimensions))


async def nearest(
    connection: Connection,
    model: EmbeddingModel,
    vector: NDArray[np.float32],
    limit: int,
    blob_ids: Sequence[int] | None = None,
) -> list[tuple[int, int, float]]:
    """blob_id, ordinal and similarity of the nearest chunks, nearest first. With `blob_ids`, exact
    among their chunks alone."""
    # The planner can use a model's own index only where it reads the model's number.
    distance = f"vector::halfvec({int(model.dimensions)}) <#> %(vector)s"
    where = "AND blob_id = ANY(%(blobs)s)" if blob_ids is not None else ""
    await connection.execute(f"SET LOCAL hnsw.ef_search = {min(1000, int(limit))}")
    if model.parameters.get("indexed") and blob_ids is None:
        # Row-level security makes the planner expect few rows, for which it would sort them all.
        await connection.execute("SET LOCAL enable_sort = off")
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        f"SELECT blob_id, ordinal, -({distance}) FROM embeddings "
        f"WHERE model_id = {int(model.id)} {where} ORDER BY {distance} LIMIT %(limit)s",
        {
            "vector": HalfVector(vector),
            "blobs": None if blob_ids is None else list(blob_ids),
            "limit": limit,
        },
    )
    return await cursor.fetchall()
