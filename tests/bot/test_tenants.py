"""What becomes of installations and repositories."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.db import installations, intents, repositories
from tests.bot.conftest import Bot
from tests.github_stand_in import world
from tests.github_stand_in.server import StandIn


async def test_an_installation_is_remembered_and_its_repositories_are_asked_for(
    bot: Bot, installation: world.Installation
) -> None:
    sent = await bot.stand_in.webhooks.send(
        "installation", bot.stand_in.webhooks.installed(installation)
    )
    assert sent.status == 202
    async with bot.database.system() as connection:
        row = await installations.get(connection, installation.id)
    assert row is not None
    assert (row.account, row.permissions) == ("octo", installation.permissions)
    assert [(w.kind, w.subject) for w in await bot.queued()] == [
        ("installation", {"installation_id": installation.id})
    ]


async def test_an_installation_that_was_removed_does_not_come_back(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    """The removal overtook the creation, and everything else that happened before it."""
    webhooks = bot.stand_in.webhooks
    await webhooks.send("installation", webhooks.installed(installation, "deleted"))
    late = [
        await webhooks.send("installation", webhooks.installed(installation)),
        await webhooks.send("push", webhooks.pushed(repository)),
        (await webhooks.comment(repository, 1, "/ponder why?"))[1],
    ]
    assert {json.loads(sent.answer)["state"] for sent in late} == {"ignored"}
    assert await bot.queued() == []


async def test_the_removal_of_the_app_purges_its_repositories(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    await webhooks.send("installation", webhooks.installed(installation, "deleted"))
    async with bot.database.system() as connection:
        assert await repositories.by_github_id(connection, repository.id) is None
        left = await installations.get(connection, installation.id)
    assert left is not None
    assert (left.account, left.permissions) == ("", {})  # a number, and no name
    assert await bot.kinds() == ["index", "purge"]


async def test_a_repository_taken_from_the_app_is_purged_and_stays_away(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    removed = webhooks.selected(installation, "removed", [repository])
    await webhooks.send("installation_repositories", removed)
    _, late = await webhooks.comment(repository, 1, "/ponder why?")
    assert "removed" in json.loads(late.answer)["reason"]
    assert await bot.kinds() == ["index", "purge"]


async def test_repositories_given_to_the_app_are_asked_for(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    added = webhooks.selected(installation, "added", [repository])
    sent = await webhooks.send("installation_repositories", added)
    assert (sent.status, await bot.kinds()) == (202, ["installation"])


async def test_a_suspended_installation_is_marked_and_unmarked(
    bot: Bot, installation: world.Installation
) -> None:
    webhooks = bot.stand_in.webhooks
    for action, suspended in (("created", False), ("suspend", True), ("unsuspend", False)):
        await webhooks.send("installation", webhooks.installed(installation, action))
        async with bot.database.system() as connection:
            row = await installations.get(connection, installation.id)
        assert row is not None
        assert (row.suspended_at is not None) is suspended


async def test_new_permissions_that_were_accepted_take_effect_at_once(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    """No worker has to ask GitHub first, and what was refused for the want of them is written."""
    webhooks = bot.stand_in.webhooks

    async def status() -> str:
        await webhooks.comment(repository, 1, "/ponder status")
        said = [each for each in await bot.intents() if each.kind == "comment"]
        return str(max(said, key=lambda each: each.id).content["body"])

    accepted = installation.permissions.copy()
    del installation.permissions["checks"]
    await webhooks.send("installation", webhooks.installed(installation))
    missing = "`checks: write` is missing"
    assert missing in await status()
    async with bot.database.system() as connection:
        for intent in await bot.intents():
            await intents.fail(connection, intent.id, "refused")
    installation.permissions = accepted
    payload = webhooks.installed(installation, "new_permissions_accepted")
    before = await bot.kinds()
    assert (await webhooks.send("installation", payload)).status == 202
    assert (await bot.kinds()).count("post") == before.count("post") + 1, "it is written now"
    async with bot.database.system() as connection:
        row = await installations.get(connection, installation.id)
    assert row is not None
    assert row.permissions == accepted
    assert {intent.state for intent in await bot.intents()} == {"open"}
    assert missing not in await status()


async def test_a_name_follows_the_repository_and_not_the_other_way_round(
    bot: Bot, stand_in: StandIn, installation: world.Installation, repository: world.Repository
) -> None:
    """Renamed, and its old name given to a new repository: both have their own rows."""
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    repository.name = "renamed"
    successor = stand_in.world.repository(installation, "project")
    await webhooks.send("push", webhooks.pushed(successor))
    await webhooks.send("repository", webhooks.of(repository, "repository", "renamed"))
    async with bot.database.system() as connection:
        old = await repositories.by_github_id(connection, repository.id)
        new = await repositories.by_github_id(connection, successor.id)
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == ("octo/renamed", "octo/project")


async def test_a_transferred_repository_leaves_nothing_to_the_new_owner(
    bot: Bot, stand_in: StandIn, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    async with bot.database.system() as connection:
        before = await repositories.by_github_id(connection, repository.id)
    other = stand_in.world.installation("new-owner")
    installation.repositories.remove(repository)
    other.repositories.append(repository)
    repository.owner = other.account
    await webhooks.send("push", webhooks.pushed(repository))
    async with bot.database.system() as connection:
        after = await repositories.by_github_id(connection, repository.id)
    assert before is not None
    assert after is not None
    assert (after.installation_id, after.name) == (other.id, "new-owner/project")
    assert after.id != before.id


@pytest.mark.parametrize(
    ("ref", "changes", "kinds"),
    [
        ("refs/heads/main", {}, ["index"]),
        ("refs/heads/topic", {}, []),
        ("refs/tags/main", {}, []),
        ("refs/heads/main", {"deleted": True}, []),
    ],
)
async def test_a_push_is_indexed_where_it_moves_the_default_branch(
    bot: Bot,
    repository: world.Repository,
    ref: str,
    changes: dict[str, Any],
    kinds: list[str],
) -> None:
    payload = bot.stand_in.webhooks.pushed(repository, ref) | changes
    sent = await bot.stand_in.webhooks.send("push", payload)
    assert (sent.status, await bot.kinds()) == (202, kinds)


async def test_a_burst_of_pushes_is_one_index(bot: Bot, repository: world.Repository) -> None:
    webhooks = bot.stand_in.webhooks
    for _ in range(5):
        await webhooks.send("push", webhooks.pushed(repository))
    assert await bot.kinds() == ["index"]


async def test_what_comes_late_does_not_bring_a_purged_repository_back(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    pushed = webhooks.pushed(repository)
    await webhooks.send("push", pushed)
    removed = webhooks.selected(installation, "removed", [repository])
    await webhooks.send("installation_repositories", removed)
    async with bot.database.system() as connection:
        for row in await repositories.removed(connection):
            await repositories.delete_removed(connection, row.id)
    late = await webhooks.send("push", pushed)
    assert "removed" in json.loads(late.answer)["reason"]
    async with bot.database.system() as connection:
        assert await repositories.known(connection, repository.id) is None


async def test_a_removal_that_overtook_everything_is_remembered(
    bot: Bot, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    removed = webhooks.selected(installation, "removed", [repository])
    await webhooks.send("installation_repositories", removed)
    late = await webhooks.send("push", webhooks.pushed(repository))
    assert "removed" in json.loads(late.answer)["reason"]


async def test_what_comes_late_from_the_old_owner_takes_nothing_from_the_new_one(
    bot: Bot, stand_in: StandIn, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    old = webhooks.pushed(repository)
    await webhooks.send("push", old)
    other = stand_in.world.installation("new-owner")
    stand_in.person("alice").transfers(repository, other)
    await webhooks.settled()
    late = await webhooks.send("push", old)
    assert "removed" in json.loads(late.answer)["reason"]
    async with bot.database.system() as connection:
        row = await repositories.by_github_id(connection, repository.id)
    assert row is not None
    assert (row.installation_id, row.name) == (other.id, "new-owner/project")


async def test_of_two_names_the_older_may_come_last_and_github_is_asked(
    bot: Bot, stand_in: StandIn, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    webhooks.held = True
    for name in ("one", "two"):
        stand_in.person("alice").renames(repository, name)
    await webhooks.release(backwards=True)
    assert "installation" in await bot.kinds()


async def test_an_archived_repository_is_marked_and_unmarked(
    bot: Bot, stand_in: StandIn, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    for undo in (False, True):
        stand_in.person("alice").archives(repository, undo=undo)
        await webhooks.settled()
        async with bot.database.system() as connection:
            row = await repositories.by_github_id(connection, repository.id)
        assert row is not None
        assert row.archived is not undo


async def test_another_name_of_the_account_is_asked_for(
    bot: Bot, stand_in: StandIn, installation: world.Installation, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    stand_in.person("alice").renames_account(installation, "unknown yet")
    await webhooks.settled()
    assert await bot.kinds() == []
    await webhooks.send("push", webhooks.pushed(repository))
    stand_in.person("alice").renames_account(installation, "other")
    await webhooks.settled()
    assert await bot.kinds() == ["index", "installation"]
