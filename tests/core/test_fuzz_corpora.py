"""What is kept of a corpus has bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.db.fuzz_corpora import kept


@given(st.lists(st.binary(max_size=200), max_size=400))
def test_the_smallest_inputs_are_kept_once_each(inputs: list[bytes]) -> None:
    found = kept(inputs)
    assert len(found) <= 150
    assert sum(map(len, found)) <= 64 * 1024
    assert len(set(found)) == len(found)
    assert found == sorted(set(inputs), key=lambda raw: (len(raw), raw))[: len(found)]


def test_what_has_no_room_is_left_out() -> None:
    assert kept([b"a" * 60_000, b"b" * 60_000, b"c"]) == [b"c", b"a" * 60_000]
