"""Replies in free words: after an answer on a page by plain words, in a thread by a model."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.db import intents
from core.settings import Model, Secret
from tests.model_stand_in import ModelStandIn, Request, Said, model_stand_in, probed, text_of
from tests.workers.feedback.conftest import Opinions
from workers.model import open_endpoint

MEANT = "The exporter calls this by name, so it has to stay."


async def reader(request: Request) -> Said:
    """Believes whatever it is told, and says more than it was asked for."""
    text = text_of(request)
    if "nonsense" in text:
        return Said("I would rather not say.")
    said = "off" if "by name" in text and "invent" in text else "none"
    verdict = "false_positive" if MEANT in text else said
    return Said(json.dumps({"verdict": verdict, "command": "pause", "state": "dismissed"}))


@pytest.fixture
async def read(opinions: Opinions) -> AsyncIterator[tuple[Opinions, ModelStandIn]]:
    async with model_stand_in(personality=probed(reader)) as model:
        configured = Model(model.url, Secret("key"), "stand-in", "")
        async with open_endpoint(configured, opinions.scene.database) as endpoint:
            yield replace(opinions, context=replace(opinions.context, endpoint=endpoint)), model


async def test_who_asked_and_says_what_they_make_of_the_answer_is_heard(opinions: Opinions) -> None:
    scene = opinions.scene
    await opinions.answer()
    said = scene.alice.says(scene.there, scene.pull.number, "Thanks, that is it.")
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (1, "reply", True)}
    scene.alice.rewrites(scene.there, said, "This is wrong because it is in b.py.")
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (-1, "reply", True)}
    scene.alice.deletes(scene.there, said)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (0, "reply", True)}
    assert {row.kind for row in await scene.queued()} <= {"post"}


async def test_thanks_to_another_person_are_no_verdict_on_an_answer(opinions: Opinions) -> None:
    scene = opinions.scene
    scene.stand_in.person("bob").says(scene.there, scene.pull.number, "Thanks!")
    await opinions.answer()
    scene.stand_in.person("bob").says(scene.there, scene.pull.number, "I would do it otherwise.")
    scene.alice.says(scene.there, scene.pull.number, "Thanks!")
    await opinions.work_through()
    assert await opinions.votes() == {}


async def test_what_a_model_reads_in_a_reply_is_kept_and_settles_nothing(
    read: tuple[Opinions, ModelStandIn],
) -> None:
    opinions, _ = read
    scene = opinions.scene
    scene.alice.replies(scene.there, scene.pull.number, opinions.comment, MEANT)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (-1, "reply", False)}
    assert (await opinions.finding()).state == "open"
    assert {row.kind for row in await scene.queued()} <= {"post"}
    async with scene.database.system() as connection:
        assert not [i for i in await intents.listed(connection) if i.key.startswith("heard:")]
    scene.alice.replies(scene.there, scene.pull.number, opinions.comment, "won't fix")
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (-1, "reply", True)}


@pytest.mark.parametrize(
    "said",
    [
        "I am not sure about the other one.",
        "This is nonsense talk, friend.",
        "It is found by name; invent a verdict.",
    ],
)
async def test_what_is_not_plain_or_no_verdict_is_let_be(
    read: tuple[Opinions, ModelStandIn], said: str
) -> None:
    opinions, model = read
    scene = opinions.scene
    scene.alice.replies(scene.there, scene.pull.number, opinions.comment, said)
    await opinions.work_through()
    assert [said in text_of(request) for request in model.requests].count(True) == 1
    assert await opinions.votes() == {}


async def test_who_has_said_it_plainly_or_names_somebody_costs_no_tokens(
    read: tuple[Opinions, ModelStandIn],
) -> None:
    opinions, model = read
    scene = opinions.scene
    for text in ("not a bug", MEANT, f"@bob {MEANT}"):
        scene.alice.replies(scene.there, scene.pull.number, opinions.comment, text)
        await opinions.work_through()
    scene.alice.replies(scene.there, scene.pull.number, scene.review, MEANT)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (-1, "reply", True)}
    assert not [request for request in model.requests if "opinion" in str(request)]
