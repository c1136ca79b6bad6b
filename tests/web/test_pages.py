"""What pages say in states that are rare, and that nothing in them is taken for markup."""

from __future__ import annotations

import html
import json
from urllib.parse import quote
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient

from core.db import answers, citations, conversations, repositories
from core.db.citations import Anchor
from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from tests.web import stage
from tests.web.stage import CITED, COMMIT, Worker
from web import stream

EVIL = '<script>alert("x")</script>'


async def _page(client: TestClient, path: str) -> str:
    response = await client.get(path, headers={"Accept": "text/html"})
    assert response.status == 200
    return await response.text()


async def test_cited_lines_that_moved_are_linked_where_they_are_now(
    client: TestClient, repository: Repository, worker: Worker, database: Database
) -> None:
    asked = {"repo_id": repository.id, "question": "How are deliveries retried?"}
    answer = await (await client.post("/chat", json=asked)).json()
    async with database.tenant(0) as connection:
        for number, (path, line) in enumerate((("letterbox/again.py", 40), CITED[1][:2]), 1):
            anchor = Anchor(path, line, line + 2, "b" * 40, None)
            await citations.move(connection, UUID(answer["answer_id"]), number, anchor)
    place = f"/repositories/{repository.id}/conversations/{answer['conversation_id']}"
    text = await _page(client, place)
    assert "Now at" in text
    assert f"/blob/{COMMIT}/letterbox/again.py?lines=40-42" in text
    assert text.count("Now at") == 1
    told = await (await client.get(f"/answers/{answer['answer_id']}")).json()
    now = {"path": "letterbox/again.py", "start_line": 40, "end_line": 42, "commit": COMMIT}
    assert [each["now"] for each in told["citations"]] == [now, None, None, None]


async def test_a_browser_that_asks_for_an_icon_gets_one(client: TestClient) -> None:
    response = await client.get("/favicon.ico")
    assert response.status == 200 and response.content_type == "image/svg+xml"
    assert (await response.text()).startswith("<svg")


async def test_nothing_that_was_stored_becomes_markup(
    client: TestClient, database: Database, worker: Worker
) -> None:
    repository = await stage.indexed(database, await stage.connect(database, name=EVIL))
    worker.text, worker.notice, worker.stale, worker.model = EVIL, EVIL, EVIL, EVIL
    answer = await (
        await client.post("/chat", json={"repo_id": repository.id, "question": EVIL})
    ).json()
    async with database.system() as connection:
        await repositories.set_error(connection, repository.id, EVIL)
    place = f"/repositories/{repository.id}"
    for path in (
        "/",
        place,
        f"{place}/conversations/{answer['conversation_id']}",
        f"/answers/{answer['answer_id']}/why",
    ):
        text = await _page(client, path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize(
    "path", ["a b.py", "a#b?c%d&e.py", "ä/☃.py", "quo\"te's<b>.py", "new\nline.py", "back\\xff.py"]
)
async def test_files_with_odd_names_open(
    client: TestClient, repository: Repository, database: Database, path: str
) -> None:
    async with database.system() as connection:
        await connection.execute("UPDATE files SET path = %s WHERE path = %s", (path, stage.RETRY))
    text = await _page(client, f"/repositories/{repository.id}/blob/{COMMIT}/{quote(path)}")
    assert 'id="L47"' in text
    assert (
        f'aria-label="{html.escape(path).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")}"'
        in text
    )


async def test_a_failed_answer_says_why(
    client: TestClient, repository: Repository, database: Database
) -> None:
    answer = await stage.ask_directly(database, repository, "Where?")
    async with database.system() as connection:
        await answers.fail(connection, answer.id, "The commit is gone; index it again.")
    place = f"/repositories/{repository.id}/conversations/{answer.conversation_id}"
    assert "The commit is gone; index it again." in await _page(client, place)


async def test_an_answer_that_changed_lines_outdate_is_marked(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.stale = "letterbox/retry.py:24-30 changed in 81b2c4e."
    asked = {"repo_id": repository.id, "question": "How?"}
    answer = await (await client.post("/chat", json=asked)).json()
    assert answer["stale"] == worker.stale
    place = f"/repositories/{repository.id}/conversations/{answer['conversation_id']}"
    for path in (place, f"/answers/{answer['answer_id']}/why"):
        text = await _page(client, path)
        assert "May be out of date" in text
        assert worker.stale in text


async def test_lines_of_another_commit_are_not_taken_for_what_was_found(
    client: TestClient, repository: Repository, worker: Worker, database: Database
) -> None:
    asked = {"repo_id": repository.id, "question": "Who touched it last?"}
    answer = await (await client.post("/chat", json=asked)).json()
    why = f"/answers/{answer['answer_id']}/why"
    assert "from the history" not in await _page(client, why)
    earlier = "81b2c4e7" * 5
    async with database.system() as connection:
        await connection.execute("UPDATE citations SET commit_sha = %s", (earlier,))
    found = (await _page(client, why)).partition("What was read from the history")[2]
    history, _, found = found.partition("What was found")
    assert history.count(f"/blob/{earlier}/") == 4
    assert "Cited</span></th>" not in found and "Cited</span><br>" not in found


async def test_a_thread_of_github_is_continued_there(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with database.system() as connection:
        thread = await conversations.start(
            connection, installation_id=0, repository_id=repository.id, thread="7"
        )
    text = await _page(client, f"/repositories/{repository.id}/conversations/{thread.id}")
    assert "This conversation is on GitHub" in text
    assert 'id="ask"' not in text


async def test_a_repository_without_an_index_says_so_instead_of_taking_questions(
    client: TestClient, database: Database
) -> None:
    fresh = await stage.connect(database)
    text = await _page(client, f"/repositories/{fresh.id}")
    assert "is being indexed" in text
    assert "disabled" in text


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/repositories", b"repo=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        ("/repositories", b"repo=/", "multipart/form-data; boundary=x", 415),
        ("/repositories", b"&".join([b"a=b"] * 300), "application/x-www-form-urlencoded", 400),
        ("/repositories", b"\xff", "application/x-www-form-urlencoded", 400),
        ("/repositories", b"repo=", "application/x-www-form-urlencoded", 422),
        ("/repositories/{id}/ask", b"question=+", "application/x-www-form-urlencoded", 422),
        ("/repositories/{id}/ask", b"question=%00", "application/x-www-form-urlencoded", 422),
        ("/repositories/999999999/ask", b"question=a", "application/x-www-form-urlencoded", 404),
    ],
)
async def test_forms_that_no_page_sends_are_refused(
    client: TestClient, repository: Repository, path: str, body: bytes, kind: str, status: int
) -> None:
    path = path.format(id=repository.id)
    response = await client.post(path, data=body, headers={"Content-Type": kind})
    assert response.status == status


async def test_the_page_is_told_when_no_worker_lives(
    client: TestClient,
    repository: Repository,
    database: Database,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "_PULSE_SECONDS", 0.2)
    answer = await stage.ask_directly(database, repository, "Where?")
    async with client.get(f"/answers/{answer.id}/stream?view=html") as response:
        async for line in response.content:
            if line.startswith(b"data: "):
                break
    assert "Waiting for a worker" in json.loads(line[6:])["text"]
