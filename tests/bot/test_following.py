"""What happens on GitHub sets Thoughts off, from the signed webhook to what a worker finds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.artifacts import open_artifacts
from core.db import check_results, findings, learning, repositories, thoughts, work
from core.db.findings import Finding
from core.db.insights import Wanted
from core.db.insights import listed as insights_listed
from core.db.repositories import Repository
from core.db.thoughts import Thought
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.bot.conftest import Bot
from tests.checkout import Checkout
from tests.github_stand_in import world
from workers import jobs
from workers.context import Context
from workers.engine import seed
from workers.engine.think import Engine
from workers.retrieve.search import Searcher
from workers.thinking import fetched

CART = "def total(prices):\n    return sum(prices)\n"
TAXED = "def total(prices, tax):\n    return sum(prices) + tax\n"
TILL = "from shop.cart import total\n\n\ndef pay():\n    return total([1])\n"


@dataclass
class Shop:
    """A repository on GitHub that Ponder knows, with a worker that does what is queued."""

    bot: Bot
    context: Context
    checkout: Checkout
    on_github: world.Repository
    artifacts: Path

    async def row(self) -> Repository:
        async with self.bot.database.system() as connection:
            found = await repositories.known(connection, self.on_github.id)
        assert found is not None
        return found

    async def turn_on(self) -> None:
        row = await self.row()
        async with self.bot.database.tenant(row.installation_id) as connection:
            await learning.say(connection, row, {"on": True}, by="ada")

    async def work(self) -> None:
        """Do what is queued of indexing."""
        for kind in ("index", "head", "forget"):
            for queued in await self.bot.queued():
                if queued.kind == kind:
                    await jobs.run_work({"context": self.context}, queued.id)
                    async with self.bot.database.system() as connection:
                        done = await work.get(connection, queued.id)
                    assert done is not None
                    assert done.state == "done", done.error

    async def pull(self, action: str, head: str, base: str, **also: Any) -> str:
        """The reason for doing nothing, '' where something is done."""
        payload = self.bot.stand_in.webhooks.of(self.on_github, "pull_request", action)
        payload["pull_request"]["number"] = 12
        payload["pull_request"]["base"]["sha"] = base
        payload["pull_request"] |= also
        self.checkout.git("update-ref", "refs/pull/12/head", head)
        sent = await self.bot.stand_in.webhooks.send("pull_request", payload)
        return str(json.loads(sent.answer)["reason"])

    async def waiting(self) -> list[Thought]:
        row = await self.row()
        async with self.bot.database.tenant(row.installation_id) as connection:
            return await thoughts.of_repository(connection, row.id, states=["queued"])

    def elsewhere(self) -> Shop:
        """The same on another host, which shares the stores and no disk."""
        folder = self.artifacts / "elsewhere"
        settings = replace(self.context.settings, data_dir=folder)
        return replace(self, context=replace(self.context, settings=settings), artifacts=folder)

    async def think(self, kind: str) -> None:
        row = await self.row()
        context = self.context
        engine = Engine(
            self.bot.database,
            context.searcher,
            None,
            open_artifacts(self.artifacts.as_uri()),
            None,
            context.mirrors,
            self.artifacts / "checkouts",
            fetch=partial(fetched, context),
        )
        async with self.bot.database.tenant(row.installation_id) as connection:
            claimed = await thoughts.claim_of(connection, row.id, [kind])
        assert claimed is not None
        run = await engine.think(claimed)
        assert run is not None
        assert run.status == "done", run.problem

    async def found(self, ref: str = "") -> list[Finding]:
        row = await self.row()
        async with self.bot.database.tenant(row.installation_id) as connection:
            if not ref:
                return await findings.of_repository(connection, row.id)
            return await insights_listed(connection, row.id, Wanted(ref=ref), limit=50)


@asynccontextmanager
async def known_shop(bot: Bot, context: Context, folder: Path) -> AsyncIterator[Shop]:
    checkout = Checkout(folder / "shop")
    for name, text in {"__init__": "", "cart": CART, "till": TILL}.items():
        checkout.write(f"shop/{name}.py", text)
    checkout.commit("begin")
    installation = bot.stand_in.world.installation()
    on_github = bot.stand_in.world.repository(installation)
    on_github.git = checkout.path / ".git"
    await bot.stand_in.webhooks.send("push", bot.stand_in.webhooks.pushed(on_github))
    made = Shop(bot, context, checkout, on_github, folder / "artifacts")
    await made.work()
    yield made


@pytest.fixture
async def shop(
    bot: Bot, github_settings: Settings, queue: Queue, github: GitHub, tmp_path: Path
) -> AsyncIterator[Shop]:
    searcher = Searcher(bot.database, None)
    context = Context(github_settings, bot.database, queue, searcher, None, github)
    async with known_shop(bot, context, tmp_path) as made:
        yield made


def branch(shop: Shop) -> tuple[str, str]:
    """A commit beside the default branch that leaves a caller behind, and what it is based on."""
    base = shop.checkout.git("rev-parse", "HEAD")
    shop.checkout.git("switch", "--quiet", "--create", "tax")
    shop.checkout.write("shop/cart.py", TAXED)
    head = shop.checkout.commit("Tax it")
    shop.checkout.git("switch", "--quiet", "main")
    return head, base


async def test_a_pull_request_is_read_as_it_would_be_merged_and_apart_from_the_branch(
    shop: Shop,
) -> None:
    head, base = branch(shop)
    await shop.turn_on()
    assert await shop.pull("opened", head, base, draft=False) == ""
    await shop.work()
    (queued,) = [each for each in await shop.waiting() if each.kind == "scan_diff"]
    assert (queued.about.before, queued.about.after) == (base, head)
    assert queued.about.title == f"#12 · {base[:9]}..{head[:9]}"

    await shop.think("scan_diff")

    (found,) = await shop.found(ref="refs/pull/12/head")
    assert (found.rule, found.path, found.commit_sha) == (
        "scan-diff/call-misfit",
        "shop/till.py",
        head,
    )
    assert await shop.found() == []
    assert {each.kind for each in await shop.waiting()} == {"smell_hunt"}


async def test_another_host_brings_the_head_of_a_pull_request_and_later_commits(
    shop: Shop,
) -> None:
    head, base = branch(shop)
    await shop.turn_on()
    await shop.pull("opened", head, base, draft=False)
    await shop.work()
    other = shop.elsewhere()
    await other.think("scan_diff")
    (found,) = await shop.found(ref="refs/pull/12/head")
    assert (found.path, found.commit_sha) == ("shop/till.py", head)
    # Its mirror is behind as soon as the first host has indexed what is pushed.
    shop.checkout.write("shop/cart.py", TAXED)
    shop.checkout.commit("Tax all")
    pushed = shop.bot.stand_in.webhooks.pushed(shop.on_github)
    await shop.bot.stand_in.webhooks.send("push", pushed)
    await shop.work()
    row = await shop.row()
    async with shop.bot.database.tenant(row.installation_id) as connection:
        await seed.sow(connection, row, ["map_repo"])
    await other.think("map_repo")


async def test_what_a_pull_request_has_goes_when_it_is_closed(shop: Shop) -> None:
    head, base = branch(shop)
    await shop.turn_on()
    await shop.pull("opened", head, base, draft=False)
    await shop.work()
    await shop.think("scan_diff")
    assert len(await shop.found(ref="refs/pull/12/head")) == 1
    await shop.pull("closed", head, base)
    await shop.work()
    assert await shop.found(ref="refs/pull/12/head") == []
    assert [each for each in await shop.waiting() if each.about.ref] == []


async def test_a_newer_head_takes_the_place_of_the_one_that_waits(shop: Shop) -> None:
    first, base = branch(shop)
    await shop.turn_on()
    await shop.pull("opened", first, base, draft=False)
    await shop.work()
    shop.checkout.git("switch", "--quiet", "tax")
    shop.checkout.write("shop/till.py", TILL.replace("total([1])", "total([1], 2)"))
    second = shop.checkout.commit("Pay it")
    await shop.pull("synchronize", second, base, draft=False)
    await shop.work()
    queued = [each.about.after for each in await shop.waiting() if each.kind == "scan_diff"]
    assert queued == [second]
    await shop.think("scan_diff")
    assert await shop.found(ref="refs/pull/12/head") == []


async def test_what_a_pull_request_would_bring_is_found_again_once_it_is_merged(shop: Shop) -> None:
    head, base = branch(shop)
    await shop.turn_on()
    await shop.pull("opened", head, base, draft=False)
    await shop.work()
    await shop.think("scan_diff")
    (before,) = await shop.found(ref="refs/pull/12/head")
    row = await shop.row()
    async with shop.bot.database.tenant(row.installation_id) as connection:
        await findings.claim(
            connection,
            installation_id=row.installation_id,
            repository_id=row.id,
            run_id=None,
            thought="scan_diff",
            commit=head,
            claims=[
                findings.Claim(
                    *(before.fingerprint, before.rule, "high", "proven"),
                    *(before.path, 5, 5, before.message),
                )
            ],
        )
    assert [each.fingerprint for each in await shop.found()] == [before.fingerprint]
    await shop.pull("closed", head, base)
    await shop.work()
    assert [each.fingerprint for each in await shop.found()] == [before.fingerprint]


async def test_nothing_is_thought_where_nobody_wants_it(shop: Shop) -> None:
    head, base = branch(shop)
    await shop.pull("opened", head, base, draft=False)
    await shop.turn_on()
    await shop.pull("opened", head, base, draft=True)
    assert "head" not in await shop.bot.kinds()
    await shop.pull("ready_for_review", head, base, draft=False)
    assert "head" in await shop.bot.kinds()


async def test_what_fails_at_the_indexed_commit_is_looked_into_at_once(shop: Shop) -> None:
    await shop.turn_on()
    row, commit = await shop.row(), shop.checkout.git("rev-parse", "HEAD")
    webhooks = shop.bot.stand_in.webhooks
    payload = webhooks.of(shop.on_github, "check_run", "completed")
    payload["check_run"] |= {"head_sha": commit, "name": "test (3.12)", "conclusion": "failure"}
    await webhooks.send("check_run", payload)
    (queued,) = await shop.waiting()
    assert (queued.kind, queued.about.kind) == ("verify", "repository")
    assert queued.reason == "continuous integration failed here: check_run test (3.12)"
    async with shop.bot.database.tenant(row.installation_id) as connection:
        assert await check_results.of_repository(connection, row.id) == {commit: True}
    payload["check_run"]["conclusion"] = "success"
    await webhooks.send("check_run", payload)
    async with shop.bot.database.tenant(row.installation_id) as connection:
        assert await check_results.of_repository(connection, row.id) == {commit: False}
        await check_results.forget(connection)
        assert await check_results.of_repository(connection, row.id) == {commit: False}
        await connection.execute("UPDATE check_results SET said_at = now() - interval '181 days'")
        await check_results.forget(connection)
        assert await check_results.of_repository(connection, row.id) == {}


@pytest.mark.parametrize(
    ("event", "action", "change"),
    [
        ("check_suite", "completed", {"check_suite": {"conclusion": "timed_out"}}),
        ("workflow_run", "completed", {"workflow_run": {"conclusion": "failure"}}),
        ("status", None, {"state": "error"}),
    ],
)
async def test_every_way_in_which_github_says_that_something_failed_counts(
    shop: Shop, event: str, action: str | None, change: dict[str, Any]
) -> None:
    payload = shop.bot.stand_in.webhooks.of(shop.on_github, event, action)
    for name, value in change.items():
        payload[name] = payload[name] | value if isinstance(value, dict) else value
    await shop.bot.stand_in.webhooks.send(event, payload)
    row = await shop.row()
    async with shop.bot.database.tenant(row.installation_id) as connection:
        said = await check_results.of_repository(connection, row.id)
    assert list(said.values()) == [True]
    assert await shop.waiting() == []


async def test_a_check_that_was_cancelled_says_nothing(shop: Shop) -> None:
    payload = shop.bot.stand_in.webhooks.of(shop.on_github, "check_run", "completed")
    payload["check_run"]["conclusion"] = "cancelled"
    sent = await shop.bot.stand_in.webhooks.send("check_run", payload)
    assert "says nothing of the code" in sent.answer
