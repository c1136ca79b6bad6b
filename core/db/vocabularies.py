"""The vocabulary of a repository-trained model: which terms it knows, and the vector of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.db.connect import Connection
from core.db.embedding_models import EmbeddingModel

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms in order. The vector of a term is its row of `steps` times its scale: half the bytes
    of float16, and questions do not notice."""

    terms: NDArray[np.uint32]
    rarity: Floats
    scales: Floats
    steps: NDArray[np.int8]  # terms × dimensions

    @classmethod
    def of(cls, terms: NDArray[np.uint32], rarity: Floats, vectors: Floats) -> Vocabulary:
        scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-9) / 127
        steps = np.rint(vectors / scales[:, None]).astype(np.int8)
        return cls(terms, rarity, scales.astype(np.float32), steps)

    def known(self, terms: Sequence[int]) -> dict[int, tuple[float, Floats]]:
        """Rarity and vector of those of the terms that it has."""
        wanted = np.array(terms, dtype=np.uint32)
        at = np.minimum(np.searchsorted(self.terms, wanted), max(0, len(self.terms) - 1))
        return {
            term: (float(self.rarity[n]), self.steps[n] * self.scales[n])
            for term, n in zip(terms, at.tolist(), strict=True)
            if n < len(self.terms) and self.terms[n] == term
        }

    @property
    def vectors(self) -> Floats:
        """terms × dimensions"""
        return self.steps * self.scales[:, None]


async def add(connection: Connection, model: EmbeddingModel, vocabulary: Vocabulary) -> None:
    await connection.execute(
        "INSERT INTO vocabularies (model_id, installation_id, terms, rarity, scales, vectors) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (
            model.id,
            model.installation_id,
            vocabulary.terms.astype("<u4").tobytes(),
            vocabulary.rarity.astype("<f4").tobytes(),
            vocabulary.scales.astype("<f4").tobytes(),
            vocabulary.steps.tobytes(),
        ),
    )


async def of_model(connection: Connection, model: EmbeddingModel) -> Vocabulary | None:
    """None where the model is gone, or its vectors are not learned here."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT terms, rarity, scales, vectors FROM vocabularies WHERE model_id = %s", (model.id,)
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return Vocabulary(
        np.frombuffer(row[0], dtype="<u4"),
        np.frombuffer(row[1], dtype="<f4"),
        np.frombuffer(row[2], dtype="<f4"),
        np.frombuffer(row[3], dtype=np.int8).reshape(-1, model.dimensions),
    )
