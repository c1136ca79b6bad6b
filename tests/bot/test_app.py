"""The door: what is let in, what is stored, and what is answered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import uuid
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application
from arq.connections import ArqRedis

from bot.app import PATH, add_routes
from bot.decision import Decision
from bot.events import EVENTS
from bot.payload import Payload
from core.db.connect import Database
from core.github import GitHub
from core.queue import Queue, queue_name
from core.settings import Settings
from tests.bot.conftest import Bot, Client
from tests.github_stand_in import world
from tests.github_stand_in.server import StandIn

PING = json.dumps({"zen": "Keep it logically awesome.", "hook_id": 1}).encode()


async def knock(bot: Bot, body: bytes = PING, event: str = "ping", **headers: Any) -> Any:
    """Status and answer. A header that is None is left out."""
    signed = bot.stand_in.webhooks.headers(event, body)
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {k: v for k, v in {**signed, **changed}.items() if v is not None}
    async with bot.client.post(PATH, data=io.BytesIO(body), headers=sent) as response:
        return response.status, await response.json(content_type=None)


async def test_a_signed_delivery_is_stored_and_accepted(bot: Bot) -> None:
    guid = str(uuid.uuid4())
    assert await knock(bot, X_GitHub_Delivery=guid) == (
        202,
        {"state": "ignored", "reason": "a ping, answered"},
    )
    row = await bot.stored(guid)
    assert row is not None
    assert (row.event, row.state) == ("ping", "ignored")


@pytest.mark.parametrize(
    ("headers", "status", "says"),
    [
        ({"X_Hub_Signature_256": None}, 401, "X-Hub-Signature-256 is missing"),
        ({"X_Hub_Signature_256": "sha256=" + "0" * 64}, 401, "GITHUB_WEBHOOK_SECRET"),
        ({"X_Hub_Signature_256": "sha256=ünïcödé"}, 401, "GITHUB_WEBHOOK_SECRET"),
        ({"X_Hub_Signature_256": "sha1=" + "0" * 40}, 401, "GITHUB_WEBHOOK_SECRET"),
        ({"X_GitHub_Event": None}, 400, "X-GitHub-Event"),
        ({"X_GitHub_Event": "../etc"}, 400, "X-GitHub-Event"),
        ({"X_GitHub_Delivery": None}, 400, "X-GitHub-Delivery"),
        ({"X_GitHub_Delivery": " "}, 400, "X-GitHub-Delivery"),
        ({"Content_Type": "application/json; charset=klingon"}, 400, "UTF-8"),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
        ({"Content_Type": "applicätion/json"}, 415, "application/json"),
    ],
)
async def test_a_bad_header_gets_one_clear_sentence(
    bot: Bot, headers: dict[str, str | None], status: int, says: str
) -> None:
    got, problem = await knock(bot, PING, "ping", **headers)
    assert got == status
    assert problem["status"] == status
    assert says in problem["detail"]


async def test_a_sha1_signature_alone_is_refused(bot: Bot) -> None:
    secret = bot.stand_in.webhooks.secret.encode()
    old = "sha1=" + hmac.new(secret, PING, hashlib.sha1).hexdigest()
    status, _ = await knock(bot, X_Hub_Signature_256=None, X_Hub_Signature=old)
    assert status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"a": NaN}',
        b"[" * 100_000,
    ],
    ids=range(8),
)
async def test_a_body_that_is_no_object_is_refused(bot: Bot, body: bytes) -> None:
    status, problem = await knock(bot, body)
    assert status == 400
    assert problem["detail"].startswith("The body is")


@pytest.mark.parametrize("number", [b"1e999", b"9" * 5000], ids=["exponent", "digits"])
async def test_a_number_beyond_all_numbers_breaks_nothing(bot: Bot, number: bytes) -> None:
    """Not even where what came is stored because it was not understood."""
    taken, _ = await knock(bot, b'{"a": ' + number + b"}")
    status, problem = await knock(bot, b'{"a": ' + number + b', "installation": {}}', "push")
    assert (taken in (202, 400), status) == (True, 400)
    assert "Stored" in problem["detail"] or "JSON" in problem["detail"]


async def test_a_payload_above_the_limit_is_refused(bot: Bot) -> None:
    status, problem = await knock(bot, b"x" * (26 * 1024 * 1024 + 1))
    assert status == 413
    assert "26 MiB" in problem["detail"]
    assert problem["title"] == "Request Entity Too Large"


async def test_a_payload_above_the_limit_of_unknown_length_is_refused(bot: Bot) -> None:
    async def pieces() -> Any:
        for _ in range(27):
            yield b"x" * 1024 * 1024

    headers = bot.stand_in.webhooks.headers("ping", b"")
    async with bot.client.post(PATH, data=pieces(), headers=headers) as response:
        assert response.status == 413


async def test_a_payload_as_large_as_github_sends_is_taken(bot: Bot) -> None:
    body = json.dumps({"zen": "z" * 25 * 1024 * 1024}).encode()
    status, _ = await knock(bot, body)
    assert status == 202


async def test_what_postgres_cannot_store_is_stored_without_it(bot: Bot) -> None:
    guid = str(uuid.uuid4())
    body = rb'{"zen": "a\u0000b\ud800c\ud83d\ude00", "\u0000": 1}'
    status, _ = await knock(bot, body, "check_run", X_GitHub_Delivery=guid)
    assert status == 400
    row = await bot.stored(guid)
    assert row is not None
    assert row.payload["zen"] == "a\ufffdb\ufffdc😀"


async def test_of_what_nothing_follows_from_nothing_is_kept_but_that_it_came(bot: Bot) -> None:
    guid = str(uuid.uuid4())
    status, _ = await knock(bot, b'{"zen": "a"}', X_GitHub_Delivery=guid)
    assert status == 202
    row = await bot.stored(guid)
    assert row is not None
    assert (row.state, row.payload) == ("ignored", {})


async def test_an_unknown_event_is_kept_with_the_reason(bot: Bot) -> None:
    guid = str(uuid.uuid4())
    status, _ = await knock(bot, b'{"action": "created"}', "star", X_GitHub_Delivery=guid)
    assert status == 202
    row = await bot.stored(guid)
    assert row is not None
    assert (row.state, row.action, row.reason) == (
        "ignored",
        "created",
        "nothing is done about star yet",
    )


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"ping"}))
async def test_a_payload_that_lacks_everything_is_stored_as_failed(bot: Bot, event: str) -> None:
    guid = str(uuid.uuid4())
    status, problem = await knock(bot, b'{"installation": {}}', event, X_GitHub_Delivery=guid)
    row = await bot.stored(guid)
    assert row is not None
    assert status == 400
    assert row.state == "failed"
    assert problem["detail"] == row.reason


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"installation_repositories"}))
async def test_an_event_without_an_installation_is_ignored(
    bot: Bot, repository: world.Repository, event: str
) -> None:
    if event in {"ping", "installation", "installation_target", "github_app_authorization"}:
        return
    actions = {"push": None, "status": None, "repository": "renamed", "pull_request": "closed"}
    actions |= dict.fromkeys(("check_run", "check_suite", "workflow_run"), "completed")
    actions |= {"issues": "edited", "pull_request_review_thread": "resolved"}
    actions |= {"pull_request_review": "submitted"}
    payload = bot.stand_in.webhooks.of(repository, event, actions.get(event, "created"))
    del payload["installation"]
    sent = await bot.stand_in.webhooks.send(event, payload)
    assert (sent.status, json.loads(sent.answer)["reason"]) == (
        202,
        "the event belongs to no installation",
    )


@pytest.mark.parametrize("name", ["repository", "sender"])
async def test_an_event_that_says_to_be_nobodys_is_ignored(
    bot: Bot, repository: world.Repository, name: str
) -> None:
    payload = bot.stand_in.webhooks.of(repository, "pull_request", "labeled") | {name: None}
    status, told = await knock(bot, json.dumps(payload).encode(), "pull_request")
    assert (status, told["reason"]) == (202, f"the event names no {name}")


async def test_what_is_gone_on_github_is_forgotten(bot: Bot, repository: world.Repository) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("push", webhooks.pushed(repository))
    gone = webhooks.pushed(repository, "refs/heads/topic") | {"deleted": True}
    await webhooks.send("push", gone)
    closed = webhooks.of(repository, "pull_request", "closed")
    await webhooks.send("pull_request", closed)
    number = closed["pull_request"]["number"]
    forgotten = [row.subject["ref"] for row in await bot.queued() if row.kind == "forget"]
    assert sorted(forgotten) == ["refs/heads/topic", f"refs/pull/{number}/head"]


async def test_of_a_repository_that_nobody_knows_nothing_is_forgotten(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    closed = webhooks.of(repository, "pull_request", "closed")
    sent = await webhooks.send("pull_request", closed)
    assert "nothing of this repository is indexed" in sent.answer
    assert await bot.kinds() == []


async def test_a_pull_request_that_comes_before_its_installation_is_reviewed(
    bot: Bot, repository: world.Repository
) -> None:
    webhooks = bot.stand_in.webhooks
    await webhooks.send("pull_request", webhooks.of(repository, "pull_request", "opened"))
    assert {"index", "review"} <= set(await bot.kinds())


async def test_a_duplicate_does_nothing_twice(bot: Bot, repository: world.Repository) -> None:
    webhooks = bot.stand_in.webhooks
    guid = str(uuid.uuid4())
    payload = webhooks.pushed(repository)
    answers = [await webhooks.send("push", payload, guid) for _ in range(3)]
    assert [json.loads(sent.answer)["state"] for sent in answers] == [
        "done",
        "duplicate",
        "duplicate",
    ]
    assert await bot.kinds() == ["index"]


async def test_duplicates_at_the_same_moment_do_nothing_twice(
    bot: Bot, repository: world.Repository
) -> None:
    bot.stand_in.world.slug = "ponder-test"
    webhooks = bot.stand_in.webhooks
    made, _ = await webhooks.comment(repository, 1, "nothing for anybody")
    made.body = "/ponder where is the parser?"
    payload = webhooks.commented(repository, repository.thread(1), "issues", made)
    guid = str(uuid.uuid4())
    sent = await asyncio.gather(*(webhooks.send("issue_comment", payload, guid) for _ in range(6)))
    assert {delivery.status for delivery in sent} == {202}
    assert await bot.kinds() == ["answer", "index", "post"]


async def test_a_delivery_that_met_a_bug_is_stored_and_processed_when_it_comes_again(
    bot: Bot, repository: world.Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(payload: Payload, slug: str) -> Decision:
        raise RuntimeError("a bug")

    guid = str(uuid.uuid4())
    payload = bot.stand_in.webhooks.pushed(repository)
    with monkeypatch.context() as patch:
        patch.setitem(EVENTS, "push", broken)
        sent = await bot.stand_in.webhooks.send("push", payload, guid)
    assert sent.status == 500
    row = await bot.stored(guid)
    assert row is not None
    assert row.state == "failed"
    assert (await bot.stand_in.webhooks.send("push", payload, guid)).status == 202
    assert await bot.kinds() == ["index"]


async def test_workers_are_woken_after_the_commit(
    bot: Bot, queue: Queue, repository: world.Repository
) -> None:
    await bot.stand_in.webhooks.comment(repository, 1, "/ponder why?")
    async with asyncio.timeout(30):
        while await queue.redis.zcard(queue_name("interactive")) < 2:
            await asyncio.sleep(0.01)
        while await queue.redis.zcard(queue_name("indexing")) < 1:
            await asyncio.sleep(0.01)


async def test_without_credentials_the_door_says_which_are_missing(
    settings: Settings, database: Database, queue: Queue
) -> None:
    app = Application()
    add_routes(app, settings=settings, database=database, queue=queue, github=None)
    async with TestClient(TestServer(app)) as client:
        anonymous: Client = client
        async with anonymous.post(PATH, data=b"{}") as response:
            problem = await response.json(content_type=None)
    assert response.status == 503
    assert "GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET" in problem["detail"]


async def test_the_door_works_without_redis(
    github_settings: Settings,
    database: Database,
    github: GitHub,
    stand_in: StandIn,
    repository: world.Repository,
) -> None:
    """Redis is away: the rows are there, and the sweeper finds them."""

    lost = Queue(ArqRedis(host="127.0.0.1", port=1))
    app = Application()
    add_routes(app, settings=github_settings, database=database, queue=lost, github=github)
    async with TestClient(TestServer(app)) as client:
        stand_in.webhooks.target = str(client.make_url(PATH))
        sent = await stand_in.webhooks.send("push", stand_in.webhooks.pushed(repository))
    assert sent.status == 202
