"""Where it is worth looking next."""

from __future__ import annotations

from core.db.frontier import Yield
from core.db.risks import Risk
from workers.risk.frontier import MOST_OF_A_KIND, chances, leads

KNOTTED = {"cyclomatic": 9.0, "lines": 30.0}


def place(symbol: str, score: float, **measures: float) -> Risk:
    return Risk("shop.py", symbol, score, ["it is knotted"], measures)


def told(risks: list[Risk], **more: bool) -> list[tuple[str, str]]:
    return [(each.kind, each.subject.symbol) for each in leads(risks, {}, {}, [], **more)]


def test_the_riskiest_comes_first() -> None:
    assert told([place("calm", 0.1, **KNOTTED), place("wild", 0.9, **KNOTTED)]) == [
        ("fuzz", "wild"),
        ("fuzz", "calm"),
    ]


def test_what_is_about_a_file_is_asked_for_once() -> None:
    found = told([place("", 0.5), place("one", 0.4, **KNOTTED), place("two", 0.3, **KNOTTED)])
    assert sorted(found) == [
        ("fuzz", "one"),
        ("fuzz", "two"),
        ("generate_tests", ""),
        ("smell_hunt", ""),
    ]


def test_a_function_is_wondered_about_where_there_is_a_model() -> None:
    assert told([place("one", 0.4)]) == []
    assert told([place("one", 0.4)], has_model=True) == [("hypothesize_bug", "one")]


def test_no_kind_crowds_out_the_others() -> None:
    risks = [place(f"f{n}", 0.9, **KNOTTED) for n in range(50)]
    assert len(told([*risks, place("", 0.01)])) == MOST_OF_A_KIND + 2


def test_what_was_looked_at_waits_until_it_changes() -> None:
    risk = place("one", 0.4, **KNOTTED)
    (lead,) = leads([risk], {}, {}, [])
    looked = {("fuzz", lead.subject.key): 20.0}
    assert leads([risk], {("shop.py", "one"): 10.0}, looked, []) == []
    (again,) = leads([risk], {("shop.py", "one"): 30.0}, looked, [])
    assert "changed since it was looked at" in again.reason


def test_a_file_needs_no_look_after_one_at_all_of_them() -> None:
    looked = {("smell_hunt", "repository"): 20.0}
    found = leads([place("", 0.5)], {("shop.py", ""): 10.0}, looked, [])
    assert [each.kind for each in found] == ["generate_tests"]


def found(useful: int, ending: str = "") -> Yield:
    return Yield("fuzz", ending, runs=40, useful=useful, useless=0, cpu_seconds=400.0)


def test_what_found_nothing_is_expected_to_find_less() -> None:
    barren, first, fertile = (
        chances(each).of("fuzz", "a.py") for each in ([found(0)], [], [found(20)])
    )
    assert barren < first < fertile


def test_what_pays_in_one_language_is_not_expected_to_pay_in_another() -> None:
    known = chances([found(20, ".py"), found(0, ".go")])
    go, other, python = (known.of("fuzz", path) for path in ("a.go", "a.js", "a.pyi"))
    assert go < other < python
