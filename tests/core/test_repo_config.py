"""The file that says how Ponder works on a repository: what is right counts, the rest is told."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.repo_config import RepoConfig, parse
from core.repo_config import settings as every_setting
from core.repo_schema import schema
from core.yaml_lines import MAX_BYTES

WHOLE = """
exclude: [docs/old/, '*.generated.ts']
review:
  on: off
  labels: [look]
  max_inline: 5
  block: [ruff/F8*]
  instructions:
    - paths: [api/]
      text: Every endpoint checks who asks.
drafts: {max_files: 2}
dashboard: yes
learning:
  on: true
  budgets: {cpu_seconds: {per_hour: 60}}
"""


def told(text: str) -> list[tuple[int, str]]:
    return [(problem.line, str(problem)) for problem in parse(text.encode()).problems]


def test_what_the_file_says_counts() -> None:
    parsed = parse(WHOLE.encode())
    config = parsed.config
    assert parsed.problems == ()
    assert (config.review.on, config.review.labels, config.review.max_inline) == (
        False,
        ("look",),
        5,
    )
    assert config.review.blocks("ruff/F821")
    assert not config.review.blocks("ruff/E501")
    assert config.review.instructions[0].paths == ("api/",)
    assert (config.drafts.max_files, config.drafts.max_lines, config.dashboard) == (2, 400, True)
    assert config.learning == {"on": True, "budgets": {"cpu_seconds": {"per_hour": 60}}}
    assert {"review.on", "drafts.max_files", "learning.on", "exclude"} <= parsed.given
    assert "review.rounds" not in parsed.given


def test_no_file_is_the_defaults() -> None:
    assert parse(b"").config == parse(b"# nothing\n").config == RepoConfig()


def test_an_unknown_key_is_an_error_at_its_line_and_says_what_was_meant() -> None:
    assert told("exclude: []\nreview:\n  max_inlne: 4\n") == [
        (3, "'review.max_inlne' in .github/ponder.yml is no setting of review; "
            "did you mean 'max_inline'?")
    ]  # fmt: skip
    ((line, reason),) = told("\nexcludes: []\n")
    assert line == 2
    assert "did you mean 'exclude'?" in reason


def test_one_mistake_takes_nothing_else_with_it() -> None:
    parsed = parse(b"review: {on: maybe, max_inline: 1}\nagents: false\n")
    assert [problem.key for problem in parsed.problems] == ["review.on"]
    assert parsed.config.review.on
    assert (parsed.config.review.max_inline, parsed.config.agents) == (1, False)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [", 1, "is not valid YAML"),
        ("exclude: []\n\tb: 1", 2, "is not valid YAML"),
        ("[1, 2]", 1, "must be an object of settings"),
        ("review:\n  max_inline: 11", 2, "must be between 0 and 10"),
        ("review:\n  max_inline: true", 2, "must be a whole number"),
        ("review:\n  instructions:\n    - text: x", 3, "needs 'paths'"),
        ("drafts:\n  max_open: 3", 2, "must be between 0 and 2"),
        ("agents: true\nagents: false", 2, "stands there twice"),
        ("learning:\n  cadence: {dream: x}", 2, "is no Thought"),
        ("learning:\n  dependencies: true", 2, "is no setting of learning"),
        ("exclude: &a [x]\nreview: {ignore: *a}", 1, "has an anchor"),
        ("exclude: !!python/object/apply:os.system [ls]", 1, "has a tag"),
        ("a: " + "[" * 30 + "]" * 30, 1, "nested too deeply"),
        ("#" * (MAX_BYTES + 1), 1, "is larger than 64 KiB"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, said: str) -> None:
    problems = told(text)
    assert [at for at, _ in problems] == [line]
    assert said in problems[0][1]


@pytest.mark.parametrize("content", [b"[" * MAX_BYTES, b"\xff\xfe\x00", b"\x00", b"9" * 9999])
def test_rubbish_is_told_and_changes_nothing(content: bytes) -> None:
    parsed = parse(content)
    assert parsed.problems
    assert parsed.config == RepoConfig()


def test_the_defaults_of_the_schema_are_those_of_the_code() -> None:
    known: dict[str, Any] = {}
    for name, rules in schema()["properties"].items():
        for inner, of_inner in rules.get("properties", {"": rules}).items():
            known[f"{name}.{inner}".rstrip(".")] = of_inner.get("default")
    for key, value in every_setting(RepoConfig()).items():
        assert known[key] == (list(value) if isinstance(value, tuple) else value) or key.startswith(
            "drafts."
        ), key
        assert known[key] is not None


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_KEYS = st.sampled_from(
    ["on", "review", "exclude", "max_inline", "labels", "learning", "drafts", "agents", "x",
     "instructions", "paths", "text", "budgets", "cpu_seconds", "per_hour"]
)  # fmt: skip
_DOCUMENTS = st.recursive(
    _SCALARS, lambda s: st.lists(s, max_size=3) | st.dictionaries(_KEYS, s, max_size=3)
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _DOCUMENTS, max_size=4))
def test_what_the_published_schema_refuses_is_told(document: dict[str, Any]) -> None:
    """An editor with the schema and Ponder agree."""
    content = yaml.safe_dump(document).replace("'on':", "on:").encode()
    if b"&id" in content:
        return
    refused = not jsonschema.Draft202012Validator(schema()).is_valid(document)
    assert bool(parse(content).problems) is refused
