"""Nearness in meaning: what the vectors say of each chunk, on the scale of the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import Bools, SnapshotIndex

NEAREST = 400
"""So many chunks are asked for."""


@dataclass(frozen=True, slots=True)
class Near:
    """A chunk as it is stored, and its cosine similarity to the question."""

    blob_id: int
    ordinal: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Semantic:
    """Of each chunk. Those that are not `listed` are held to be as near as the last that is."""

    similarity: Floats
    listed: Bools


def spread(index: SnapshotIndex, nearest: Sequence[Near]) -> Semantic:
    """Zeros where there are no vectors yet."""
    similarity = np.zeros(len(index.file), dtype=np.float32)
    listed = np.zeros(len(index.file), dtype=np.bool_)
    if nearest and len(nearest) < index.chunk_count:
        similarity += max(0.0, min(near.similarity for near in nearest))
    stored = np.array([(near.blob_id, near.ordinal) for near in nearest], dtype=np.int64)
    chunks, which = index.numbers_of(*stored.reshape(-1, 2).T)
    values = np.array([near.similarity for near in nearest], dtype=np.float32)
    similarity[chunks] = np.maximum(0.0, values[which])
    listed[chunks] = True
    return Semantic(similarity, listed)
