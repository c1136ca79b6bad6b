"""What a model is given: heads, telling lines, whole places while there is room; exact numbers."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from workers.answer.pack import cost, pack, shown
from workers.answer.place import Place
from workers.answer.source import Text
from workers.index.terms import terms

BODY = [f"    line{number} = {number}" for number in range(3, 80)]
LINES = ("class Shop:", "    def sell(self):", *BODY, "        pay(cookie)")


def _text(lines: Sequence[str] = LINES) -> Text:
    return Text("", tuple(lines))


def _place(start: int, end: int, heads: tuple[int, ...] = ()) -> Place:
    return Place("a.py", start, end, "Shop.sell", "method", "", "", 1, 1, 0.0, heads=heads)


def test_a_short_place_is_given_as_a_whole_under_what_it_is_in() -> None:
    (packed,) = pack([_place(2, 12, heads=(1,))], lambda _: _text(), set(terms("cookie")), 1_000)
    assert packed.lines == tuple(range(1, 13))


def test_of_a_long_place_the_telling_lines_are_given_where_not_all_fits() -> None:
    (packed,) = pack([_place(2, 80, heads=(1,))], lambda _: _text(), set(terms("cookie")), 200)
    assert {1, 2, 80} <= set(packed.lines)
    assert len(packed.lines) < 20


def test_gaps_are_marked_with_the_numbers_of_what_is_left_out() -> None:
    assert shown((1, 2, 80), _text()).split("\n")[2] == "[lines 3-79 are left out]"


def test_the_first_place_is_there_even_if_it_does_not_fit() -> None:
    assert pack([_place(2, 80)], lambda _: _text(), set(), 1)


@given(
    st.lists(st.tuples(st.integers(1, 80), st.integers(0, 79)), min_size=1, max_size=8),
    st.integers(1, 4_000),
)
def test_the_room_is_kept_and_lines_are_of_the_place(
    ranges: list[tuple[int, int]], room: int
) -> None:
    places = [_place(start, min(80, start + more)) for start, more in ranges]
    packed = pack(places, lambda _: _text(), set(terms("pay cookie")), room, each=10)
    for one in packed:
        assert list(one.lines) == sorted(set(one.lines))
        assert one.place.start <= one.lines[0] <= one.lines[-1] <= one.place.end
    assert len(packed) == 1 or sum(cost(one, _text()) + 10 for one in packed) <= room
