"""The vectors of a segment's chunks, and the search among them: a scan of all, in whole numbers, is
fast enough for a million chunks, and has nothing to keep up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simsimd
from numpy.typing import NDArray

from core.db.blob_vectors import Stored
from core.db.quantised import Quantised, scales_of, steps_of
from workers.retrieve.segment import Segment
from workers.retrieve.strings import Ints, ranges

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

NOWHERE = -2.0
"""Instead of a cosine, of a chunk that has no vector or is struck out."""


@dataclass(slots=True)
class Vectors:
    """Of each chunk: its vector, and what a step of it stands for; `known` says which chunks have
    one. `revision`: of the model, when they were read."""

    stored: Quantised
    scales: Floats
    known: Bools
    revision: int = -1

    @classmethod
    def empty(cls, chunks: int, dimensions: int) -> Vectors:
        return cls(
            Quantised.empty(chunks, dimensions),
            np.zeros(chunks, dtype=np.float32),
            np.zeros(chunks, dtype=np.bool_),
        )

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Vectors:
        stored = Quantised(arrays["steps"], arrays["fine"])
        return cls(stored, arrays["scales"], arrays["known"])

    def arrays(self) -> dict[str, NDArray[Any]]:
        steps, fine = self.stored.steps, self.stored.fine
        return {"steps": steps, "fine": fine, "scales": self.scales, "known": self.known}

    def copy(self) -> Vectors:
        """One that can be filled in: what is mapped from a file cannot."""
        stored = Quantised(self.stored.steps.copy(), self.stored.fine.copy())
        return Vectors(stored, self.scales.copy(), self.known.copy())

    def put(self, segment: Segment, stored: Stored) -> None:
        """Fill in those of some blobs, at every path that has the blob."""
        files, which = segment.files_of(stored.blob_ids)
        counts = stored.counts[which]
        # A blob that was cut by other rules has other chunks.
        same = counts == segment.first[files + 1] - segment.first[files]
        files, which, counts = files[same], which[same], counts[same]
        starts = np.cumsum(stored.counts) - stored.counts
        to = ranges(segment.first[files], counts)
        taken = stored.vectors.taken(ranges(starts[which], counts))
        self.stored.steps[to] = taken.steps
        self.stored.fine[to] = taken.fine
        self.scales[to] = scales_of(taken.steps)
        self.known[to] = True

    def missing(self, segment: Segment) -> list[int]:
        """The blobs that have chunks, and no vectors yet."""
        files = np.unique(segment.file[~self.known])
        found: list[int] = np.unique(segment.blobs[files]).tolist()
        return found

    def similarities(self, vector: Floats) -> Floats:
        """Of each chunk: the cosine, to about a hundredth; below every cosine for those without a
        vector."""
        if not len(self.known):
            return np.zeros(0, dtype=np.float32)
        asked = steps_of(vector.reshape(1, -1))
        products = np.asarray(
            simsimd.cdist(self.stored.steps, asked, metric="dot"), dtype=np.float32
        )
        scores: Floats = products.ravel() * self.scales * scales_of(asked)
        scores[~self.known] = NOWHERE
        return scores


def best(similarities: Floats, limit: int) -> Ints:
    """The chunks of the highest similarities, best first."""
    found = np.flatnonzero(similarities > NOWHERE)
    if len(found) > limit:
        found = found[np.argpartition(-similarities[found], limit)[:limit]]
    return found[np.argsort(-similarities[found], kind="stable")]


def precise(parts: Sequence[Vectors], chunks: Ints, vector: Floats) -> Floats:
    """The similarity of some chunks, which are numbered through the parts, to the question as it
    is: the scan rounds both to steps."""
    scores = np.zeros(len(chunks), dtype=np.float32)
    first = 0
    for part in parts:
        inside = (chunks >= first) & (chunks < first + len(part.known))
        scores[inside] = part.stored.taken(chunks[inside] - first).floats() @ vector
        first += len(part.known)
    return scores
