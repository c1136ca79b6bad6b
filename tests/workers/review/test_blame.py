"""The line of a change that is blamed for a failing test."""

from __future__ import annotations

from workers.review.blame import Blamed, blamed, touched
from workers.runners.base import Ended, Frame, Place, Ran

OLD = "def a():\n    check()\n    return 1\n\n\ndef b():\n    return 2\n"
NEW = "def a():\n    return 1\n\n\ndef b():\n    return 3\n"
PLACES = (Place("x.py", "a", 1, 2), Place("x.py", "b", 5, 6))
FILE = touched("x.py", OLD, NEW, PLACES)
OWN = Blamed("test_x.py", 9, 9, "test_b", changed=False)


def failing(*frames: Frame) -> Ended:
    return Ended("test_x.py::test_b", "failed", kinds=("AssertionError",), frames=frames)


def test_lines_beside_which_some_were_taken_away_are_touched_too() -> None:
    assert (FILE.lines, FILE.beside) == ({6}, {1, 2})


def test_the_innermost_changed_line_of_a_failure_is_blamed() -> None:
    frames = Frame("test_x.py", 9, "test_b"), Frame("x.py", 6, "b"), Frame("y.py", 3, "c")
    assert blamed(failing(*frames), None, {"x.py": FILE}, OWN) == Blamed("x.py", 6, 6, "b")


def test_what_failing_tests_ran_and_passing_ones_did_not_is_blamed() -> None:
    passing = Ended("test_x.py::test_a", "passed")
    lines = {"x.py": {2: frozenset({0, 1}), 6: frozenset({1})}}
    ran = Ran((passing, failing()), True, lines=lines)
    assert blamed(failing(), ran, {"x.py": FILE}, OWN) == Blamed("x.py", 6, 6, "b")
    ran = Ran((passing, failing()), True, lines={"x.py": {2: frozenset({1})}})
    assert blamed(failing(), ran, {"x.py": FILE}, OWN) == Blamed("x.py", 2, 2, "a")


def test_the_only_block_of_a_change_is_blamed_for_what_no_test_runs() -> None:
    one = touched("x.py", "SIZE = 1\n", "SIZE = 2\n", ())
    assert blamed(failing(), None, {"x.py": one}, OWN) == Blamed("x.py", 1, 1, "")
    assert blamed(failing(), None, {"x.py": FILE}, OWN) == OWN, "there are two"
