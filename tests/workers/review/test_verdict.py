"""How a check concludes, and where findings stand: what must hold whatever was found."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.db.review_findings import ReviewFinding
from core.repo_config import Review
from workers.git import Shown
from workers.review import verdict
from workers.review.tell import not_reviewed
from workers.review.verdict import Coverage


def finding(number: int = 0, severity: str = "high", **other: object) -> ReviewFinding:
    now = datetime.now(UTC)
    values: dict[str, object] = {
        "installation_id": 1,
        "repository_id": 1,
        "number": 5,
        "fingerprint": f"{number:032x}",
        "state": "open",
        "rule": "ruff/B006",
        "severity": severity,
        "evidence": "proven",
        "path": "a.py",
        "start_line": 1,
        "end_line": 1,
        "symbol": "",
        "message": "It is wrong.",
        "explanation": "",
        "patch": None,
        "reproducer": None,
        "content": "",
        "head": "0" * 40,
        "review_key": "",
        "fixed_in": "",
        "created_at": now,
        "closed_at": None,
    }
    return ReviewFinding(**values | other)  # type: ignore[arg-type]


coverages = st.builds(
    lambda eligible, left, reason: Coverage(eligible, max(0, eligible - left), reason),
    st.integers(0, 300),
    st.integers(0, 300),
    st.sampled_from(["", "it is a draft", "it took too long"]),
)
found = st.lists(
    st.builds(
        finding, st.integers(0, 9), st.sampled_from(sorted(verdict.SEVERITY)), rule=st.text()
    ),
    max_size=4,
)
rules = st.builds(
    lambda block, most: Review(block=tuple(block), max_inline=most),
    st.lists(st.sampled_from(["*", "ruff/*", "x"]), max_size=2),
    st.integers(0, 10),
)


@settings(max_examples=40)
@given(coverages, found, rules)
def test_skipped_never_maps_to_success(
    coverage: Coverage, found: list[ReviewFinding], rules: Review
) -> None:
    said = verdict.conclusion(coverage, found, rules)
    if coverage.covered < coverage.eligible or not coverage.eligible or coverage.reason:
        assert said != "success"
        assert coverage.said.startswith(("Not reviewed", "Partly"))
    if found:
        assert said != "success"
    if said == "failure":
        assert any(rules.blocks(each.rule) for each in found)


@settings(max_examples=20)
@given(st.text())
def test_what_was_not_reviewed_is_neutral(reason: str) -> None:
    told = not_reviewed(reason)
    assert (told["status"], told["conclusion"]) == ("completed", "neutral")


spans = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=4
)


@settings(max_examples=40)
@given(
    spans,
    st.lists(st.tuples(st.integers(1, 80), st.integers(0, 30)), max_size=8),
    rules,
)
def test_a_comment_stands_only_where_the_diff_shows_its_lines(
    hunks: list[tuple[int, int]], places: list[tuple[int, int]], rules: Review
) -> None:
    shown = {"a.py": Shown("a.py", "a.py", tuple(hunks))}
    all_found = [
        finding(number, start_line=start, end_line=start + more)
        for number, (start, more) in enumerate(places)
    ]
    beside = verdict.inline([*all_found, finding(99, path="other.py")], shown, rules)
    assert len(beside) <= rules.max_inline
    for each in beside:
        place = verdict.place(each, shown)
        assert place is not None
        ends = {place.get("start_line", place["line"]), place["line"]}
        assert any(all(start <= line <= end for line in ends) for start, end in hunks)


def test_the_weightiest_stand_beside_their_lines_and_nothing_twice() -> None:
    shown = {"a.py": Shown("a.py", "a.py", ((1, 9),)), "tests/t.py": Shown("t", "t", ((1, 9),))}
    said = finding(1, "critical", review_key="review:1:5:aaa")
    slight, aside = finding(2, "low"), finding(3, "high", path="tests/t.py")
    first, second = finding(4, "critical", evidence="reproduced"), finding(5, "high")
    beside = verdict.inline([said, slight, aside, second, first], shown, Review(max_inline=2))
    assert beside == [first, second]


def test_what_was_looked_at_in_part_says_how_much() -> None:
    coverage = Coverage(218, 41)
    assert verdict.title(coverage, 0) == "Partly: 41 of 218 files"
    assert verdict.title(coverage, 2) == "2 problems found. Partly: 41 of 218 files"
