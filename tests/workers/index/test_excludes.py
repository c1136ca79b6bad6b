from __future__ import annotations

import pytest

from workers.index.excludes import parse_excludes


def test_patterns_are_those_of_a_gitignore() -> None:
    excludes = parse_excludes(b"exclude:\n  - docs/\n  - '*.sql'\n  - '!keep.sql'\n")
    assert excludes.match("docs/a/b.md")
    assert excludes.match("db/a.sql")
    assert not excludes.match("db/keep.sql")
    assert not excludes.match("src/docs.py")


def test_what_is_excluded_is_part_of_the_rules() -> None:
    assert parse_excludes(b"").digest == ""
    assert parse_excludes(b"exclude: [a]").digest != parse_excludes(b"exclude: [b]").digest


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [", "is not valid YAML"),
        (b"exclude: docs/", "must be a list of patterns"),
        (b"exclude: [1]", "must be text"),
        (b"[" * 5000, "is nested too deeply"),
        (b"\xff\xfe\x00", "is not valid YAML"),
    ],
)
def test_a_broken_configuration_excludes_nothing_and_says_so(content: bytes, said: str) -> None:
    excludes = parse_excludes(content)
    assert said in excludes.problem
    assert not excludes.match("docs/a.md")
