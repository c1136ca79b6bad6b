"""The vocabulary of a repository-trained model: a question needs the rows of its own terms only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.db.connect import Connection
from core.db.embedding_models import EmbeddingModel
from core.db.embeddings import fill_vectors, vector_fields
from core.db.staging import stage

Floats = NDArray[np.float32]


async def add(
    connection: Connection,
    model: EmbeddingModel,
    terms: NDArray[np.uint32],
    weights: Floats,
    vectors: Floats,
) -> None:
    await stage(
        connection,
        "embedding_terms",
        "term bigint, weight real, vector halfvec",
        _copied(terms, weights, vectors),
    )
    await connection.execute(
        "INSERT INTO embedding_terms (model_id, term, installation_id, weight, vector) "
        "SELECT %s, term, %s, weight, vector FROM staged_embedding_terms",
        (model.id, model.installation_id),
    )


def _copied(terms: NDArray[np.uint32], weights: Floats, vectors: Floats) -> bytes:
    """Rows in binary COPY format."""
    rows = np.zeros(
        len(terms),
        dtype=[
            ("fields", ">i2"),
            ("term_size", ">i4"),
            ("term", ">i8"),
            ("weight_size", ">i4"),
            ("weight", ">f4"),
            *vector_fields(vectors.shape[1]),
        ],
    )
    rows["fields"], rows["term_size"], rows["weight_size"] = 3, 8, 4
    rows["term"], rows["weight"] = terms, weights
    fill_vectors(rows, vectors)
    return rows.tobytes()


async def known(
    connection: Connection, model_id: int, terms: Sequence[int]
) -> dict[int, tuple[float, Floats]]:
    """Weight and vector of those terms that the model knows."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT term, weight, vector FROM embedding_terms WHERE model_id = %s AND term = ANY(%s)",
        (model_id, list(terms)),
    )
    return {
        term: (weight, vector.to_numpy().astype(np.float32))
        for term, weight, vector in await cursor.fetchall()
    }


async def every(connection: Connection, model_id: int) -> tuple[NDArray[np.uint32], Floats, Floats]:
    """Terms in order, their weights, and their vectors."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT term, weight, vector FROM embedding_terms WHERE model_id = %s ORDER BY term",
        (model_id,),
    )
    rows = await cursor.fetchall()
    return (
        np.array([row[0] for row in rows], dtype=np.uint32),
        np.array([row[1] for row in rows], dtype=np.float32),
        np.array([row[2].to_numpy() for row in rows], dtype=np.float32),
    )
