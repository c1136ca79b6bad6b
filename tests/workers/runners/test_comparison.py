"""What a change does to the lines that tests run."""

from __future__ import annotations

from workers.runners.base import Ran
from workers.runners.comparison import covered

LINES = {"a.py": {1: frozenset[int](), 2: frozenset({0}), 3: frozenset({0})}}


def test_lines_are_counted_as_coverage_counts_them() -> None:
    could = {"a.py": frozenset({1, 2, 4}), "b.py": frozenset({1})}
    assert covered(Ran((), True, lines=LINES, statements=could)) == 2


def test_where_nobody_says_which_lines_could_run_those_of_tests_count() -> None:
    assert covered(Ran((), True, lines=LINES)) == 2
