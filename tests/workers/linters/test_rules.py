"""Our own rules: each finds its bad example, and nothing in its good one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from workers.linters.base import Desk, Source
from workers.linters.semgrep import LINTER, written
from workers.sandbox import Limits, open_sandbox

ENDINGS = {"python": "py", "javascript": "js", "typescript": "ts", "go": "go", "java": "java"}


@pytest.fixture(scope="module")
async def found() -> dict[str, set[str]]:
    """The rules that find something in each example, by its path: all in one start of semgrep,
    which takes seconds."""
    sources = [
        Source(path_of(name, kind, language), language, rule["metadata"][kind])
        for name, rule in written().items()
        for kind in ("bad", "good")
        for language in rule["languages"]
    ]
    with TemporaryDirectory() as scratch:
        sandbox = await open_sandbox(Path(scratch))
        assert sandbox is not None, "bubblewrap and the toolchain are needed"
        async with sandbox.workspace(None) as workspace:
            for source in sources:
                workspace.write(source.path, source.text)
            reports = await LINTER.look(Desk(workspace, Limits(150, 150, 2048)), sources)
    rules: dict[str, set[str]] = {source.path: set() for source in sources}
    for report in reports:
        rules[report.path].add(report.rule)
    return rules


def path_of(name: str, kind: str, language: str) -> str:
    return f"{name}/{kind}.{ENDINGS[language]}"


EXAMPLES = [(name, language) for name, rule in written().items() for language in rule["languages"]]


@pytest.mark.parametrize(("name", "language"), EXAMPLES)
def test_a_rule_finds_its_bad_example(found: dict[str, set[str]], name: str, language: str) -> None:
    assert name.replace("/", "-") in found[path_of(name, "bad", language)]


@pytest.mark.parametrize(("name", "language"), EXAMPLES)
def test_no_rule_finds_anything_in_a_good_example(
    found: dict[str, set[str]], name: str, language: str
) -> None:
    assert found[path_of(name, "good", language)] == set()


@pytest.mark.parametrize("name", written())
def test_a_rule_is_of_one_language_and_says_why(name: str) -> None:
    rule = written()[name]
    assert set(rule) >= {"severity", "languages", "message", "metadata"}
    assert rule["languages"] in (["python"], ["javascript", "typescript"], ["go"], ["java"])
    assert set(rule["metadata"]) <= {
        *("kind", "evidence", "security", "tests", "statement", "why", "bad", "good")
    }
    assert rule["message"].endswith(".")
