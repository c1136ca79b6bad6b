from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workers.index.churn import is_bot, is_fix, weight


@pytest.mark.parametrize(
    "subject",
    [
        "Fix race in the pool",
        "fix: wrong total",
        "Bugfix for 3.1",
        "Fixed #1234 -- Made queries stable.",
        "Repair the retry of uploads",
        "Avoid crash on empty input",
        "Regression in parser",
    ],
)
def test_a_commit_that_mends_behaviour_is_a_fix(subject: str) -> None:
    assert is_fix(subject, "")


@pytest.mark.parametrize(
    "subject",
    [
        "Add a prefix",
        "Fix typo",
        "Fix docs of retry",
        "fix lint",
        "Fix flaky tests",
        "Debug output",
        "Suffixes",
        "Merge branch main",
    ],
)
def test_others_are_none(subject: str) -> None:
    assert not is_fix(subject, "")


def test_an_issue_that_is_closed_in_the_body_makes_a_fix() -> None:
    assert is_fix("Close the pool first", "It hung.\n\nFixes: #12")
    assert is_fix("Close the pool first", "Resolves owner/name#12")
    assert not is_fix("Close the pool first", "See #12")


@pytest.mark.parametrize(
    "name", ["dependabot[bot]", "Renovate Bot", "pre-commit-ci", "GitHub Actions"]
)
def test_programs_are_known_by_their_names(name: str) -> None:
    assert is_bot(name)


@pytest.mark.parametrize("name", ["Ada", "Robot Lovelace", "Abbott", ""])
def test_people_are_people(name: str) -> None:
    assert not is_bot(name)


def test_a_year_doubles_the_weight_and_no_clock_overflows_it() -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    year = timedelta(days=365.25)
    assert weight(moment + year) == pytest.approx(2 * weight(moment), rel=1e-4)
    assert weight(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    # A thousand lines of five thousand commits still fit into 64 bits.
    assert weight(datetime(9999, 12, 31, tzinfo=UTC)) * 1_000 * 5_000 < 2**63
