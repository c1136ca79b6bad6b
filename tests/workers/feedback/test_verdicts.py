"""What is said in a thread of ours, and whether it is resolved, says what somebody makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.db import feedback, rule_votes
from core.db.feedback import Voice
from core.db.findings import Claim
from core.db.shown import Shown
from core.repo_config import Review
from tests.workers.feedback.conftest import RULE, Opinions
from tests.workers.reports.writing.conftest import LINES
from workers.review.pull import Pull
from workers.review.speak import Voice as Speaker


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


async def test_a_verdict_that_is_edited_away_or_deleted_is_taken_back(opinions: Opinions) -> None:
    scene = opinions.scene
    reply = scene.alice.replies(scene.there, scene.pull.number, opinions.comment, "not a bug")
    await opinions.work_through()
    scene.alice.rewrites(scene.there, reply, "won't fix")
    await opinions.work_through()
    assert (await opinions.finding()).state == "dismissed"
    scene.alice.rewrites(scene.there, reply, "Let me think about it.")
    await opinions.work_through()
    assert (await opinions.finding()).state == "open"
    assert await opinions.votes() == {"alice": (0, "reply", True)}
    scene.alice.rewrites(scene.there, reply, "won't fix")
    await opinions.work_through()
    scene.alice.deletes(scene.there, reply)
    await opinions.work_through()
    assert (await opinions.finding()).state == "open"


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
    scene.there.roles |= {"bob": "write", "mallory": "read"}
    scene.stand_in.person("mallory").resolves(scene.there, opinions.comment, undo=True)
    await opinions.work_through()
    assert (await opinions.finding()).state == "dismissed"
    scene.stand_in.person("bob").resolves(scene.there, opinions.comment, undo=True)
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


async def test_who_agreed_and_then_resolves_the_thread_unchanged_may_mend_it_later(
    opinions: Opinions,
) -> None:
    scene = opinions.scene
    said = "Good catch, I'll do it in a follow-up."
    scene.alice.replies(scene.there, scene.pull.number, opinions.comment, said)
    await opinions.work_through()
    scene.alice.resolves(scene.there, opinions.comment)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (1, "reply", True)}
    assert (await opinions.finding()).state == "open"


async def test_a_thread_that_is_resolved_before_what_mends_it_is_pushed_was_useful(
    opinions: Opinions,
) -> None:
    scene = opinions.scene
    scene.alice.resolves(scene.there, opinions.comment)
    await opinions.work_through()
    scene.alice.pushes(scene.there, "topic", {"a.py": LINES.replace("line 9\n", "9\n")}, "Fix it")
    scene.alice.merges(scene.there, scene.pull.number)
    await opinions.work_through()
    assert await opinions.votes() == {"alice": (0, "thread", True), "": (1, "merge", True)}


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


async def test_a_rule_that_people_find_useless_is_neither_said_nor_found_any_more(
    opinions: Opinions,
) -> None:
    scene = opinions.scene
    claims = [Claim(f"{n:016x}", RULE, "high", "proven", "a.py", 9, 9, "unused") for n in range(5)]
    async with scene.database.system() as connection:
        for each in claims:
            comment = _shown(opinions, each.fingerprint)
            voice = Voice("alice", 1, -1, "reply", may_write=True)
            await feedback.hear(connection, comment, voice)
        (votes,) = await rule_votes.of_installation(connection, "smell_hunt")
        assert (votes.useless, votes.standing) == (5, "off")
        pull = Pull(99, "a" * 40, "b" * 40, "topic", False, False, True, "alice", False)
        speaking = Speaker(connection, scene.here, pull, Review(), {})
        await speaking.remember(claims)
        assert await speaking.open_findings() == []


def _shown(opinions: Opinions, fingerprint: str) -> Shown:
    here = opinions.scene.here
    return Shown(
        *(0, here.installation_id, here.id, "pulls", 1, 1, 1, None, fingerprint),
        *({"rule": RULE}, datetime.now(UTC), ""),
    )


async def test_what_was_merged_as_it_was_says_nothing(opinions: Opinions) -> None:
    opinions.scene.alice.merges(opinions.scene.there, opinions.scene.pull.number)
    await opinions.work_through()
    assert await opinions.votes() == {}
