"""POST /chat: whole, streamed, or told where to look; and what is wrong with a question."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient

from core.db import answers, repositories, switches, work
from core.db.connect import Database
from core.db.repositories import Repository
from tests.web import stage
from tests.web.stage import ANSWER, CITED, Worker

STREAM = {"Accept": "text/event-stream"}


async def _events(response: Any) -> list[tuple[str, dict[str, Any]]]:
    """(id, data) of a stream that ends."""
    text = (await asyncio.wait_for(response.read(), 20)).decode()
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    found = []
    for block in blocks:
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines.get("id", ""), json.loads(lines["data"])))
    return found


async def test_an_answer_comes_whole(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked)
    assert response.status == 200
    answer = await response.json()
    assert answer["answer"] == ANSWER
    assert answer["refused"] is False
    assert [(c["path"], c["start_line"], c["end_line"]) for c in answer["citations"]] == list(CITED)
    assert answer["policy_version"] == "fusion-1"
    assert answer["model"] is None


async def test_an_answer_streams_and_ends_with_the_whole(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked, headers=STREAM)
    assert response.content_type == "text/event-stream"
    events = [event for _, event in await _events(response)]
    assert events[0]["type"] == "started"
    assert events[1] == {"type": "status", "text": "Reading letterbox/retry.py"}
    said = "".join(event["text"] for event in events if event["type"] == "text")
    assert said.strip() == ANSWER.strip()
    assert events[-1]["type"] == "done"
    assert events[-1]["answer"] == ANSWER
    assert len(events[-1]["citations"]) == len(CITED)


async def test_a_broken_stream_goes_on_after_the_last_event(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.before_the_end.clear()
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked, headers={"Prefer": "respond-async"})
    assert response.status == 202
    place = response.headers["Location"]
    async with client.get(f"{place}/stream") as broken:
        heard: list[str] = []
        async for line in broken.content:
            if line.startswith(b"id: "):
                heard.append(line.decode()[4:].strip())
            if len(heard) == 10:
                break
    worker.before_the_end.set()
    rest = await _events(await client.get(f"{place}/stream", headers={"Last-Event-ID": heard[-1]}))
    ids = [event_id for event_id, _ in rest if event_id]
    assert not set(ids) & set(heard)
    words = ANSWER.split(" ")
    assert [event["text"].rstrip(" ") for _, event in rest if event["type"] == "text"] == words[9:]
    assert rest[-1][1]["type"] == "done"


async def test_an_answer_is_found_where_redis_says_nothing(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.silent = True
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked)
    assert (await response.json())["answer"] == ANSWER


async def test_a_failed_answer_is_a_problem_that_says_why(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.fails = "The mirror is gone; index the repository again."
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked)
    assert response.status == 503
    assert (await response.json())["detail"] == worker.fails
    events = await _events(await client.post("/chat", json=asked, headers=STREAM))
    assert events[-1][1] == {"type": "error", "message": worker.fails}


async def test_a_follow_up_joins_the_conversation(
    client: TestClient, repository: Repository, database: Database, worker: Worker
) -> None:
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    first = await (await client.post("/chat", json=asked)).json()
    asked = {**asked, "question": "And then?", "conversation_id": first["conversation_id"]}
    second = await (await client.post("/chat", json=asked)).json()
    assert second["conversation_id"] == first["conversation_id"]
    async with database.system() as connection:
        rows = await answers.of_conversation(connection, first["conversation_id"])
    assert [row.question for row in rows] == ["How are deliveries retried?", "And then?"]


async def test_the_worker_is_told_of_a_committed_answer_only(
    client: TestClient, repository: Repository, database: Database
) -> None:
    asked = {"repo_id": repository.id, "question": "Where?", "ref": "topic"}
    response = await client.post("/chat", json=asked, headers={"Prefer": "respond-async"})
    shown = await response.json()
    assert shown["state"] == "pending"
    async with database.system() as connection:
        (row,) = await work.due(connection)
        answer = await answers.get(connection, shown["answer_id"])
    assert (row.kind, row.queue) == ("answer", "interactive")
    assert row.subject == {"answer_id": shown["answer_id"]}
    assert answer
    assert (answer.ref, answer.door) == ("topic", "api")


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({}, ["#/repo_id", "#/question"]),
        ({"repo_id": "1", "question": "?"}, ["#/repo_id"]),
        ({"repo_id": True, "question": "?"}, ["#/repo_id"]),
        ({"repo_id": -1, "question": "?"}, ["#/repo_id"]),
        ({"repo_id": 1, "question": 7}, ["#/question"]),
        ({"repo_id": 1, "question": "  "}, ["#/question"]),
        ({"repo_id": 1, "question": "a\0b"}, ["#/question"]),
        ({"repo_id": 1, "question": "x" * 4001}, ["#/question"]),
        ({"repo_id": 1, "question": "?", "conversation_id": "no"}, ["#/conversation_id"]),
        ({"repo_id": 1, "question": "?", "ref": ["main"]}, ["#/ref"]),
    ],
)
async def test_wrong_fields_are_named_together(
    client: TestClient, fields: dict[str, object], pointers: list[str]
) -> None:
    response = await client.post("/chat", json=fields)
    assert response.status == 422
    assert response.content_type == "application/problem+json"
    problem = await response.json()
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert problem["status"] == 422


async def test_an_unknown_repository_is_not_found(client: TestClient) -> None:
    response = await client.post("/chat", json={"repo_id": 77, "question": "?"})
    assert response.status == 404
    assert "There is no repository 77" in (await response.json())["detail"]


async def test_a_conversation_of_another_repository_is_not_found(
    client: TestClient, repository: Repository, database: Database
) -> None:
    other = await stage.indexed(database, await stage.connect(database, name="other"))
    of_other = await stage.ask_directly(database, other, "?")
    for conversation_id in (str(uuid4()), str(of_other.conversation_id)):
        asked = {"repo_id": repository.id, "question": "?", "conversation_id": conversation_id}
        assert (await client.post("/chat", json=asked)).status == 404


async def test_a_question_may_come_before_the_first_index(
    client: TestClient, database: Database
) -> None:
    fresh = await stage.connect(database)
    asked = {"repo_id": fresh.id, "question": "?"}
    response = await client.post("/chat", json=asked, headers={"Prefer": "respond-async"})
    assert response.status == 202


async def test_a_repository_that_could_not_be_indexed_cannot_be_asked(
    client: TestClient, database: Database
) -> None:
    broken = await stage.connect(database)
    async with database.system() as connection:
        await repositories.set_error(connection, broken.id, "There is no such host.")
    response = await client.post("/chat", json={"repo_id": broken.id, "question": "?"})
    assert response.status == 409
    assert "There is no such host." in (await response.json())["detail"]


async def test_nothing_is_asked_while_the_kill_switch_is_on(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with database.system() as connection:
        await switches.turn(connection, "kill", on=True, by="test")
    response = await client.post("/chat", json={"repo_id": repository.id, "question": "?"})
    assert response.status == 503
    assert "switched off" in (await response.json())["detail"]


async def test_the_page_hears_rendered_drafts_and_the_finished_exchange(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.before_the_end.clear()
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    response = await client.post("/chat", json=asked, headers={"Prefer": "respond-async"})
    stream = await client.get(f"{response.headers['Location']}/stream?view=html")
    kinds: list[str] = []
    async for line in stream.content:
        if line.startswith(b"data: "):
            event = json.loads(line[6:])
            kinds.append(event["type"])
            if event["type"] == "draft":
                assert 'href="' not in event["html"]
                worker.before_the_end.set()
    assert kinds[0] == "status"
    assert "draft" in kinds
    assert event["type"] == "finished"
    answer_id = (await response.json())["answer_id"]
    assert f'"#source-{answer_id}-1"' in event["html"]
