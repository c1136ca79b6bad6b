"""CODEOWNERS as GitHub reads it."""

from __future__ import annotations

import pytest

from core.codeowners import owner_of, rules

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
