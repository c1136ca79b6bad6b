"""What is added as one file and one line: the folder and the table are equal."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from core import repo_schema
from tests.house.tree import read, tracked

# The file and name of a table, the folder that it mirrors, and what in there is no entry.
TABLES = [
    (
        *("workers/languages/__init__.py", "LANGUAGES", "workers/languages"),
        {"base", "complexity", "definitions", "syntax"},
    ),
    (
        *("workers/thoughts/__init__.py", "THOUGHTS", "workers/thoughts"),
        {
            "asking",
            "base",
            "broken_laws",
            "changed_outcomes",
            "failing_tests",
            "last_commit",
            "reader",
        }
        | {"smells", "suspicions", "tools"},
    ),
    (
        "workers/linters/__init__.py",
        "LINTERS",
        "workers/linters",
        {"base", "defaults", "doubts", "given", "looks", "merge", "names", "patch", "places"}
        | {"sources", "suppress", "telling", "turn"},
    ),
    ("workers/oracles/__init__.py", "ORACLES", "workers/oracles", {"base"}),
    (
        *("workers/runners/__init__.py", "RUNNERS", "workers/runners"),
        {"base", "comparison", "suspects", "told", "trial"},
    ),
    (
        *("workers/explorers/__init__.py", "EXPLORERS", "workers/explorers"),
        {"base", "filters", "mutants", "offers"},
    ),
    (
        "workers/dependencies/kinds.py",
        "KINDS",
        "workers/dependencies",
        set("base cache gate kinds prepare registries relay requirements".split()),
    ),
    (
        *("workers/changes/callables/__init__.py", "CALLABLES", "workers/changes/callables"),
        {"base", "ecmascript", "ecmascript_functions", "ecmascript_modules"},
    ),
    (
        *("workers/repairs/__init__.py", "REPAIRS", "workers/repairs"),
        {"base", "diff", "in_turn", "workbench"},
    ),
    (
        *("workers/profilers/__init__.py", "PROFILERS", "workers/profilers"),
        {"base", "compare", "flame", "tests_of_time"},
    ),
    ("workers/causes/__init__.py", "CAUSES", "workers/causes", {"base", "places"}),
    ("workers/probers/__init__.py", "PROBERS", "workers/probers", {"base", "doubts"}),
    (
        *("workers/probers/inside/laws/__init__.py", "LAWS", "workers/probers/inside/laws"),
        set[str](),
    ),
    ("workers/fuzzers/__init__.py", "FUZZERS", "workers/fuzzers", {"base"}),
    (
        *("workers/reports/writing/__init__.py", "KINDS", "workers/reports/writing"),
        {"base", "turn"},
    ),
    ("bot/events/__init__.py", "EVENTS", "bot/events", set[str]()),
    ("cli/main.py", "COMMANDS", "cli/commands", set[str]()),
]


def keys(source: str, name: str) -> list[str]:
    """The keys of a dict that a source writes down under a name."""
    for node in ast.parse(source).body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name:
            assert isinstance(node, ast.AnnAssign)
            assert isinstance(node.value, ast.Dict)
            return [ast.literal_eval(key) for key in node.value.keys if key is not None]
    raise AssertionError(f"no table {name}")


def stems(folder: str, suffix: str = ".py") -> set[str]:
    found = [path for path in tracked() if path.parent == Path(folder) and path.suffix == suffix]
    return {path.stem for path in found} - {"__init__"}


@pytest.mark.parametrize(("path", "name", "folder", "others"), TABLES)
def test_a_table_mirrors_its_folder(path: str, name: str, folder: str, others: set[str]) -> None:
    named = {key.replace("-", "_") for key in keys(read(path), name)}
    assert named == stems(folder) - others


@pytest.mark.parametrize(("path", "name"), [table[:2] for table in TABLES])
def test_the_entries_of_a_table_are_typed_and_there_once(path: str, name: str) -> None:
    entries = keys(read(path), name)
    assert len(entries) == len(set(entries))


def test_every_query_belongs_to_a_language() -> None:
    used = set[str]()
    for stem in stems("workers/languages"):
        source = read(f"workers/languages/{stem}.py")
        for listed in re.findall(r"queries=\(([^)]*)\)", source):
            used |= set(re.findall(r'"(\w+)"', listed))
    folder = "workers/languages/queries"
    assert used == stems(folder, ".scm") | stems(f"{folder}/links", ".scm")


def test_every_event_and_permission_of_the_manifest_says_why() -> None:
    """Each line under default_events and default_permissions has a comment beside it."""
    manifest = read("app.yml")
    asked = yaml.safe_load(manifest)
    for name in (*asked["default_events"], *asked["default_permissions"]):
        line = re.search(rf"^ +(?:- )?{name}\b.*$", manifest, re.MULTILINE)
        assert line
        assert "#" in line[0], name


# GitHub sends these to every App, asked for or not.
ALWAYS_SENT = {
    "github_app_authorization",
    "installation",
    "installation_repositories",
    "installation_target",
    "ping",
}


def test_the_manifest_asks_for_the_events_that_are_handled() -> None:
    asked = yaml.safe_load(read("app.yml"))["default_events"]
    assert set(asked) == set(keys(read("bot/events/__init__.py"), "EVENTS")) - ALWAYS_SENT


def test_our_own_configuration_follows_the_published_schema() -> None:
    schema = json.loads(read("docs/ponder.schema.json"))
    assert schema == repo_schema.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(read(".github/ponder.yml")), schema)


def test_the_published_schema_refuses_an_unknown_key() -> None:
    schema = json.loads(read("docs/ponder.schema.json"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"excludes": ["docs/"]}, schema)
