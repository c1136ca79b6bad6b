from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db.quantised import FINE_BITS, Quantised, fine_bytes, scales_of, steps_of

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 300)


@given(SEEDS, SIZES, st.floats(0.01, 100.0))
def test_what_is_stored_points_where_the_vector_did(seed: int, size: int, length: float) -> None:
    made = np.random.default_rng(seed).normal(size=(8, size)).astype(np.float32)
    unit = made / np.linalg.norm(made, axis=1, keepdims=True)
    stored = Quantised.of(made * np.float32(length))
    coarse = stored.steps * scales_of(stored.steps)[:, None]
    assert (coarse * unit).sum(axis=1) == pytest.approx(np.ones(8), abs=1e-3)
    # A thirty-second of a step, at most a hundred and twenty-seventh of the greatest number.
    finest = np.abs(unit).max(axis=1, keepdims=True) / (127 << FINE_BITS)
    assert (np.abs(stored.floats() - unit) <= finest).all()


@given(SEEDS, SIZES)
def test_the_greatest_step_is_127(seed: int, size: int) -> None:
    made = np.random.default_rng(seed).normal(size=(8, size)).astype(np.float32)
    for steps in (Quantised.of(made).steps, steps_of(made)):
        assert np.abs(steps.astype(int)).max(axis=1).tolist() == [127] * 8


def test_zeros_stay_zeros() -> None:
    stored = Quantised.of(np.zeros((3, 5), dtype=np.float32))
    assert not stored.steps.any()
    assert not stored.fine.any()
    assert not stored.floats().any()


def test_without_what_they_lack_vectors_are_their_steps() -> None:
    """So rows count that the version before wrote."""
    made = np.random.default_rng(0).normal(size=(4, 20)).astype(np.float32)
    steps = steps_of(made)
    stored = Quantised(steps, np.zeros((4, fine_bytes(20)), dtype=np.uint8))
    assert stored.floats() == pytest.approx(steps * scales_of(steps)[:, None], abs=1e-6)


def test_no_vectors_are_no_rows() -> None:
    stored = Quantised.of(np.zeros((0, 12), dtype=np.float32))
    assert stored.steps.shape == (0, 12)
    assert stored.fine.shape == (0, fine_bytes(12))
    assert stored.floats().shape == (0, 12)
