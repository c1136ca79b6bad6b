"""Local mode: no login, so names, origins and headers keep strangers out."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from core.db import work
from core.db.connect import Database
from core.db.repositories import Repository
from core.queue import Queue
from core.settings import Settings
from tests.web import stage
from web.app import build
from web.metrics import is_near


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST:{port}", 200),
        ("[::1]:{port}", 200),
        ("127.0.0.1:8000", 200),  # of PONDER_PUBLIC_URL
        ("127.0.0.1:1", 421),
        ("127.0.0.1", 421),
        ("rebound.test:{port}", 421),
        ("localhost.rebound.test:{port}", 421),
        ("", 421),
    ],
)
async def test_only_its_own_names_are_answered_to(
    client: TestClient, host: str, status: int
) -> None:
    name = host.format(port=client.port)
    response = await client.get("/repos/list", headers={"Host": name})
    assert response.status == status


async def test_probes_come_by_whatever_address(client: TestClient) -> None:
    for path in ("/healthz", "/metrics"):
        assert (await client.get(path, headers={"Host": "10.0.0.7:8000"})).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": "http://127.0.0.1:{port}"}, 202),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:{port}"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:{port}"}, 403),
    ],
)
async def test_what_changes_something_comes_from_our_own_pages_or_from_a_program(
    client: TestClient, repository: Repository, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.format(port=client.port) for name, value in headers.items()}
    response = await client.post(f"/index/{repository.id}/initial", headers=sent)
    assert response.status == status


@pytest.mark.parametrize(
    "path", ["/", "/repos/list", "/nowhere", "/static/ponder.css", "/static/../app.py"]
)
async def test_every_response_says_what_browsers_may_do_with_it(
    client: TestClient, path: str
) -> None:
    response = await client.get(path, headers={"Accept": "text/html"})
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_pages_are_not_kept_and_files_with_a_version_are(client: TestClient) -> None:
    page = await client.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    assert "immutable" in (await client.get("/static/code.css?v=1")).headers["Cache-Control"]
    assert (await client.get("/static/code.css")).headers["Cache-Control"] == "no-cache"


async def test_https_is_kept_to(settings: Settings, database: Database, queue: Queue) -> None:
    public = replace(settings, public_url="https://ponder.test")
    app = build(settings=public, database=database, queue=queue, github=None)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/", headers={"Host": "ponder.test"})
        assert response.status == 200
        assert response.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_the_webhook_may_be_large_and_the_api_may_not(client: TestClient) -> None:
    assert client.app
    assert client.app._client_max_size > 25 * 1024 * 1024


async def test_open_streams_end_within_seconds_when_the_server_stops(
    settings: Settings, database: Database, queue: Queue
) -> None:
    repository = await stage.indexed(database, await stage.connect(database))
    answer = await stage.ask_directly(database, repository, "Where?")
    app = build(settings=settings, database=database, queue=queue, github=None)
    async with TestClient(TestServer(app)) as client:
        streams = [
            await client.get(f"/answers/{answer.id}/stream{view}") for view in ("", "?view=html")
        ]
        asked = {"repo_id": repository.id, "question": "Where?"}
        waiting = asyncio.create_task(client.post("/chat", json=asked))
        assert await streams[0].content.readline() == b"event: started\n"
        while not await _queued(database):
            await asyncio.sleep(0.01)
        started = time.monotonic()
        await client.server.close()
        for stream in streams:
            await stream.read()
        assert (await waiting).status == 503
        assert time.monotonic() - started < 5


async def _queued(database: Database) -> bool:
    async with database.system() as connection:
        return bool(await work.due(connection))


async def test_errors_are_pages_for_people(client: TestClient) -> None:
    response = await client.get("/repositories/99", headers={"Accept": "text/html"})
    assert response.status == 404
    assert response.content_type == "text/html"
    assert "There is no repository 99" in await response.text()


async def test_a_bug_is_logged_and_told_politely(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("core.db.repositories.listed", broken)
    response = await client.get("/repos/list")
    assert response.status == 500
    assert response.content_type == "application/problem+json"
    assert "secret" not in await response.text()


async def test_nobody_logs_in_locally(client: TestClient) -> None:
    for path in ("/login", "/login/github", "/login/callback?code=1&state=2"):
        assert (await client.get(path, allow_redirects=False)).status == 404


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
async def test_figures_are_not_for_the_world_behind_a_proxy(
    client: TestClient, header: str
) -> None:
    assert (await client.get("/metrics")).status == 200
    response = await client.get("/metrics", headers={header: "203.0.113.9"})
    assert (response.status, response.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("172.18.0.5", True),
        ("::ffff:192.168.0.4", True),
        ("fe80::1%eth0", True),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("nonsense", False),
    ],
)
def test_who_is_near_is_told_by_the_address(address: str, near: bool) -> None:
    request = make_mocked_request("GET", "/metrics").clone(remote=address)
    assert is_near(request) is near
