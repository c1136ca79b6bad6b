"""Whatever an App or a person does is told to the App, as GitHub describes it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.github_stand_in.conftest import Place
from tests.github_stand_in.webhooks import Webhooks

REVIEW = {"event": "COMMENT", "body": "so", "comments": [{"path": "a.py", "body": "x", "line": 5}]}


@pytest.fixture
async def webhooks(place: Place) -> AsyncIterator[Webhooks]:
    """Where each arrives, and is answered; what is not as described fails the test."""

    async def take(request: web.Request) -> web.Response:
        return web.Response(status=202)

    app = web.Application(client_max_size=1 << 25)
    app.router.add_post("/", take)
    async with TestServer(app) as server:
        place.stand_in.webhooks.target = str(server.make_url("/"))
        yield place.stand_in.webhooks
        await place.stand_in.webhooks.settled()


async def told(webhooks: Webhooks) -> list[str]:
    await webhooks.settled()
    return sorted(
        ".".join(filter(None, (sent.event, sent.payload.get("action"))))
        for sent in webhooks.deliveries
    )


async def test_what_people_do_with_a_pull_request(place: Place, webhooks: Webhooks) -> None:
    alice, there = place.alice, place.there
    alice.pushes(there, "topic", {"c.py": "c\n"})
    alice.labels(there, 1, "ponder")
    alice.unlabels(there, 1, "ponder")
    root = alice.remarks(there, 1, "look", path="a.py", line=5)
    alice.replies(there, 1, root, "and?")
    alice.resolves(there, root)
    alice.resolves(there, root, undo=True)
    alice.edits(there, 1, "other words")
    alice.readies(there, 1)
    alice.pushes(there, "develop", {"d.py": "d\n"})
    alice.retargets(there, 1, "develop")
    alice.closes(there, 1)
    alice.reopens(there, 1)
    alice.merges(there, 1)
    assert await told(webhooks) == sorted(
        [
            *("push", "pull_request.synchronize", "pull_request.labeled", "pull_request.unlabeled"),
            *("pull_request_review_comment.created",) * 2,
            *("pull_request_review_thread.resolved", "pull_request_review_thread.unresolved"),
            *("pull_request.edited", "pull_request.ready_for_review", "push"),
            *("pull_request.edited", "pull_request.closed", "pull_request.reopened"),
            *("pull_request.closed", "push"),
        ]
    )


async def test_what_people_do_with_an_issue(place: Place, webhooks: Webhooks) -> None:
    alice, there = place.alice, place.there
    number = alice.opens_issue(there, "help").number
    comment = alice.says(there, number, "please")
    alice.rewrites(there, comment, "please!")
    place.stand_in.person("bob").deletes(there, comment)
    alice.labels(there, number, "bug")
    alice.closes(there, number)
    assert await told(webhooks) == [
        "issue_comment.created",
        "issue_comment.deleted",
        "issue_comment.edited",
        "issues.closed",
        "issues.labeled",
        "issues.opened",
    ]
    senders = {
        sent.payload["action"]: sent.payload["sender"]["login"] for sent in webhooks.deliveries
    }
    assert senders["deleted"] == "bob"


async def test_what_people_do_with_the_repository(place: Place, webhooks: Webhooks) -> None:
    alice, there = place.alice, place.there
    alice.renames(there, "other")
    alice.archives(there)
    alice.archives(there, undo=True)
    alice.hides(there)
    alice.hides(there, undo=True)
    alice.transfers(there, place.stand_in.world.installation("new-owner"))
    alice.removes(there)
    alice.suspends(place.installation)
    alice.suspends(place.installation, undo=True)
    alice.uninstalls(place.installation)
    assert await told(webhooks) == sorted(
        [
            *(f"installation.{what}" for what in ("deleted", "suspend", "unsuspend")),
            *(f"repository.{what}" for what in ("renamed", "transferred", "deleted")),
            *(f"repository.{what}" for what in ("archived", "unarchived", "privatized")),
            "repository.publicized",
        ]
    )


async def test_what_the_app_writes_comes_back_to_it(place: Place, webhooks: Webhooks) -> None:
    sha = place.there.bare.resolve("topic")
    made = await place.says("POST", "{r}/issues/1/comments", {"body": "hello"})
    await place.says("PATCH", f"{{r}}/issues/comments/{made['id']}", {"body": "hello!"})
    await place.says("POST", "{r}/pulls/1/reviews", REVIEW)
    button = {"label": "Go", "description": "go", "identifier": "go"}
    run = {"name": "ponder", "head_sha": sha, "conclusion": "neutral", "actions": [button]}
    (await place.says("POST", "{r}/check-runs", run))
    (known,) = place.there.check_runs.values()
    place.alice.presses(place.there, known, "go")
    place.alice.reruns(place.there, known)
    place.alice.reruns_all(place.there, known.head_sha)
    assert await told(webhooks) == [
        "check_run.completed",
        "check_run.created",
        "check_run.requested_action",
        "check_run.rerequested",
        "check_suite.rerequested",
        "issue_comment.created",
        "issue_comment.edited",
        "pull_request_review.submitted",
        "pull_request_review_comment.created",
    ]
    by_bot = [s for s in webhooks.deliveries if s.payload["sender"]["login"] == "ponder-test[bot]"]
    assert len(by_bot) == 6


async def test_what_could_not_be_handed_over_is_listed_and_delivered_again(
    place: Place, webhooks: Webhooks
) -> None:
    webhooks.down = True
    place.alice.says(place.there, 1, "hello")
    await webhooks.settled()
    place.token = place.stand_in.jwt()
    (lost,) = await place.says("GET", "/app/hook/deliveries?status=failure")
    webhooks.down = False
    await place.says("POST", f"/app/hook/deliveries/{lost['id']}/attempts")
    await webhooks.settled()
    rows = await place.says("GET", "/app/hook/deliveries")
    assert [(row["guid"], row["redelivery"], row["status_code"]) for row in rows] == [
        (lost["guid"], True, 202),
        (lost["guid"], False, 0),
    ]


async def test_what_is_held_arrives_in_any_order(place: Place, webhooks: Webhooks) -> None:
    webhooks.held = True
    for body in ("one", "two"):
        place.alice.says(place.there, 1, body)
    sent = await webhooks.release(backwards=True)
    assert [delivery.payload["comment"]["body"] for delivery in sent] == ["two", "one"]
