"""Reports of continuous integration, stored: findings that are closed when a tool is silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands.ci import _stored
from core.db import findings, repositories, signals
from core.db.connect import Database
from core.errors import UserError

REPORT = Path("report")
FOUND = {
    "ruleId": "x",
    "message": {"text": "It is wrong."},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}}}],
}


def sarif(*results: object) -> bytes:
    run = {"tool": {"driver": {"name": "CodeQL"}}, "results": results}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


async def test_what_a_tool_reports_is_kept_until_it_reports_it_no_more(database: Database) -> None:
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="shop", source="/shop")
        for results, state in (((FOUND,), "open"), ((), "fixed"), ((FOUND,), "open")):
            await _stored(connection, repository, "abc", REPORT, sarif(*results))
            (found,) = await findings.of_repository(connection, repository.id)
            assert (found.rule, found.state) == ("codeql/x", state)


async def test_coverage_is_that_of_the_last_report(database: Database) -> None:
    report = '<coverage><class filename="a.py"><line number="1" hits="{}"/></class></coverage>'
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="shop", source="/shop")
        for hits in (0, 1):
            content = report.format(hits).encode()
            await _stored(connection, repository, f"commit-{hits}", REPORT, content)
        (signal,) = await signals.of_repository(connection, repository.id, "coverage")
    assert (signal.commit_sha, signal.measures) == ("commit-1", {"lines": 1, "covered": 1})


async def test_another_file_is_refused_with_a_sentence(database: Database) -> None:
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="shop", source="/shop")
        with pytest.raises(UserError, match="no report of SARIF, JUnit or Cobertura"):
            await _stored(connection, repository, "abc", REPORT, b"hello")
