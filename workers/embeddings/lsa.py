"""Repository-trained embeddings: latent semantic analysis of the chunks' own postings.

Terms that occur in the same chunks get near vectors, so a question finds code that does not use its
words. Needs no weights, no network and no text: the packed postings are enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from core.db.vocabularies import Vocabulary
from workers.index.terms import POSTING

Floats = NDArray[np.float32]

DIMENSIONS = 192  # more find no more, and take more room
LEAST_CHUNKS = 3  # a term of fewer chunks connects nothing
MOST_SHARE = 0.4  # one of more says nothing
NAMES_WEIGHT = 4.0
_SEED = 0


@dataclass(frozen=True, slots=True)
class Model:
    """Terms in order, the rarity of each, and its vector: terms × dimensions."""

    terms: NDArray[np.uint32]
    rarity: Floats
    vectors: Floats

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    def fold(self, packed: Sequence[bytes]) -> Floats:
        """Vectors of length 1 of chunks, seen in the fit or not; zeros for those without a known
        term."""
        return unit(_weighted(_counts(packed, self.terms), self.rarity) @ self.vectors)


def of_vocabulary(known: Vocabulary) -> Model:
    """The model that was stored."""
    return Model(known.terms, known.rarity, known.vectors)


def question_vector(
    weights: Mapping[int, float], known: Mapping[int, tuple[float, Floats]]
) -> Floats:
    """Of weighted terms, from the rarity and vector of those that are known; empty if none is."""
    parts = [
        weight * known[term][0] * known[term][1]
        for term, weight in weights.items()
        if term in known
    ]
    if not parts:
        return np.zeros(0, dtype=np.float32)
    vector: Floats = unit(np.array(parts, dtype=np.float32).sum(axis=0, keepdims=True))[0]
    return vector


def fit(packed: Sequence[bytes], dimensions: int = DIMENSIONS) -> Model | None:
    """None where there is too little to learn from. The same chunks give the same model."""
    from sklearn.utils.extmath import randomized_svd

    # Their own order: the ids of blobs, which differ from run to run, decide nothing.
    packed = sorted(packed)
    every = np.frombuffer(b"".join(packed), dtype=POSTING)["term"]
    terms, chunks = np.unique(every, return_counts=True)
    kept = (chunks >= LEAST_CHUNKS) & (chunks <= max(LEAST_CHUNKS, MOST_SHARE * len(packed)))
    terms, chunks = terms[kept], chunks[kept]
    dimensions = min(dimensions, len(terms) - 1, len(packed) - 1)
    if dimensions < 2:
        return None
    rarity = (np.log((1 + len(packed)) / (1 + chunks)) + 1).astype(np.float32)
    matrix = _weighted(_counts(packed, terms), rarity)
    _, _, components = randomized_svd(matrix, dimensions, n_iter=4, random_state=_SEED)
    return Model(terms, rarity, np.ascontiguousarray(components.T, dtype=np.float32))


def _counts(packed: Sequence[bytes], terms: NDArray[np.uint32]) -> csr_matrix:
    """Chunks × terms."""
    postings = np.frombuffer(b"".join(packed), dtype=POSTING)
    sizes = np.fromiter((len(each) // POSTING.itemsize for each in packed), np.int64, len(packed))
    row = np.repeat(np.arange(len(packed)), sizes)
    column = np.minimum(np.searchsorted(terms, postings["term"]), max(len(terms) - 1, 0))
    known = terms[column] == postings["term"] if len(terms) else np.zeros(len(row), dtype=bool)
    count = postings["body"] + np.float32(NAMES_WEIGHT) * postings["symbol"]
    shape = (len(packed), len(terms))
    return csr_matrix((count[known].astype(np.float32), (row[known], column[known])), shape=shape)


def _weighted(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Damped frequency times rarity; each row has length 1."""
    weighted = counts.copy()
    weighted.data = (1 + np.log(np.maximum(counts.data, 0.5))) * rarity[counts.indices]
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted.data /= np.repeat(np.maximum(length, 1e-9), np.diff(weighted.indptr))
    single: csr_matrix = weighted.astype(np.float32)
    return single


def unit(vectors: Floats) -> Floats:
    """Rows of length 1; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled
