"""The HTTP API but for /chat: repositories, index, feedback, provenance, health, and bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient

from core.db import repositories, work
from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from tests.web import stage
from tests.web.stage import CITED, COMMIT, Worker

BEFORE, AFTER = "a" * 40, "b" * 40
NOBODYS = "5c0f2c1e-7a53-4b0e-9d6c-1f2a3b4c5d6e"


async def _answered(client: TestClient, repository: Repository) -> dict[str, Any]:
    response = await client.post("/chat", json={"repo_id": repository.id, "question": "How?"})
    answer: dict[str, Any] = await response.json()
    return answer


async def _queued(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    async with database.system() as connection:
        return [(row.kind, row.queue, row.subject) for row in await work.due(connection)]


async def test_repositories_are_listed_with_the_state_of_their_index(
    client: TestClient, repository: Repository, database: Database
) -> None:
    waiting = await stage.connect(database, name="almanac")
    busy = await stage.connect(database, name="harbour")
    async with database.system() as connection:
        await repositories.set_progress(
            connection, busy.id, {"stage": "parse", "done": 4, "total": 9}
        )
        await repositories.set_error(connection, waiting.id, "It is empty; commit something.")
    response = await client.get("/repos/list")
    failed, indexing, ready = (await response.json())["repositories"]
    assert (failed["state"], failed["error"]) == ("failed", "It is empty; commit something.")
    assert indexing["progress"] == {"stage": "parse", "done": 4, "total": 9}
    assert (ready["state"], ready["commit"], ready["files"]) == ("ready", COMMIT, 2)
    status = await client.get("/index/status", params={"repo_id": ready["repo_id"]})
    assert await status.json() == ready


async def test_connecting_a_folder_queues_its_index_once(
    client: TestClient, database: Database, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deeper").mkdir()
    first = await client.post("/repos/connect", json={"repo": str(tmp_path)})
    second = await client.post("/repos/connect", json={"repo": f"{tmp_path}/deeper/"})
    assert first.status == second.status == 202
    connected = await first.json()
    assert connected == await second.json()
    assert connected["state"] == "waiting"
    assert await _queued(database) == [
        ("index", "indexing", {"repository_id": connected["repo_id"]})
    ]


@pytest.mark.parametrize(
    ("repo", "name", "source"),
    [
        ("octo/project", "octo/project", "https://github.com/octo/project.git"),
        ("https://git.test/a/b.git", "a/b", "https://git.test/a/b.git"),
        ("git@git.test:a/b.git", "a/b", "git@git.test:a/b.git"),
    ],
)
async def test_connecting_takes_addresses_too(
    client: TestClient, database: Database, repo: str, name: str, source: str
) -> None:
    response = await client.post("/repos/connect", json={"repo": repo})
    connected = await response.json()
    assert connected["name"] == name
    async with database.system() as connection:
        row = await repositories.get(connection, connected["repo_id"])
    assert row
    assert row.source == source


@pytest.mark.parametrize(
    ("repo", "said"),
    [
        ("/nowhere/at/all", "There is no folder"),
        ("/", "is not a git repository"),
        ("", "must not be empty"),
        ("ext::sh -c touch% /tmp/x", "does not fetch over"),
        ("--upload-pack=x", "cannot start with"),
        ("ftp://host/a/b", "does not fetch over"),
        ("https://me:secret@host/a/b", "Leave the password out"),
        ("https://", "names no host"),
        (["a"], "must be a string"),
        (None, "is missing"),
    ],
)
async def test_a_repository_that_cannot_be_is_refused(
    client: TestClient, database: Database, repo: object, said: str
) -> None:
    response = await client.post("/repos/connect", json={"repo": repo})
    assert response.status == 422
    assert response.content_type == "application/problem+json"
    assert said in (await response.json())["detail"]
    assert await _queued(database) == []


async def test_an_index_is_brought_up_to_date_on_request(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with database.system() as connection:
        await repositories.set_error(connection, repository.id, "The disk was full.")
    response = await client.post(f"/index/{repository.id}/initial")
    assert response.status == 202
    assert (await response.json())["repo_id"] == repository.id
    assert await _queued(database) == [("index", "indexing", {"repository_id": repository.id})]
    status = await client.get("/index/status", params={"repo_id": repository.id})
    assert (await status.json())["error"] is None


async def test_a_diff_indexes_its_commit(
    client: TestClient, repository: Repository, database: Database
) -> None:
    response = await client.post(
        f"/index/{repository.id}/diff", json={"before": BEFORE, "after": AFTER}
    )
    assert response.status == 202
    only_after = {"repository_id": repository.id, "ref": AFTER}
    assert await _queued(database) == [("index", "indexing", only_after)]


async def test_a_diff_from_the_commit_that_answers_moves_the_default_branch(
    client: TestClient, repository: Repository, database: Database
) -> None:
    await client.post(f"/index/{repository.id}/diff", json={"before": COMMIT, "after": AFTER})
    subjects = [subject for _, _, subject in await _queued(database)]
    assert subjects == [
        {"repository_id": repository.id, "ref": AFTER},
        {"repository_id": repository.id},
    ]


@pytest.mark.parametrize(
    "fields",
    [{}, {"before": AFTER}, {"before": "main", "after": AFTER}, {"before": 1, "after": AFTER}],
)
async def test_a_diff_needs_two_commits(
    client: TestClient, repository: Repository, fields: dict[str, object]
) -> None:
    response = await client.post(f"/index/{repository.id}/diff", json=fields)
    assert response.status == 422
    assert (await response.json())["errors"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/index/99/initial", 404),
        ("POST", "/index/one/initial", 404),
        ("POST", f"/index/{'9' * 30}/initial", 404),
        ("GET", "/index/status", 422),
        ("GET", "/index/status?repo_id=one", 422),
        ("GET", "/index/status?repo_id=99", 404),
        ("GET", "/answers/no-uuid", 404),
        ("GET", f"/answers/{NOBODYS}", 404),
        ("GET", f"/answers/{NOBODYS}/why", 404),
        ("GET", f"/answers/{NOBODYS}/stream", 404),
        ("GET", "/repos/nothing", 404),
        ("GET", "/chat", 405),
        ("PUT", "/feedback", 405),
        ("DELETE", "/repos/list", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = await client.request(method, path)
    assert response.status == status
    assert response.content_type == "application/problem+json"
    problem = await response.json()
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    if status == 405:
        assert response.headers["Allow"] in problem["detail"]


@pytest.mark.parametrize("path", ["/chat", "/feedback", "/repos/connect"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", None, 415),
        (b"{'a': 1}", "application/json", 400),
        (b"", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"question": "' + b"x" * 70_000 + b'"}', "application/json", 413),
        (b"{}", "application/json", 422),
    ],
)
async def test_a_body_that_cannot_be_read_is_told_why(
    client: TestClient, path: str, body: bytes, content_type: str | None, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await client.post(path, data=body, headers=headers)
    assert response.status == status
    assert (await response.json())["detail"]


async def test_feedback_is_kept_and_the_latest_word_counts(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    answer = await _answered(client, repository)
    place = {"path": "a.py", "start_line": 3, "end_line": 9}
    given = {"answer_id": answer["answer_id"], "vote": "down", "correct_citations": [place]}
    first = await client.post("/feedback", json={**given, "note": "Wrong file."})
    said = {**given, "vote": -1, "note": "Wrong file."}
    assert await first.json() == said
    second = await client.post("/feedback", json={"answer_id": answer["answer_id"], "vote": 1})
    assert (await second.json())["vote"] == 1
    why = await client.get(f"/answers/{answer['answer_id']}/why")
    assert (await why.json())["feedback"] == {"vote": 1, "note": ""}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"vote": 2}, "#/vote"),
        ({"vote": True}, "#/vote"),
        ({"vote": "great"}, "#/vote"),
        ({"vote": 1, "note": "x" * 2001}, "#/note"),
        ({"vote": 1, "correct_citations": {}}, "#/correct_citations"),
        ({"vote": 1, "correct_citations": [3]}, "#/correct_citations/0/path"),
        (
            {"vote": 1, "correct_citations": [{"path": "a", "start_line": 3, "end_line": 2}]},
            "#/correct_citations/0/end_line",
        ),
    ],
)
async def test_feedback_that_makes_no_sense_is_refused(
    client: TestClient, fields: dict[str, object], pointer: str
) -> None:
    response = await client.post("/feedback", json={"answer_id": str(uuid4()), **fields})
    assert response.status == 422
    assert (await response.json())["errors"][0]["pointer"] == pointer


async def test_feedback_on_an_unknown_answer_is_not_found(client: TestClient) -> None:
    response = await client.post("/feedback", json={"answer_id": str(uuid4()), "vote": 1})
    assert response.status == 404


async def test_why_shows_what_the_answer_was_made_from(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    worker.model = "qwen3-coder"
    answer = await _answered(client, repository)
    response = await client.get(f"/answers/{answer['answer_id']}/why")
    why = await response.json()
    assert response.headers["Vary"] == "Accept"
    assert why["model"] == "qwen3-coder"
    assert why["prompt_hash"]
    assert (why["checks_passed"], why["checks_failed"]) == (len(CITED), 0)
    assert [row["rank"] for row in why["retrieved"]] == [1, 2, 3, 4, 5]
    assert set(why["retrieved"][0]["features"]) == {"lexical", "symbol", "path", "semantic"}
    page = await client.get(
        f"/answers/{answer['answer_id']}/why", headers={"Accept": "text/html,*/*"}
    )
    assert page.content_type == "text/html"
    assert "Policy.wait" in await page.text()


async def test_an_answer_is_shown_to_programs_and_leads_people_to_its_page(
    client: TestClient, repository: Repository, worker: Worker
) -> None:
    answer = await _answered(client, repository)
    place = f"/answers/{answer['answer_id']}"
    assert await (await client.get(place)).json() == answer
    led = await client.get(place, headers={"Accept": "text/html"}, allow_redirects=False)
    assert led.status == 303
    assert led.headers["Location"].endswith(f"#answer-{answer['answer_id']}")


async def test_the_process_is_healthy_before_it_is_ready(client: TestClient, queue: Queue) -> None:
    assert (await client.get("/healthz")).status == 200
    response = await client.get("/readyz")
    assert response.status == 503
    problem = await response.json()
    assert problem["checks"] == {
        "database": True,
        "redis": True,
        "interactive worker": False,
        "indexing worker": False,
        "background worker": False,
    }
    await stage.announce_workers(queue, "interactive", "indexing")
    assert "background worker" in (await (await client.get("/readyz")).json())["detail"]


async def test_it_is_ready_as_soon_as_workers_run_whatever_the_state_of_any_index(
    client: TestClient, queue: Queue, database: Database
) -> None:
    await stage.connect(database)
    await stage.announce_workers(queue)
    response = await client.get("/readyz")
    assert response.status == 200
    assert (await response.json())["status"] == "ready"


async def test_metrics_name_routes_and_never_what_was_asked(
    client: TestClient, repository: Repository, queue: Queue
) -> None:
    await stage.announce_workers(queue, "indexing")
    await client.get("/index/status", params={"repo_id": repository.id})
    await client.request("BREW", "/secret-path")
    text = await (await client.get("/metrics")).text()
    assert 'ponder_http_requests_total{method="GET",route="/index/status",status="200"} 1.0' in text
    assert 'ponder_worker_up{queue="indexing"} 1.0' in text
    assert 'ponder_worker_up{queue="interactive"} 0.0' in text
    assert "secret-path" not in text
    assert "BREW" not in text
