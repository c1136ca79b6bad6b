"""What is said in a thread of ours, and whether it is resolved, says what somebody makes of it."""

from __future__ import annotations

import pytest

from core.db import feedback, rule_votes
from tests.workers.feedback.conftest import RULE, Opinions
from tests.workers.reports.writing.conftest import LINES


async def test_a_false_positive_is_never_said_again_and_the_reply_is_acknowledged(
    opinions: Opinions,
) -> None:
    scene = opinions.scene
    reply = scene.alice.replies(
        scene.there, scene.pull.number, opinions.comment, "False positive: it is exported."
    )
    await opinions.work_through()
    assert (await opinions.finding()).state == "false_positive"
    assert await opinions.votes() == {"alice": (-1, "reply", True)}
    await scene.post()
    assert reply.reactions == [(scene.stand_in.world.bot.login, "+1")]
    assert len(scene.pull.reviews) == 3  # nothing is said: alice's question, ours, the reply


async def test_who_may_not_write_is_heard_and_settles_nothing(opinions: Opinions) -> None:
    scene = opinions.scene
    scene.there.roles["mallory"] = "read"
    mallory = scene.stand_in.person("mallory")
    mallory.replies(scene.there, scene.pull.number, opinions.comment, "not a bug")
    mallory.resolves(scene.there, opinions.comment)
    await opinions.work_through()
    assert (await opinions.finding()).state == "open"
    assert (await opinions.votes())["mallory"][2] is False
    async with scene.database.system() as connection:
        assert await rule_votes.of_installation(connection, "smell_hunt") == []


async def test_a_thread_that_is_resolved_unchanged_dismisses_and_opened_again_takes_it_back(
    opinions: Opinions,
) -> None:
    scene = opinions.scene
    scene.alice.resolves(scene.there, opinions.comment)
    await opinions.work_through()
    assert (await opinions.finding()).state == "dismissed"
    assert await opinions.votes() == {"alice": (-1, "thread", True)}
    scene.alice.resolves(scene.there, opinions.comment, undo=True)
    await opinions.work_through()
    assert (await opinions.finding()).state == "open"
    assert await opinions.votes() == {"alice": (0, "thread", True)}


@pytest.mark.parametrize(
    ("text", "vote"),
    [(LINES.replace("line 9\n", "9\n"), 1), ("above\n" + LINES.replace("line 9\n", "nine\n"), -1)],
)
async def test_a_thread_that_is_resolved_after_its_lines_changed_was_useful(
    opinions: Opinions, text: str, vote: int
) -> None:
    scene = opinions.scene
    scene.alice.pushes(scene.there, "topic", {"a.py": text}, "Change")
    scene.alice.resolves(scene.there, opinions.comment)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (vote, "thread", True)}


async def test_threads_of_others_are_none_of_our_business(opinions: Opinions) -> None:
    scene = opinions.scene
    scene.alice.replies(scene.there, scene.pull.number, scene.review, "wrong")
    scene.alice.resolves(scene.there, scene.review)
    await opinions.work_through()
    assert await opinions.votes() == {}


async def test_what_was_fixed_before_the_merge_was_useful(opinions: Opinions) -> None:
    scene = opinions.scene
    scene.alice.pushes(scene.there, "topic", {"a.py": LINES.replace("line 9\n", "9\n")}, "Fix it")
    scene.alice.merges(scene.there, scene.pull.number)
    await opinions.work_through()
    assert await opinions.votes() == {"": (1, "merge", True)}
    async with scene.database.system() as connection:
        assert await feedback.acceptance(connection, scene.here.id) == (1, 0)
        (votes,) = await rule_votes.of_installation(connection, "smell_hunt")
    assert (votes.rule, votes.votes, votes.useless) == (RULE, 1, 0)


async def test_what_was_merged_as_it_was_says_nothing(opinions: Opinions) -> None:
    opinions.scene.alice.merges(opinions.scene.there, opinions.scene.pull.number)
    await opinions.work_through()
    assert await opinions.votes() == {}
