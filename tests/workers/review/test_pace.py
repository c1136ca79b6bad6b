"""How often a pull request is looked at, and what it may cost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.db import budgets, learning
from core.settings import Model, Secret
from tests.model_stand_in import Request, Said, model_stand_in, probed
from tests.workers.review.conftest import CART, FAULTY, LIMITS, Stage
from workers.model import open_endpoint
from workers.review import scope


async def test_a_storm_of_pushes_is_a_few_reviews_and_one_later(stage: Stage) -> None:
    await stage.configure("review: {per_hour: 2}")
    pull = stage.opens({"shop/cart.py": CART + "\n\ndef a():\n    return 0\n"})
    for number in range(4):
        await stage.until_quiet(later=False)
        text = CART + f"\n\ndef a():\n    return {number + 1}\n"
        stage.alice.pushes(stage.there, "topic", {"shop/cart.py": text}, "Again")
    await stage.until_quiet(later=False)
    run = stage.check(pull)
    assert (run.status, run.conclusion) == ("completed", "neutral")
    assert "after 2 reviews of this pull request within an hour" in run.output["title"]
    assert [each["identifier"] for each in run.actions] == ["rerun"]
    ended = [each.state for each in await stage.reviews(pull)]
    assert ended.count("done") == 2
    assert ended.count("waiting") == 1
    assert {each.status for each in stage.there.check_runs.values()} == {"completed"}
    await stage.an_hour_passes()
    await stage.until_quiet()
    assert stage.check(pull).conclusion == "success"
    assert [each.state for each in await stage.reviews(pull)].count("done") == 3


async def test_who_asks_does_not_wait_for_the_hour(stage: Stage) -> None:
    await stage.configure("review: {per_hour: 1}")
    pull = stage.opens({"shop/cart.py": CART + "\n"})
    await stage.until_quiet()
    stage.alice.pushes(stage.there, "topic", {"shop/cart.py": CART + "\n\nA = 1\n"}, "Again")
    await stage.until_quiet(later=False)
    stage.alice.reruns(stage.there, stage.check(pull))
    await stage.until_quiet(later=False)
    assert stage.check(pull).conclusion == "success"
    await stage.an_hour_passes()
    done = len(stage.done)
    await stage.until_quiet()
    assert stage.done[done:].count("review") <= 1, "what was done by hand is not done once more"
    assert stage.check(pull).conclusion == "success"


async def test_what_one_round_cannot_hold_is_gone_on_with_and_said_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "MOST_FILES", 2)
    files: dict[str, str | None] = {f"shop/a{n}.py": f"{FAULTY}\n\nSIZE = {n}\n" for n in range(5)}
    pull = stage.opens(files)
    titles = []
    stage.watch = lambda: titles.extend(
        run.output.get("title", "") for run in stage.there.check_runs.values()
    )
    await stage.until_quiet()
    assert any("Partly: 2 of 5 files" in title for title in titles)
    assert any("Partly: 4 of 5 files" in title for title in titles)
    run = stage.check(pull)
    assert run.output["title"] == "5 problems found"
    assert len(run.annotations) + len(pull.reviews) == 5
    assert len(pull.submitted) == 1
    assert [each.state for each in await stage.reviews(pull)] == ["done"]


async def test_models_are_paid_from_the_budget_and_gone_without_at_its_end(stage: Stage) -> None:
    async def reply(_: Request) -> Said:
        return Said(json.dumps({"hypotheses": []}))

    here = await stage.here()
    async with stage.bot.database.tenant(here.installation_id) as connection:
        said = {"budgets": {"model_tokens": {"per_hour": 0, "burst": 60_000}}}
        await learning.say(connection, here, said, by="alice")
    async with model_stand_in() as served:
        served.personality = probed(reply)
        model = Model(served.url, Secret("k"), served.model, "")
        async with open_endpoint(model, stage.bot.database) as endpoint:
            stage.context = replace(stage.context, endpoint=endpoint)
            pull = stage.opens({"shop/limits.py": LIMITS.replace("max(low,", "max(low + 0,")})
            await stage.until_quiet()
            assert stage.check(pull).conclusion == "success"
            async with stage.bot.database.tenant(here.installation_id) as connection:
                own, whole = await budgets.of_repository(connection, here.installation_id, here.id)
            spent = 60_000 - own.buckets["model_tokens"]["left"]
            assert 0 < spent < 30_000, "what was not needed is given back"
            assert whole.buckets["model_tokens"]["day_spent"] == spent
            asked = len(served.requests)
            text = LIMITS.replace("max(low,", "max(low + 0 + 0,")
            stage.alice.pushes(stage.there, "topic", {"shop/limits.py": text}, "Again")
            await stage.until_quiet()
            assert len(served.requests) == asked
    run = stage.check(pull)
    assert run.conclusion == "success"
    assert "No model was asked. The budget of model tokens is used up." in run.output["summary"]
