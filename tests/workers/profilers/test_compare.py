"""Two samples of times: an interval of their ratio that noise alone does not move from 1."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.profilers.compare import interval

TIMES = st.lists(st.floats(0.9, 1.1), min_size=5, max_size=20)


@given(TIMES)
def test_the_same_times_are_no_slower(times: list[float]) -> None:
    low, high = interval(times, times)
    assert low <= 1 <= high


@given(TIMES, TIMES)
def test_twice_the_time_is_told_from_noise(now: list[float], before: list[float]) -> None:
    low, high = interval([2 * each for each in now], before)
    assert 1.3 < low <= high < 3
