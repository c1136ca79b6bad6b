from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.retrieve.strings import Strings, ranges

texts = st.lists(st.text(max_size=6), max_size=8)


@given(texts, st.data())
def test_strings_are_what_went_in(values: list[str], data: st.DataObject) -> None:
    made = Strings.of(values)
    assert list(made) == values
    assert [made[number] for number in range(len(made))] == values
    numbers = data.draw(st.lists(st.integers(0, len(values) - 1))) if values else []
    taken = made.take(np.array(numbers, dtype=np.int64))
    assert list(taken) == [values[number] for number in numbers]
    assert list(Strings.joined([made, taken])) == values + list(taken)


@given(texts, st.text(max_size=6))
def test_a_string_is_found_among_ordered_ones(values: list[str], wanted: str) -> None:
    ordered = sorted(set(values))
    found = Strings.of(ordered).find(wanted)
    assert found == (ordered.index(wanted) if wanted in ordered else None)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_ranges_lie_one_behind_the_other(parts: list[tuple[int, int]]) -> None:
    starts, counts = np.array(parts, dtype=np.int64).reshape(-1, 2).T
    assert ranges(starts, counts).tolist() == [s + n for s, count in parts for n in range(count)]
