"""A Thought from its row to what it found: claimed, prepared, run, settled."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from core.db import thoughts
from core.db.connect import Database
from core.db.findings import Claim
from core.db.runs import LOG
from core.db.thoughts import Subject
from core.settings import Settings
from tests.thinking import Thinking, thinking
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Brief, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

FILES = {"shop/cart.py": "def total(prices):\n    return sum(prices)\n"}


@dataclass(frozen=True, slots=True)
class Read(Brief):
    paths: list[str]


def counting(**others: Any) -> SimpleNamespace:
    """A Thought that finds something at the first line of each file."""

    async def prepare(read: Reader, subject: Subject) -> Brief | None:
        paths = [file.path for file in await read.files()]
        texts = [await read.text(path) or "" for path in paths]
        return Read(digest(*paths, *texts), paths)

    async def run(tools: Tools, brief: Read) -> Outcome:
        tools.log("looked at " + ", ".join(brief.paths))
        claims = [
            Claim(
                fingerprint("first-line", path, "", ""),
                *("first-line", "low", "proven", path, 1, 1, "It has a first line."),
                content=(tools.code / path).read_text(),
            )
            for path in brief.paths
        ]
        return Outcome("Looked at all files.", claims=claims, covered=brief.paths)

    named = {"NAME": "counting", "LIMITS": Limits(10, 10), "prepare": prepare, "run": run}
    return SimpleNamespace(**(named | others))


async def test_what_a_thought_finds_is_stored_with_its_run(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("counting")
        assert (run.status, run.summary) == ("done", "Looked at all files.")
        (found,) = await made.findings()
        assert (found.path, found.evidence, found.state) == ("shop/cart.py", "proven", "open")
        assert found.run_id == run.id
        log = await made.engine.artifacts.get(run.id, LOG)
        assert log == b"looked at shop/cart.py"


async def test_the_same_content_is_not_thought_about_again(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        statuses = [run.status for _ in range(2) for run in await made.think("counting")]
        assert statuses == ["done", "known"]
        await made.commit({"shop/cart.py": "TOTAL = 0\n"})
        assert [run.status for run in await made.think("counting")] == ["done"]


async def test_what_is_not_found_again_is_fixed(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHTS, "counting", counting())
    async with thinking(settings, database, FILES) as made:
        await made.think("counting")

        async def nothing(tools: Tools, brief: Read) -> Outcome:
            return Outcome("Nothing any more.", covered=brief.paths)

        monkeypatch.setitem(THOUGHTS, "counting", counting(run=nothing))
        await made.commit({"shop/cart.py": "TOTAL = 1\n"})
        await made.think("counting")
        assert [each.state for each in await made.findings()] == ["fixed"]


async def test_a_thought_with_a_bug_ends_its_run_and_no_more(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(tools: Tools, brief: Read) -> Outcome:
        raise ZeroDivisionError

    monkeypatch.setitem(THOUGHTS, "counting", counting(run=broken))
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("counting")
        assert run.status == "failed"
        assert "bug of its own" in run.problem
        assert await states(made) == {"queued": 1}  # for another try, later


async def test_what_follows_is_queued_with_its_reason(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers.thoughts.base import FollowUp

    async def leading(tools: Tools, brief: Read) -> Outcome:
        about = Subject("file", path=brief.paths[0])
        return Outcome("A lead.", follow_ups=[FollowUp("other", about, "it looks odd")])

    monkeypatch.setitem(THOUGHTS, "counting", counting(run=leading))
    monkeypatch.setitem(THOUGHTS, "other", counting(NAME="other"))
    async with thinking(settings, database, FILES) as made:
        await made.think("counting")
        async with database.tenant(0) as connection:
            (queued,) = await thoughts.of_repository(
                connection, made.repository.id, states=["queued"]
            )
        assert (queued.kind, queued.about.path) == ("other", "shop/cart.py")
        assert queued.reason.startswith("it looks odd")


async def test_what_a_database_does_not_take_is_stored_as_far_as_it_goes(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(tools: Tools, brief: Read) -> Outcome:
        claim = Claim("odd", "r", "low", "proven", "shop/cart.py", 1, 1, "a\0b \udc80")
        return Outcome("\0 found", claims=[claim])

    monkeypatch.setitem(THOUGHTS, "counting", counting(run=odd))
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("counting")
        (found,) = await made.findings()
    assert (run.status, run.summary) == ("done", "\ufffd found")
    assert found.message == "a\ufffdb ?"


async def states(made: Thinking) -> dict[str, int]:
    async with made.engine.database.tenant(0) as connection:
        return await thoughts.counts(connection, made.repository.id)
