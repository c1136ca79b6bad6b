"""What a run is likely to cost and find is learned, each kind and language from its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.db.runs import Record
from core.db.thoughts import Subject
from workers.engine.costs import FIRST_SECONDS, STEERING, Costs
from workers.engine.priority import Guess, weighed
from workers.engine.seed import FIRST
from workers.thoughts import THOUGHTS

PYTHON, GO = Subject("file", path="a.py"), Subject("file", path="a.go")


def test_every_kind_has_a_first_guess() -> None:
    assert FIRST_SECONDS.keys() == THOUGHTS.keys()
    assert THOUGHTS.keys() >= STEERING | FIRST.keys()


def test_what_is_cheap_comes_before_what_is_dear() -> None:
    first = Costs({})
    worths = {
        kind: weighed(Guess("", chance), first.of(kind, Subject(), chance), 1.0, (0, 0)).priority
        for kind, (chance, _) in FIRST.items()
    }
    assert worths["verify"] > worths["hypothesize_bug"] > worths["smell_hunt"]


def test_a_language_learns_from_its_own_runs() -> None:
    costs = Costs({("fuzz", ".py"): Record(50, 0, 1, 90.0), ("fuzz", ".go"): Record(50, 25, 1, 2)})
    (python, dear), (go, cheap) = (costs.of("fuzz", each, 0.1) for each in (PYTHON, GO))
    assert python < 0.05 < 0.4 < go
    assert cheap < 15 < 60 < dear


def test_a_run_about_everything_says_nothing_of_one_about_a_file() -> None:
    costs = Costs({("fuzz", ""): Record(50, 0, 1, 300.0)})
    assert costs.of("fuzz", PYTHON, 0.1) == (0.1, FIRST_SECONDS["fuzz"])
    assert costs.of("fuzz", Subject(), 0.1)[1] > 200


def test_what_steers_is_worth_what_it_was() -> None:
    assert Costs({("map_repo", ""): Record(50, 0, 1, 1)}).of("map_repo", Subject(), 0.9)[0] == 0.9


@given(st.integers(1, 50).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_a_chance_lies_between_what_was_expected_and_what_was_seen(seen: tuple[int, int]) -> None:
    runs, found = seen
    chance, _ = Costs({("fuzz", ".py"): Record(runs, found, 1, 1)}).of("fuzz", PYTHON, 0.1)
    low, high = sorted((0.1, found / runs))
    assert low - 1e-9 <= chance <= high + 1e-9
