"""A mention leads to a reaction at once and to one reply; a bot's comment leads to nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import replies
from core.db import answers, conversations, repo_configs, repositories
from core.db.answers import Answer
from tests.bot.conftest import Bot
from tests.github_stand_in import world
from tests.github_stand_in.webhooks import Delivery


def reason(sent: Delivery) -> str:
    assert sent.status == 202
    return str(json.loads(sent.answer)["reason"])


async def asked(bot: Bot) -> list[Answer]:
    """The answers that wait for a worker, in the order of their questions."""
    async with bot.database.system() as connection:
        ids = [row.subject["answer_id"] for row in await bot.queued() if row.kind == "answer"]
        found = [await answers.get(connection, answer_id) for answer_id in ids]
    return [answer for answer in found if answer]


async def test_a_mention_in_an_issue_is_seen_and_asked(
    bot: Bot, repository: world.Repository
) -> None:
    comment, _ = await bot.stand_in.webhooks.comment(repository, 7, "@ponder-test where is it?")

    assert await bot.kinds() == ["answer", "index", "post"]
    (answer,) = await asked(bot)
    assert (answer.door, answer.question, answer.ref) == ("github", "where is it?", "")
    assert answer.target["comment_id"] == comment.id
    (reaction,) = await bot.intents()
    assert (reaction.kind, reaction.content) == ("reaction", {"content": "eyes"})


async def test_a_question_in_a_pull_request_is_about_its_head(
    bot: Bot, repository: world.Repository
) -> None:
    await bot.stand_in.webhooks.comment(repository, 8, "/ponder where?", is_pull=True)
    (answer,) = await asked(bot)
    assert answer.ref == "refs/pull/8/head"


async def test_a_review_thread_is_a_conversation_of_its_own(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    root, _ = await webhooks.review(repository, 9, "I wonder", path="src/a b.py")
    await webhooks.review(repository, 9, "/ponder is this safe?", in_reply_to=root.id)
    await webhooks.review(repository, 9, "/ponder and that?", in_reply_to=root.id)
    await webhooks.comment(repository, 9, "/ponder something else?", is_pull=True)

    first, second, other = await asked(bot)

    assert first.question.startswith("is this safe?\n\n(About `src/app.py`")
    assert first.target["root_id"] == root.id
    assert first.conversation_id == second.conversation_id != other.conversation_id
    async with bot.database.system() as connection:
        conversation = await conversations.get(connection, first.conversation_id)
    assert conversation is not None
    assert conversation.thread == f"9/{root.id}"


@pytest.mark.parametrize("author", ["ponder-test[bot]", "dependabot[bot]", "github-actions[bot]"])
async def test_ponder_does_not_answer_itself_or_other_bots(
    bot: Bot, repository: world.Repository, author: str
) -> None:
    _, sent = await bot.stand_in.webhooks.comment(repository, 1, "@ponder-test why?", author=author)
    assert "bots" in reason(sent)
    assert await bot.kinds() == []


async def test_an_edited_question_is_asked_anew_for_the_same_reply(
    bot: Bot, repository: world.Repository
) -> None:
    alice = bot.stand_in.person("alice")
    comment = alice.says(repository, 1, "@ponder-test where is it?\n\n/ponder help")
    await bot.stand_in.webhooks.settled()
    for text in ("@ponder-test where was it?", "@ponder-test where was it?\n\n/ponder status"):
        alice.rewrites(repository, comment, text)
        await bot.stand_in.webhooks.settled()

    first, second = await asked(bot)
    assert (first.question, second.question) == ("where is it?", "where was it?")
    assert first.target["withdrawn"]
    assert second.target["said_as"] == str(first.id)
    (said,) = [i.content["body"] for i in await bot.intents() if i.kind == "comment"]
    assert "Nothing is indexed yet" in said


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"changes": {}}, "was not edited"),
        ({"old": True}, "edited when it was old"),
    ],
)
async def test_an_edit_that_is_late_or_of_something_else_asks_nothing(
    bot: Bot, repository: world.Repository, change: dict[str, Any], why: str
) -> None:
    webhooks = bot.stand_in.webhooks
    comment, _ = await webhooks.comment(repository, 1, "hello")
    comment.body = "/ponder why?"
    if change.pop("old", False):
        comment.created_at, comment.updated_at = "2026-01-01T10:00:00Z", "2026-01-01T12:00:00Z"
    base = webhooks.commented(repository, repository.thread(1), "issues", comment)
    example = webhooks.of(repository, "issue_comment", "edited")
    payload = example | {k: base[k] for k in ("comment", "issue", "sender")} | change
    assert why in reason(await webhooks.send("issue_comment", payload))


async def test_who_edits_another_s_comment_asks_nothing(
    bot: Bot, repository: world.Repository
) -> None:
    alice, mallory = bot.stand_in.person("alice"), bot.stand_in.person("mallory")
    comment = alice.says(repository, 1, "hello")
    await bot.stand_in.webhooks.settled()
    mallory.rewrites(repository, comment, "/ponder pause")
    await bot.stand_in.webhooks.settled()
    assert "edited by somebody else" in str(bot.stand_in.webhooks.deliveries[-1].answer)
    assert await bot.kinds() == []


async def test_what_a_deleted_comment_asked_for_is_not_done(
    bot: Bot, repository: world.Repository
) -> None:
    alice = bot.stand_in.person("alice")
    comment = alice.says(repository, 1, "/ponder pause\n/ponder where?\n/ponder help")
    await bot.stand_in.webhooks.settled()
    assert set(await bot.kinds()) == {"answer", "command", "index", "post"}
    alice.deletes(repository, comment)
    await bot.stand_in.webhooks.settled()
    (answer,) = await asked(bot)
    assert answer.target["withdrawn"]
    assert answer.state == "failed"
    assert "command" not in await bot.kinds()
    assert await bot.intents() == []


async def test_a_deleted_comment_that_asked_nothing_is_ignored(
    bot: Bot, repository: world.Repository
) -> None:
    alice = bot.stand_in.person("alice")
    comment = alice.says(repository, 1, "/ponder help")
    await bot.stand_in.webhooks.settled()
    async with bot.database.system() as connection:
        await connection.execute("UPDATE intents SET state = 'done', written = 1")
    alice.deletes(repository, comment)
    await bot.stand_in.webhooks.settled()
    assert "nothing is left to do" in str(bot.stand_in.webhooks.deliveries[-1].answer)
    assert len(await bot.intents()) == 2


async def test_config_prints_every_setting_and_where_it_comes_from(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.comment(repository, 1, "/ponder help")
    async with bot.database.system() as connection:
        row = await repositories.by_github_id(connection, repository.id)
        assert row is not None
        content = b"review: {max_inline: 1, block: ['a|b`c']}\nlearning: {on: maybe}\n"
        await repo_configs.keep(connection, row, commit="c", content=content)
    await webhooks.comment(repository, 1, "/ponder config")
    body = (await bot.intents())[-1].content["body"]
    assert "| `review.max_inline` | `1` | `.github/ponder.yml` |" in body
    assert "| `review.block` | `a b c` | `.github/ponder.yml` |" in body
    assert "| `review.rounds` | `10` | default |" in body
    assert "| `learning.on` | `off` | default |" in body
    assert "line 2: `'learning.on' in .github/ponder.yml must be true or false.`" in body


async def test_a_question_that_comes_a_week_late_is_answered(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    comment, _ = await webhooks.comment(repository, 1, "hello")
    comment.body = "/ponder why?"
    comment.created_at = f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%dT%H:%M:%SZ}"
    payload = webhooks.commented(repository, repository.thread(1), "issues", comment)
    sent = await webhooks.send("issue_comment", payload)
    assert json.loads(sent.answer)["state"] == "done"


async def test_a_comment_is_heard_once_through_whichever_delivery(
    bot: Bot, repository: world.Repository
) -> None:
    _, first = await bot.stand_in.webhooks.comment(repository, 1, "/ponder where?")
    again = await bot.stand_in.webhooks.send("issue_comment", first.payload)
    assert "heard before" in reason(again)
    assert await bot.kinds() == ["answer", "index", "post"]


async def test_several_commands_get_one_reply_and_questions_their_own(
    bot: Bot, repository: world.Repository
) -> None:
    body = "/ponder help\n/ponder status\n/ponder where is it?"
    await bot.stand_in.webhooks.comment(repository, 1, body)
    reaction, reply = await bot.intents()
    assert reaction.kind == "reaction"
    body = reply.content["body"]
    assert "| `ask` |" in body
    assert "`@ponder-test`" in body
    assert "\n---\n\n- Nothing is indexed yet" in body
    assert len(await asked(bot)) == 1


async def test_status_says_what_is_indexed_and_what_is_missing(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    installation.permissions["issues"] = "read"
    webhooks = bot.stand_in.webhooks
    await webhooks.send("installation", webhooks.installed(installation))
    await webhooks.comment(repository, 1, "/ponder status")
    _, status = await bot.intents()
    assert "Nothing is indexed yet" in status.content["body"]
    assert "`issues: write` is missing" in status.content["body"]


async def test_why_shows_the_last_answer_of_the_thread(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.comment(repository, 1, "/ponder where is it?")
    (answer,) = await asked(bot)
    await webhooks.comment(repository, 1, "/ponder why")
    async with bot.database.system() as connection:
        finished = answers.Finished(
            None, "", "here", False, "", "", "", 1.0, "", 0, 0, 0.0, 0, 0, 0.0
        )
        await answers.finish(connection, answer.id, finished)
    await webhooks.comment(repository, 1, "/ponder why")
    await webhooks.comment(repository, 2, "/ponder why")
    said = [i.content["body"] for i in await bot.intents() if i.kind == "comment"]
    assert [f"/answers/{answer.id}/why" in body for body in said] == [False, True, False]


async def test_a_person_who_asks_too_much_is_told_once(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    for number in range(replies.QUESTIONS_PER_HOUR):
        await webhooks.comment(repository, 1, f"/ponder question {number}?")
    told, silent = [await webhooks.comment(repository, 1, "/ponder more?") for _ in range(2)]
    _, other = await webhooks.comment(repository, 1, "/ponder me too?", author="bob")
    _, helped = await webhooks.comment(repository, 1, "/ponder help")

    assert json.loads(told[1].answer)["state"] == "done"
    assert "limit" in reason(silent[1])
    assert [json.loads(sent.answer)["state"] for sent in (other, helped)] == ["done", "done"]
    bodies = [intent.content.get("body") for intent in await bot.intents()]
    assert bodies.count(replies.limited()) == 1
    assert len(await asked(bot)) == replies.QUESTIONS_PER_HOUR + 1
