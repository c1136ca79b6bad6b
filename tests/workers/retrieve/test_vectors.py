from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.db.blob_vectors import Stored, scales_of, steps_of
from core.db.vocabularies import Vocabulary
from tests.workers.retrieve.sources import SHOP, index_of
from workers.embeddings.lsa import unit
from workers.retrieve.vectors import NOWHERE, Floats, Vectors, best, precise


def vectors_of(rows: Floats, known: NDArray[np.bool_]) -> Vectors:
    steps = steps_of(rows)
    return Vectors(steps, scales_of(steps), known)


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
    assert precise([vectors], nearest, asked) == pytest.approx(rows[nearest] @ asked, abs=0.015)


@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.floats(0.01, 100.0))
def test_what_is_stored_points_where_the_vector_did(seed: int, size: int, length: float) -> None:
    made = np.random.default_rng(seed).normal(size=(8, size)).astype(np.float32)
    steps = steps_of(made * np.float32(length))
    stored = steps * scales_of(steps)[:, None]
    assert (stored * unit(made)).sum(axis=1) == pytest.approx(np.ones(8), abs=1e-3)


def test_a_vector_of_zeros_is_near_nothing() -> None:
    vectors = vectors_of(np.zeros((3, 4), dtype=np.float32), np.ones(3, dtype=np.bool_))
    assert vectors.similarities(np.ones(4, dtype=np.float32) / 2).tolist() == [0.0, 0.0, 0.0]


def test_int8_finds_what_full_precision_finds() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(100, 160))
    rows = unit(
        centres[random.integers(100, size=20_000)] + 0.8 * random.normal(size=(20_000, 160))
    )
    vectors = vectors_of(rows, np.ones(len(rows), dtype=np.bool_))
    shares = []
    for asked in unit(random.normal(size=(10, 160))):
        nearest = best(vectors.similarities(asked), 800)
        found = nearest[np.argsort(-precise([vectors], nearest, asked))[:400]]
        shares.append(len(np.intersect1d(found, best(rows @ asked, 400))) / 400)
    assert np.mean(shares) > 0.98


def test_vectors_of_a_blob_lie_at_each_of_its_paths() -> None:
    (segment,) = index_of({"a.py": SHOP["shop/cart.py"], "b.py": SHOP["shop/cart.py"]}).segments
    chunks = len(segment.file) // 2
    made = np.arange(chunks * 2).reshape(chunks, 2).astype(np.int8)
    vectors = Vectors.empty(len(segment.file), 2)
    blob = np.array([segment.blobs[0]])
    assert vectors.missing(segment) == blob.tolist()
    vectors.put(segment, Stored(blob, np.array([chunks]), made))
    assert vectors.steps.tolist() == [*made.tolist(), *made.tolist()]
    assert vectors.scales.tolist() == [*scales_of(made).tolist(), *scales_of(made).tolist()]
    assert vectors.missing(segment) == []


def test_vectors_of_another_cut_are_not_used() -> None:
    (segment,) = index_of(SHOP).segments
    vectors = Vectors.empty(len(segment.file), 2)
    stored = Stored(segment.blobs[:1], np.array([99]), np.ones((99, 2), dtype=np.int8))
    vectors.put(segment, stored)
    assert not vectors.known.any()


def test_a_vocabulary_is_stored_nearly_as_it_is() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32)
    made = Vocabulary.of(np.arange(5, dtype=np.uint32), np.ones(5, dtype=np.float32), vectors)
    assert made.vectors == pytest.approx(vectors, abs=0.02)
    known = made.known([3, 77])
    assert known.keys() == {3}
    assert known[3][1] == pytest.approx(vectors[3], abs=0.02)
