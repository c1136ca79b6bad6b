from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.db.blob_vectors import Stored
from core.db.quantised import Quantised, scales_of
from core.db.vocabularies import Vocabulary
from tests.workers.retrieve.sources import SHOP, index_of
from workers.embeddings.lsa import unit
from workers.retrieve.vectors import NOWHERE, Floats, Vectors, best, precise


def vectors_of(rows: Floats, known: NDArray[np.bool_]) -> Vectors:
    stored = Quantised.of(rows)
    return Vectors(stored, scales_of(stored.steps), known)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_the_nearest_are_the_nearest(seed: int, limit: int) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random.normal(size=(60, 24)))
    asked = unit(random.normal(size=(1, 24)))[0]
    vectors = vectors_of(rows, random.random(60) < 0.8)
    found = vectors.similarities(asked)
    assert found[vectors.known] == pytest.approx(rows[vectors.known] @ asked, abs=0.03)
    assert (found[~vectors.known] == NOWHERE).all()
    known = np.flatnonzero(vectors.known)
    order = known[np.argsort(-found[known], kind="stable")]
    nearest = best(found, limit)
    assert found[nearest].tolist() == found[order[:limit]].tolist()
    assert precise([vectors], nearest, asked) == pytest.approx(rows[nearest] @ asked, abs=0.0005)


def test_a_vector_of_zeros_is_near_nothing() -> None:
    vectors = vectors_of(np.zeros((3, 4), dtype=np.float32), np.ones(3, dtype=np.bool_))
    asked = np.ones(4, dtype=np.float32) / 2
    assert vectors.similarities(asked).tolist() == [0.0, 0.0, 0.0]
    assert precise([vectors], np.arange(3), asked).tolist() == [0.0, 0.0, 0.0]


def test_what_is_stored_finds_what_full_precision_finds() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(100, 160))
    rows = unit(
        centres[random.integers(100, size=20_000)] + 0.8 * random.normal(size=(20_000, 160))
    )
    vectors = vectors_of(rows, np.ones(len(rows), dtype=np.bool_))
    shares: dict[int, list[float]] = {10: [], 400: []}
    for asked in unit(random.normal(size=(20, 160))):
        nearest = best(vectors.similarities(asked), 800)
        ordered = nearest[np.argsort(-precise([vectors], nearest, asked))]
        for few, found in shares.items():
            exact = best(rows @ asked, few)
            found.append(len(np.intersect1d(ordered[:few], exact)) / few)
    assert np.mean(shares[10]) >= 0.995
    assert np.mean(shares[400]) >= 0.995


def test_vectors_of_a_blob_lie_at_each_of_its_paths() -> None:
    (segment,) = index_of({"a.py": SHOP["shop/cart.py"], "b.py": SHOP["shop/cart.py"]}).segments
    chunks = len(segment.file) // 2
    made = Quantised.of(np.random.default_rng(0).normal(size=(chunks, 2)).astype(np.float32))
    vectors = Vectors.empty(len(segment.file), 2)
    blob = np.array([segment.blobs[0]])
    assert vectors.missing(segment) == blob.tolist()
    vectors.put(segment, Stored(blob, np.array([chunks]), made))
    assert vectors.stored.floats().tolist() == 2 * made.floats().tolist()
    assert vectors.scales.tolist() == 2 * scales_of(made.steps).tolist()
    assert vectors.missing(segment) == []


def test_vectors_of_another_cut_are_not_used() -> None:
    (segment,) = index_of(SHOP).segments
    vectors = Vectors.empty(len(segment.file), 2)
    stored = Stored(segment.blobs[:1], np.array([99]), Quantised.empty(99, 2))
    vectors.put(segment, stored)
    assert not vectors.known.any()


def test_a_vocabulary_is_stored_nearly_as_it_is() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32)
    made = Vocabulary.of(np.arange(5, dtype=np.uint32), np.ones(5, dtype=np.float32), vectors)
    assert made.vectors == pytest.approx(vectors, abs=0.02)
    known = made.known([3, 77])
    assert known.keys() == {3}
    assert known[3][1] == pytest.approx(vectors[3], abs=0.02)
