"""What is said above comments, in the text of an issue, a pull request or a review, is heard."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.conftest import Bot
from tests.bot.test_conversation import asked, reason
from tests.github_stand_in import world
from tests.github_stand_in.people import Person
from tests.github_stand_in.threads import Thread


@pytest.fixture
def alice(bot: Bot) -> Person:
    return bot.stand_in.person("alice")


def pull_request(repository: world.Repository, author: Person, body: str) -> Thread:
    thread = repository.thread(9, is_pull=True)
    thread.body, thread.author = body, author.account
    return thread


async def last(bot: Bot) -> dict[str, str]:
    await bot.stand_in.webhooks.settled()
    answer: dict[str, str] = json.loads(bot.stand_in.webhooks.deliveries[-1].answer)
    return answer


async def test_a_new_issue_may_ask(bot: Bot, repository: world.Repository, alice: Person) -> None:
    issue = alice.opens_issue(repository, "Broken", "It breaks.\n\n@ponder-test where is it?")
    assert (await last(bot))["state"] == "done"
    (answer,) = await asked(bot)
    assert answer.question.endswith("where is it?")
    assert (answer.target["kind"], answer.target["comment_id"]) == ("issue", issue.id)
    (reaction,) = await bot.intents()
    assert (reaction.kind, reaction.target["number"]) == ("reaction", issue.number)


async def test_a_new_pull_request_may_ask_and_is_reviewed_all_the_same(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    thread = pull_request(repository, alice, "/ponder explain\n/ponder tests")
    webhooks.happened(repository, "pull_request", thread, "opened", alice.account)
    assert (await last(bot))["state"] == "done"
    assert {"answer", "command", "configuration", "review"} <= set(await bot.kinds())
    (answer,) = await asked(bot)
    assert answer.ref == "refs/pull/9/head"


async def test_a_pull_request_in_a_repository_that_is_not_known_may_ask(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    thread = pull_request(repository, alice, "/ponder help")
    bot.stand_in.webhooks.happened(repository, "pull_request", thread, "opened", alice.account)
    assert (await last(bot))["state"] == "done"
    assert "index" in await bot.kinds()


async def test_the_text_of_a_review_may_ask_and_has_its_reply_on_the_page(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    pull_request(repository, alice, "")
    review = alice.reviews(repository, 9, "Looks good.\n\n/ponder help")
    assert (await last(bot))["state"] == "done"
    reaction, reply = await bot.intents()
    assert reaction.target["node_id"] == review.node_id
    assert (reply.kind, reply.target["number"]) == ("comment", 9)


@pytest.mark.parametrize(
    "body",
    ["", "Fixes it.", "```\n@ponder-test review\n```", "> @ponder-test review", "`/ponder fix`"],
)
async def test_a_text_that_does_not_speak_to_ponder_leads_to_nothing(
    bot: Bot, repository: world.Repository, alice: Person, body: str
) -> None:
    alice.opens_issue(repository, "Broken", body)
    assert "does not speak to Ponder" in (await last(bot))["reason"]
    pull_request(repository, alice, body)
    alice.reviews(repository, 9, body)
    assert "does not speak to Ponder" in (await last(bot))["reason"]
    assert await bot.kinds() == []


async def test_a_text_that_is_edited_soon_asks_what_it_says_then(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    issue = alice.opens_issue(repository, "Broken", "@ponder-test where is it?")
    await last(bot)
    alice.edits(repository, issue.number, "@ponder-test where was it?")
    await last(bot)
    first, second = await asked(bot)
    assert first.target["withdrawn"]
    assert second.target["said_as"] == str(first.id)
    assert second.question == "where was it?"
    thread = pull_request(repository, alice, "")
    alice.edits(repository, thread.number, "/ponder help")
    assert (await last(bot))["state"] == "done"
    assert sorted(i.kind for i in await bot.intents()) == ["comment", "reaction", "reaction"]


async def test_who_edits_another_s_text_or_an_old_one_asks_nothing(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    issue = alice.opens_issue(repository, "Broken", "It breaks.")
    await last(bot)
    bot.stand_in.person("mallory").edits(repository, issue.number, "/ponder pause")
    assert "edited by somebody else" in (await last(bot))["reason"]
    issue.created_at = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    alice.edits(repository, issue.number, "/ponder pause")
    assert "edited when it was old" in (await last(bot))["reason"]
    assert await bot.kinds() == []


async def test_an_issue_that_is_moved_or_made_here_of_another_s_words_asks_nothing(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    webhooks = bot.stand_in.webhooks
    issue = repository.thread(7)
    issue.body, issue.author = "/ponder where is it?", alice.account
    payload = webhooks.of_issue(repository, issue, "opened", webhooks.account("bob"))
    assert "by somebody else" in reason(await webhooks.send("issues", payload))
    moved = {"old_issue": payload["issue"], "old_repository": payload["repository"]}
    payload |= {"changes": moved}
    assert "was moved here" in reason(await webhooks.send("issues", payload))


@pytest.mark.parametrize("author", ["dependabot[bot]", "ponder-test[bot]"])
async def test_bots_ask_nothing_in_what_they_open(
    bot: Bot, repository: world.Repository, author: str
) -> None:
    robot = Person(bot.stand_in.world, bot.stand_in.webhooks, bot.stand_in.webhooks.account(author))
    robot.opens_issue(repository, "Bump", "@ponder-test pause")
    assert (await last(bot))["state"] == "ignored"
    pull_request(repository, robot, "@ponder-test pause")
    robot.reviews(repository, 9, "@ponder-test pause")
    assert "bots" in (await last(bot))["reason"]
    assert await bot.kinds() == []


async def test_an_issue_of_ours_is_known_as_ours_whatever_it_says(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    issue = repository.thread(7)
    issue.body, issue.author = "- [ ] <!-- tick:fix:0123 --> one", bot.stand_in.world.bot
    alice.edits(repository, 7, "- [x] <!-- tick:fix:0123 --> one")
    assert "not the dashboard" in (await last(bot))["reason"]


async def test_what_a_deleted_issue_asked_for_is_not_done(
    bot: Bot, repository: world.Repository, alice: Person
) -> None:
    issue = alice.opens_issue(repository, "Broken", "/ponder pause\n/ponder help")
    await last(bot)
    webhooks = bot.stand_in.webhooks
    webhooks.happened(repository, "issues", issue, "deleted", alice.account)
    assert (await last(bot))["state"] == "done"
    assert await bot.intents() == []
    assert "command" not in await bot.kinds()
