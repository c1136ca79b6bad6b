from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.extent import MOST_SHOWN, last_shown


def test_of_a_long_definition_the_start_is_shown() -> None:
    assert last_shown(101, 400) == 100 + MOST_SHOWN
    assert last_shown(101, 105) == 105


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_what_is_shown_is_some_of_what_was_found(start: int, more: int) -> None:
    assert start <= last_shown(start, start + more) <= start + more
