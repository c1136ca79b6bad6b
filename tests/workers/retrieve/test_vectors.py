from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db.blob_vectors import STORED, Stored
from core.db.vocabularies import Vocabulary
from tests.workers.retrieve.sources import SHOP, index_of
from workers.embeddings.lsa import unit
from workers.retrieve.vectors import NOWHERE, Vectors, best


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_the_nearest_are_the_nearest(seed: int, limit: int) -> None:
    random = np.random.default_rng(seed)
    rows = unit(random.normal(size=(60, 24))).astype(STORED)
    asked = unit(random.normal(size=(1, 24)))[0]
    vectors = Vectors(rows, random.random(60) < 0.8)
    exact = rows.astype(np.float64) @ asked.astype(STORED).astype(np.float64)
    found = vectors.similarities(asked)
    assert found[vectors.known] == pytest.approx(exact[vectors.known], abs=1e-2)
    assert (found[~vectors.known] == NOWHERE).all()
    known = np.flatnonzero(vectors.known)
    order = known[np.argsort(-found[known], kind="stable")]
    nearest = best(found, limit)
    assert found[nearest].tolist() == found[order[:limit]].tolist()


def test_vectors_of_a_blob_lie_at_each_of_its_paths() -> None:
    (segment,) = index_of({"a.py": SHOP["shop/cart.py"], "b.py": SHOP["shop/cart.py"]}).segments
    chunks = len(segment.file) // 2
    made = np.arange(chunks * 2).reshape(chunks, 2).astype(STORED)
    vectors = Vectors.empty(len(segment.file), 2)
    blob = np.array([segment.blobs[0]])
    assert vectors.missing(segment) == blob.tolist()
    vectors.put(segment, Stored(blob, np.array([chunks]), made))
    assert vectors.rows.tolist() == [*made.tolist(), *made.tolist()]
    assert vectors.missing(segment) == []


def test_vectors_of_another_cut_are_not_used() -> None:
    (segment,) = index_of(SHOP).segments
    vectors = Vectors.empty(len(segment.file), 2)
    vectors.put(segment, Stored(segment.blobs[:1], np.array([99]), np.ones((99, 2), dtype=STORED)))
    assert not vectors.known.any()


def test_a_vocabulary_is_stored_nearly_as_it_is() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32)
    made = Vocabulary.of(np.arange(5, dtype=np.uint32), np.ones(5, dtype=np.float32), vectors)
    assert made.vectors == pytest.approx(vectors, abs=0.02)
    known = made.known([3, 77])
    assert known.keys() == {3}
    assert known[3][1] == pytest.approx(vectors[3], abs=0.02)
