"""What failing tests ran, and passing tests did not, is to blame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.runners.base import Ended, Place, Ran
from workers.runners.suspects import suspects

PLACES = {"a.py": (Place("a.py", "good", 1, 3), Place("a.py", "bad", 4, 9))}


def ran(lines: dict[int, set[int]], tests: int) -> Ran:
    ended = tuple(Ended(f"test_a.py::test_{at}", "passed") for at in range(tests))
    return Ran(ended, True, lines={"a.py": {line: frozenset(on) for line, on in lines.items()}})


def test_the_line_that_failing_tests_alone_ran_is_worst() -> None:
    traced = ran({2: {0, 1, 2}, 5: {0, 1, 2}, 6: {0, 1}, 8: {2}}, 3)
    worst = suspects(traced, {0, 1}, PLACES)[0]
    assert (worst.place.symbol, worst.start_line, worst.end_line) == ("bad", 6, 6)
    assert worst.failing == {0, 1}


def test_what_no_failing_test_ran_is_not_suspected() -> None:
    assert suspects(ran({2: {0}, 5: {1}}, 2), {1}, PLACES)[0].place.symbol == "bad"
    assert len(suspects(ran({2: {0}, 5: {1}}, 2), {1}, PLACES)) == 1


@given(
    st.dictionaries(st.integers(1, 9), st.sets(st.integers(0, 5)), max_size=9),
    st.sets(st.integers(0, 5)),
)
def test_blame_is_between_nothing_and_all(lines: dict[int, set[int]], failing: set[int]) -> None:
    for suspect in suspects(ran(lines, 6), failing, PLACES):
        assert 0 < suspect.score <= 1
        assert suspect.failing <= failing
        assert suspect.place.start_line <= suspect.start_line <= suspect.end_line
