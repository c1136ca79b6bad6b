"""CODEOWNERS as GitHub reads it, and who wrote a folder."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.db.commits import Commit
from workers.risk.owners import authors, owner_of, rules

TEXT = """\
# everybody
*           @all
*.js        @web
/docs/      @writers
src/**/api  @api
apps/*.py   @apps
/free
"""


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("README.md", "@all"),
        ("deep/inside/x.js", "@web"),
        ("docs/a/b.md", "@writers"),
        ("other/docs/a.md", "@all"),
        ("src/api/x.py", "@api"),
        ("src/a/b/api/x.py", "@api"),
        ("apps/a.py", "@apps"),
        ("apps/deep/a.py", "@all"),
    ],
)
def test_the_last_rule_that_fits_decides(path: str, owner: str) -> None:
    rule = owner_of(path, rules(TEXT))
    assert rule is not None
    assert rule.owners == (owner,)


def test_a_rule_without_owners_frees_a_path() -> None:
    rule = owner_of("free/x.py", rules(TEXT))
    assert rule is not None
    assert rule.owners == ()
    assert owner_of("x", []) is None


def test_a_pattern_of_nothing_but_stars_keeps_nobody_busy() -> None:
    assert owner_of("a" * 5_000, rules(f"{'*a' * 100}b @x")) is None


def test_who_added_most_lines_comes_first() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        Commit("1", "ann", at, "", "", 1, ["shop/a.py"], [30], [0]),
        Commit("2", "bob", at, "", "", 1, ["shop/b.py", "other/c.py"], [10, 500], [0, 0]),
    ]
    assert [(each.name, each.share) for each in authors(made, "shop")] == [
        ("ann", 0.75),
        ("bob", 0.25),
    ]
