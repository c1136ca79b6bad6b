"""A worker that is killed between any two steps of a review: another does it again, and a reader
sees what they would have seen without it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from core.db import work
from core.queue import Queue
from tests.workers.review.conftest import FAULTY, Stage
from workers import jobs
from workers.review import end as reviewing
from workers.review.analyse import Analysis
from workers.review.speak import Voice


class Crash(BaseException):
    """The process is gone."""


STEPS: dict[str, tuple[object, str]] = {
    "when analysers have run": (Analysis, "introduced"),
    "in the midst of what is stored": (Voice, "say"),
    "when all is stored": (work, "finish"),
    "before anybody was woken": (Queue, "wake"),
}


async def test_a_review_that_was_cut_off_at_any_step_is_done_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (step, (owner, name)) in enumerate(STEPS.items()):
        pull = stage.opens({"shop/cart.py": FAULTY}, f"topic-{number}")
        await stage.stand_in.webhooks.settled()
        with monkeypatch.context() as patch:
            died = _dies_after(patch, owner, name)
            await _reviewed_until_it_dies(stage)
        assert died, step
        await _taken_up_again(stage)
        run = stage.check(pull)
        assert (run.conclusion, run.output["title"]) == ("neutral", "1 problem found"), step
        assert len(pull.submitted) == len(pull.reviews) == 1, step
        assert [each.state for each in await stage.reviews(pull)] == ["done"], step


async def test_a_review_of_which_every_worker_dies_is_concluded_within_the_hour(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = stage.opens({"shop/cart.py": FAULTY})
    await stage.stand_in.webhooks.settled()
    for _ in range(2):
        with monkeypatch.context() as patch:
            died = _dies_after(patch, Analysis, "introduced")
            await _reviewed_until_it_dies(stage)
            assert died
        async with stage.bot.database.system() as connection:
            await connection.execute("UPDATE reviews SET asked_at = asked_at - interval '31 min'")
            await connection.execute("UPDATE work SET lease_until = now() WHERE state = 'running'")
    for row in await reviewing.sweep(stage.bot.database):
        await jobs.run_work({"context": stage.context}, row.id)
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert run.output["title"].startswith("Not reviewed: it took too long")


def _dies_after(patch: pytest.MonkeyPatch, owner: object, name: str) -> list[str]:
    """Whoever is called is done with it before."""
    real: Callable[..., Any] = getattr(owner, name)
    died: list[str] = []

    async def dying(*arguments: Any, **named: Any) -> Any:
        if not died:
            await real(*arguments, **named)
            died.append(name)
        raise Crash

    patch.setattr(owner, name, dying)
    return died


async def _reviewed_until_it_dies(stage: Stage) -> None:
    async with stage.bot.database.system() as connection:
        rows = [row for row in await work.due(connection) if row.kind == "review"]
    for row in rows:
        with suppress(Crash):
            await jobs.run_work({"context": stage.context}, row.id)


async def _taken_up_again(stage: Stage) -> None:
    """By another worker, once the lease of the dead one has run out."""
    async with stage.bot.database.system() as connection:
        await connection.execute("UPDATE work SET lease_until = now() WHERE state = 'running'")
    await jobs.sweep({"context": stage.context})
    await stage.until_quiet()
