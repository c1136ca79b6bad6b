from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.fuse import K, ranked, reciprocal_ranks, scaled

scores = st.lists(st.floats(0, 10, width=32), max_size=40).map(
    lambda values: np.array(values, dtype=np.float32)
)


@given(scores, st.integers(1, 50))
def test_a_list_has_the_best_and_nothing_without_a_score(values: np.ndarray, depth: int) -> None:
    order = ranked(values, depth).tolist()
    expected = sorted(
        (number for number, value in enumerate(values) if value > 0),
        key=lambda number: (-values[number], number),
    )
    assert order[:depth] == expected[:depth]
    assert all(values[number] == values[order[depth - 1]] for number in order[depth:])


@given(scores)
def test_scaled_scores_lie_between_0_and_1_in_the_same_order(values: np.ndarray) -> None:
    result = scaled(values)
    assert ((result >= 0) & (result <= 1)).all()
    assert (np.diff(result[np.argsort(values, kind="stable")]) >= 0).all()


@given(st.lists(st.permutations(range(8)), min_size=1, max_size=4))
def test_the_order_of_the_lists_does_not_matter(lists: list[list[int]]) -> None:
    arrays = [np.array(each, dtype=np.float32) for each in lists]
    assert reciprocal_ranks(arrays) == pytest.approx(reciprocal_ranks(arrays[::-1]))


def test_who_is_first_everywhere_has_1_and_two_lists_beat_one() -> None:
    fused = reciprocal_ranks(
        [np.array([9, 8, 0, 0], dtype=np.float32), np.array([9, 7, 8, 0], dtype=np.float32)]
    )
    assert fused[0] == pytest.approx(1.0)
    assert fused[1] > fused[2] > fused[3] == 0
    assert fused[2] == pytest.approx((K + 1) / (K + 2) / 2)


def test_equals_have_the_same_rank() -> None:
    fused = reciprocal_ranks([np.array([1, 2, 1, 0], dtype=np.float32)])
    assert fused[0] == fused[2]
    assert fused[0] == pytest.approx((K + 1) / (K + 2))


def test_a_list_that_ranks_nothing_says_nothing() -> None:
    first, empty = np.array([1, 0], dtype=np.float32), np.zeros(2, dtype=np.float32)
    assert reciprocal_ranks([first, empty]) == pytest.approx([1, 0])
    assert reciprocal_ranks([empty]).tolist() == [0, 0]
