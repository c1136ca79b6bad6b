"""Commits and the functions that they changed, wherever those stood then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from core.db.commits import Commit
from tests.checkout import Checkout
from workers.git import newest, patches
from workers.risk.attribution import of_symbols

TWO = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"


def touched(
    tmp_path: Path, texts: list[tuple[str, str]], spans: list[tuple[str, int, int]]
) -> dict[str, int]:
    """How often each function was changed by commits of (message, text)."""
    checkout = Checkout(tmp_path / "shop")
    for at, (message, text) in enumerate(texts, 1_700_000_000):
        checkout.write("a.py", text)
        checkout.commit(message, at=at)
    mirror = checkout.path / ".git"
    shas = newest(mirror, "HEAD", since=None, limit=100)
    when = datetime(2026, 1, 1, tzinfo=UTC)
    commits = {s: Commit(s, "ann", when, "fix", "", 1, ["a.py"], [1], [0]) for s in shas}
    found = of_symbols(patches(mirror, shas, seconds=20), commits, {"a.py": spans})
    return {key[1]: len(each) for key, each in found.items()}


def test_a_change_belongs_to_the_function_around_it(tmp_path: Path) -> None:
    texts = [("add", TWO), ("fix", TWO.replace("return 2", "return 3"))]
    assert touched(tmp_path, texts, [("first", 1, 2), ("second", 5, 6)]) == {
        "first": 1,
        "second": 2,
    }


def test_lines_that_shifted_are_followed(tmp_path: Path) -> None:
    changed = TWO.replace("return 2", "return 3")
    texts = [("add", TWO), ("fix", changed), ("top", f"import os\n\n\n{changed}")]
    assert touched(tmp_path, texts, [("first", 4, 5), ("second", 8, 9)]) == {
        "first": 1,
        "second": 2,
    }


def test_removed_lines_belong_to_the_function_they_were_in(tmp_path: Path) -> None:
    longer = TWO.replace("return 1", "x = 1\n    return 1")
    texts = [("add", longer), ("fix", TWO)]
    assert touched(tmp_path, texts, [("first", 1, 2), ("second", 5, 6)]) == {
        "first": 2,
        "second": 1,
    }


def test_a_function_that_came_later_has_no_earlier_past(tmp_path: Path) -> None:
    first = "def first():\n    return 1\n"
    texts = [("add", first), ("fix", first.replace("1", "4")), ("more", TWO.replace("1", "4"))]
    assert touched(tmp_path, texts, [("first", 1, 2), ("second", 5, 6)]) == {
        "first": 2,
        "second": 1,
    }


def test_where_no_commit_says_anything_none_is_read(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "shop")
    checkout.write("a.py", TWO)
    checkout.commit("Release")
    assert list(patches(checkout.path / ".git", [], seconds=20)) == []
