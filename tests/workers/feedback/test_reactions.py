"""👍 and 👎 are looked for, since GitHub tells of none; and looking costs next to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.db import answers, feedback, shown
from tests.workers.feedback.conftest import OPINED, PRINT, RULE, Opinions
from workers.feedback import reactions
from workers.feedback.votes import votes
from workers.reports.comment import reply_to

LONG_AGO = datetime.now(UTC) - timedelta(days=1)


async def test_votes_on_a_finding_and_on_an_answer_are_heard_with_what_was_shown(
    opinions: Opinions,
) -> None:
    answer, comment = await opinions.answer()
    opinions.scene.there.roles["bob"] = "read"
    opinions.scene.stand_in.person("bob").reacts(opinions.comment, "-1")
    opinions.scene.alice.reacts(comment, "+1")
    assert await opinions.look() == 2
    async with opinions.scene.database.system() as connection:
        found = await feedback.examples(connection, opinions.scene.here.id, since=LONG_AGO)
    of_finding = next(each for each in found if each.fingerprint)
    assert (of_finding.fingerprint, of_finding.rule, of_finding.vote) == (PRINT, RULE, -1)
    assert of_finding.shown["path"] == "a.py"
    assert (of_finding.shown["evidence"], of_finding.propensity) == ("proven", 1)
    of_answer = next(each for each in found if each.answer_id)
    assert (of_answer.answer_id, of_answer.vote, of_answer.source) == (answer.id, 1, "reaction")
    assert (of_answer.policy_version, of_answer.propensity) == ("p3", 0.25)
    assert of_answer.shown["commit"] == "a" * 40
    assert (of_answer.may_write, of_finding.may_write) == (True, False)


async def test_a_reaction_that_is_taken_back_is_no_vote(opinions: Opinions) -> None:
    opinions.scene.alice.reacts(opinions.comment, "+1")
    await opinions.look()
    opinions.comment.reactions.clear()
    await opinions.look()
    assert await opinions.votes() == {"alice": (0, "reaction", True)}
    opinions.scene.alice.reacts(opinions.comment, "-1")
    await opinions.look()
    assert await opinions.votes() == {"alice": (-1, "reaction", True)}


async def test_a_vote_is_on_the_answer_that_the_comment_shows_now(opinions: Opinions) -> None:
    first, comment = await opinions.answer()
    await opinions.look()
    second = await opinions.scene.answer(OPINED, str(opinions.scene.pull.number))
    target = {"number": opinions.scene.pull.number, "pull": True, "said_as": str(first.id)}
    async with opinions.scene.database.tenant(first.installation_id) as connection:
        await connection.execute(
            "UPDATE answers SET target = %s, text = 'Elsewhere.' WHERE id = %s",
            (answers.Jsonb(target), second.id),
        )
        found = await answers.get(connection, second.id)
        assert found is not None
        await reply_to(connection, opinions.context.settings, found)
    await opinions.scene.post()
    assert comment.body.startswith("Elsewhere.")
    opinions.scene.alice.reacts(comment, "-1")
    await opinions.look()
    async with opinions.scene.database.system() as connection:
        assert await feedback.of_answer(connection, first.id, "alice") is None
        assert await feedback.of_answer(connection, second.id, "alice") is not None


async def test_reactions_that_did_not_change_cost_nothing(opinions: Opinions) -> None:
    opinions.scene.alice.reacts(opinions.comment, "+1")
    await opinions.look()
    left = opinions.scene.installation.requests_left
    for _ in range(3):
        assert await opinions.look() == 0
    assert opinions.scene.installation.requests_left == left
    assert await opinions.votes() == {"alice": (1, "reaction", True)}


async def test_all_reactions_are_read_however_many_and_a_new_one_is_seen(
    opinions: Opinions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reactions, "PER_PAGE", 10)
    monkeypatch.setattr(reactions, "MOST_ASKED", 5)
    opinions.comment.reactions += [(f"person-{n}", "+1") for n in range(11)]
    opinions.scene.there.roles["person-10"] = "write"
    assert [await opinions.look() for _ in range(4)] == [5, 5, 1, 0]
    left = opinions.scene.installation.requests_left
    assert await opinions.look() == 0
    assert opinions.scene.installation.requests_left == left
    opinions.scene.alice.reacts(opinions.comment, "-1")
    assert await opinions.look() == 1
    assert (await opinions.votes())["alice"] == (-1, "reaction", True)
    assert (await opinions.votes())["person-9"] == (1, "reaction", False)
    assert (await opinions.votes())["person-10"] == (1, "reaction", True)


async def test_a_comment_is_looked_at_less_often_the_older_it_is(opinions: Opinions) -> None:
    await opinions.look()
    waits = []
    for days in (0, 1, 5):
        async with opinions.scene.database.system() as connection:
            await connection.execute(
                "UPDATE shown SET shown_at = now() - %s * interval '1 day', next_at = now()",
                (days,),
            )
            (due,) = await shown.due(connection, opinions.scene.here.installation_id, 10)
            await shown.looked(connection, due.id, "")
            cursor = await connection.execute(
                "SELECT extract(epoch FROM next_at - now()) FROM shown"
            )
            waits.append(int((await cursor.fetchall())[0][0]))
    assert waits[0] == shown.SOONEST_SECONDS < waits[1] <= waits[2] == shown.LATEST_SECONDS


async def test_a_comment_that_somebody_deleted_is_looked_at_no_more(opinions: Opinions) -> None:
    await opinions.look()
    opinions.scene.pull.reviews.remove(opinions.comment)
    await opinions.look()
    async with opinions.scene.database.system() as connection:
        assert await shown.due(connection, opinions.scene.here.installation_id, 10) == []


async def test_a_limit_of_github_ends_the_run_and_nothing_is_lost(opinions: Opinions) -> None:
    opinions.scene.alice.reacts(opinions.comment, "+1")
    opinions.scene.stand_in.fail("GET", "/reactions", status=502)
    async with opinions.scene.database.system() as connection:
        (row,) = await shown.lookers(connection)
    assert row.kind == "reactions"
    await opinions.work_again()
    assert await opinions.votes() == {"alice": (1, "reaction", True)}


def reaction(login: str, content: str, kind: str = "User") -> dict[str, object]:
    person = {"login": login, "id": len(login), "type": kind}
    return {"user": person, "content": content, "created_at": "2026-11-22T20:00:00Z"}


def test_each_person_has_one_vote_and_bots_and_the_departed_have_none() -> None:
    found = votes(
        [
            reaction("alice", "+1"),
            reaction("alice", "eyes"),
            reaction("bob", "+1"),
            reaction("bob", "-1"),
            reaction("renovate[bot]", "+1", "Bot"),
            {"user": None, "content": "+1", "created_at": ""},
        ]
    )
    assert {login: voice.vote for login, voice in found.items()} == {"alice": 1, "bob": -1}
