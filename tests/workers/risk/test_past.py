"""Which files continuous integration began to fail at."""

from datetime import UTC, datetime

from core.db.commits import Commit
from workers.risk.past import broken_by

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def commits(*paths: str, author: str = "ann") -> list[Commit]:
    """Newest first, named a, b, c and so on, each of one path."""
    return [
        Commit(sha, author, WHEN, "change", "", 1, [path], [1], [0])
        for sha, path in zip("abcdef", paths, strict=False)
    ]


def test_the_change_at_which_it_began_to_fail_is_blamed_and_none_after_it() -> None:
    found = broken_by(commits("x.py", "y.py", "z.py"), {"a": True, "b": True, "c": False})
    assert found == {"y.py": 1}


def test_commits_that_nothing_was_said_of_are_passed_over() -> None:
    found = broken_by(commits("x.py", "y.py", "z.py"), {"a": True, "c": False})
    assert found == {"x.py": 1}


def test_without_one_that_passed_before_nobody_is_blamed() -> None:
    assert broken_by(commits("x.py", "y.py"), {"a": True, "b": True}) == {}


def test_a_program_that_bumps_versions_is_not_blamed() -> None:
    known = commits("x.py", "y.py", author="dependabot[bot]")
    assert broken_by(known, {"a": True, "b": False}) == {}
