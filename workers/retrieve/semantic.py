"""Nearness in meaning: what the vectors say of each chunk, on the scale of the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex

NEAREST = 400
"""So many chunks get their similarity; the others are held to be as near as the last of these."""


@dataclass(frozen=True, slots=True)
class Near:
    """A chunk as it is stored, and its cosine similarity to the question."""

    blob_id: int
    ordinal: int
    similarity: float


def spread(index: SnapshotIndex, nearest: Sequence[Near]) -> Floats:
    """The similarity of each chunk; zeros where there are no vectors yet."""
    scores = np.zeros(len(index.file), dtype=np.float32)
    if not nearest:
        return scores
    if len(nearest) < index.chunk_count:
        scores += max(0.0, min(near.similarity for near in nearest))
    for near in nearest:
        scores[index.chunks_of(near.blob_id, near.ordinal)] = max(0.0, near.similarity)
    return scores
