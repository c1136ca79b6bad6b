"""What takes long never takes every place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.engine.places import Places

COUNTS = st.integers(0, 4)


@given(COUNTS, COUNTS, st.lists(st.booleans(), max_size=30))
def test_no_place_is_given_twice_and_narrow_ones_to_nothing_long(
    wide: int, narrow: int, asked: list[bool]
) -> None:
    places, begun = Places(wide, narrow), list[bool]()
    for long in asked:
        if places.left(begun).takes(long=long):
            begun.append(long)
    assert len(begun) <= wide + narrow
    assert sum(begun) <= wide
    assert len(begun) == wide + narrow or asked.count(False) == begun.count(False)


@given(COUNTS, COUNTS, st.lists(st.booleans(), max_size=8), st.lists(st.booleans(), max_size=8))
def test_it_is_all_the_same_who_is_counted_first(
    wide: int, narrow: int, some: list[bool], more: list[bool]
) -> None:
    places = Places(wide, narrow)
    assert places.left(some).left(more).free == places.left([*some, *more]).free
