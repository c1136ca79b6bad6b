"""Login with GitHub, and what a person may then see and do, against the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer, unused_port
from yarl import URL

from core.db import installations
from core.db.connect import Database
from core.db.repositories import Repository
from core.github import open_github
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github_settings, stand_in
from tests.github_stand_in.server import StandIn
from tests.web import stage
from web.app import build
from web.limits import QUESTIONS_A_MINUTE

__all__ = ["github_settings", "stand_in"]
PAGE = {"Accept": "text/html"}


@dataclass
class Site:
    """Two repositories of one installation; ada may read the first, its owner sees both."""

    client: TestClient
    database: Database
    stand_in: StandIn
    seen: Repository
    unseen: Repository
    installation: world.Installation

    async def log_in(self, login: str = "ada", back: str = "/repos/list") -> ClientResponse:
        self.stand_in.visitor = self.stand_in.world.account(login)
        return await self.client.get("/login/github", params={"next": back})

    async def sql(self, statement: str) -> list[Any]:
        async with self.database.system() as connection:
            cursor = await connection.execute(statement)
            return await cursor.fetchall() if cursor.description else []


@pytest.fixture
async def site(
    github_settings: Settings, database: Database, queue: Queue, stand_in: StandIn
) -> AsyncIterator[Site]:
    installation = stand_in.world.installation("octo")
    async with database.system() as connection:
        await installations.meet(
            connection, installation_id=installation.id, account="octo", account_type="User"
        )
    ours = []
    for name in ("project", "secret"):
        theirs = stand_in.world.repository(installation, name, private=True)
        made = await stage.connect(
            database, name=f"octo/{name}", installation_id=installation.id, github_id=theirs.id
        )
        ours.append(await stage.indexed(database, made))
    installation.repositories[0].roles["ada"] = "read"
    port = unused_port()
    settings = replace(github_settings, public_url=f"http://127.0.0.1:{port}")
    async with open_github(settings) as github:
        app = build(settings=settings, database=database, queue=queue, github=github)
        async with TestClient(TestServer(app, port=port)) as client:
            yield Site(client, database, stand_in, ours[0], ours[1], installation)


async def _names(response: ClientResponse) -> list[str]:
    assert response.status == 200, await response.text()
    return [each["name"] for each in (await response.json())["repositories"]]


async def test_without_a_login_programs_get_a_problem_and_people_the_login_page(
    site: Site,
) -> None:
    response = await site.client.get("/repos/list")
    assert response.status == 401
    assert response.content_type == "application/problem+json"
    led = await site.client.get("/repositories/1?a=b&c=d", headers=PAGE, allow_redirects=False)
    assert URL(led.headers["Location"]) == URL("/login").with_query(next="/repositories/1?a=b&c=d")
    page = await site.client.get("/", headers=PAGE)
    assert "Log in with GitHub" in await page.text()
    for path in ("/healthz", "/openapi.json", "/metrics", "/static/ponder.css", "/favicon.ico"):
        assert (await site.client.get(path)).status == 200


async def test_a_person_sees_what_github_lets_them_see(site: Site) -> None:
    assert await _names(await site.log_in("ada")) == ["octo/project"]
    site.client.session.cookie_jar.clear()
    assert await _names(await site.log_in("octo")) == ["octo/project", "octo/secret"]
    site.client.session.cookie_jar.clear()
    assert await _names(await site.log_in("eve")) == []


async def test_what_must_not_be_seen_is_as_if_it_were_not_there(
    site: Site, database: Database
) -> None:
    local = await stage.indexed(database, await stage.connect(database))
    answer = await stage.ask_directly(database, site.unseen, "Where?")
    await site.log_in("ada")
    for hidden in (site.unseen, local):
        asked = {"repo_id": hidden.id, "question": "?"}
        assert (await site.client.post("/chat", json=asked)).status == 404
        for path in (
            f"/repositories/{hidden.id}",
            f"/repositories/{hidden.id}/blob/{stage.COMMIT}/{stage.RETRY}",
            f"/index/status?repo_id={hidden.id}",
        ):
            assert (await site.client.get(path)).status == 404
    for path in ("", "/why", "/stream"):
        assert (await site.client.get(f"/answers/{answer.id}{path}")).status == 404
    vote = {"answer_id": str(answer.id), "vote": 1}
    assert (await site.client.post("/feedback", json=vote)).status == 404


async def test_neither_cookie_nor_tokens_are_stored_as_they_are(site: Site) -> None:
    await site.log_in("ada")
    (cookie,) = [c for c in site.client.session.cookie_jar if c.key == "ponder-session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    ((id_hash,),) = await site.sql("SELECT id_hash FROM sessions")
    assert cookie.value.encode() not in bytes(id_hash)
    ((token,),) = await site.sql("SELECT token FROM users")
    assert b"ghu_" not in bytes(token)
    assert b"ghr_" not in bytes(token)


async def test_a_token_sealed_for_one_person_opens_for_no_other(site: Site) -> None:
    await site.log_in("ada")
    site.client.session.cookie_jar.clear()
    await site.log_in("octo")
    await site.sql(
        "UPDATE users SET links_checked_at = NULL, token = "
        "(SELECT token FROM users WHERE login = 'ada') WHERE login = 'octo'"
    )
    assert (await site.client.get("/repos/list")).status == 401


async def test_access_that_github_takes_back_ends_within_five_minutes(site: Site) -> None:
    await site.log_in("ada")
    site.installation.repositories[0].roles.clear()
    asked = len(site.stand_in.asked("GET", "^/user/installations$"))
    assert await _names(await site.client.get("/repos/list")) == ["octo/project"]
    assert len(site.stand_in.asked("GET", "^/user/installations$")) == asked
    await site.sql("UPDATE users SET links_checked_at = now() - interval '301 seconds'")
    assert await _names(await site.client.get("/repos/list")) == []


async def test_a_refresh_token_is_spent_once_by_requests_at_the_same_time(site: Site) -> None:
    await site.log_in("ada")
    await site.sql(
        "UPDATE users SET links_checked_at = NULL, token_expires_at = now() + interval '1 minute'"
    )
    spent = len(site.stand_in.world.refresh_tokens)
    responses = await asyncio.gather(*(site.client.get("/repos/list") for _ in range(6)))
    assert [response.status for response in responses] == [200] * 6
    assert len(site.stand_in.world.refresh_tokens) == spent
    ((lives,),) = await site.sql("SELECT token_expires_at > now() + interval '7 hours' FROM users")
    assert lives


async def test_a_refreshed_token_is_kept_though_what_follows_fails(site: Site) -> None:
    await site.log_in("ada")
    await site.sql("UPDATE users SET links_checked_at = NULL, token_expires_at = now()")
    site.stand_in.fail("GET", "^/user/installations$", status=502)
    response = await site.client.get("/repos/list")
    assert response.status == 503
    assert response.headers["Retry-After"]
    assert await _names(await site.client.get("/repos/list")) == ["octo/project"]


async def test_a_revoked_token_ends_the_session(site: Site) -> None:
    await site.log_in("ada")
    site.stand_in.world.people.clear()
    await site.sql("UPDATE users SET links_checked_at = NULL")
    assert (await site.client.get("/repos/list")).status == 401
    assert await site.sql("SELECT 1 FROM sessions") == []


async def test_logging_out_ends_the_session_and_not_only_the_cookie(site: Site) -> None:
    await site.log_in("ada")
    (cookie,) = [c for c in site.client.session.cookie_jar if c.key == "ponder-session"]
    await site.client.post("/logout")
    assert await site.sql("SELECT 1 FROM sessions") == []
    stolen = {"Cookie": f"ponder-session={cookie.value}"}
    assert (await site.client.get("/repos/list", headers=stolen)).status == 401


async def test_a_session_runs_out(site: Site) -> None:
    await site.log_in("ada")
    await site.sql("UPDATE sessions SET expires_at = now()")
    assert (await site.client.get("/repos/list")).status == 401


@pytest.mark.parametrize(
    "query",
    [{}, {"code": "x", "state": "made up"}, {"error": "access_denied", "state": "x"}],
)
async def test_a_login_that_was_not_started_here_fails_politely(
    site: Site, query: dict[str, str]
) -> None:
    for started in (False, True):
        if started:
            await site.client.get("/login/github", allow_redirects=False)
        response = await site.client.get("/login/callback", params=query)
        assert response.status == 400
        assert "Log in with GitHub" in await response.text()


async def test_a_code_works_once(site: Site) -> None:
    site.stand_in.visitor = site.stand_in.world.account("ada")
    begun = await site.client.get("/login/github", allow_redirects=False)
    agreed = await site.client.session.get(begun.headers["Location"], allow_redirects=False)
    back = agreed.headers["Location"]
    site.stand_in.world.codes.clear()
    response = await site.client.session.get(back)
    assert response.status == 400
    assert "used already" in await response.text()


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/repositories/1?x=1", "/repositories/1?x=1"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ],
)
async def test_a_login_leads_back_to_our_own_pages_only(
    site: Site, target: str, place: str
) -> None:
    site.stand_in.visitor = site.stand_in.world.account("ada")
    begun = await site.client.get("/login/github", params={"next": target}, allow_redirects=False)
    agreed = await site.client.session.get(begun.headers["Location"], allow_redirects=False)
    back = await site.client.session.get(agreed.headers["Location"], allow_redirects=False)
    assert back.status == 303
    assert back.headers["Location"] == place


async def test_over_https_the_cookie_is_bound_to_the_host(
    site: Site, github_settings: Settings, database: Database, queue: Queue
) -> None:
    public = replace(github_settings, public_url="https://ponder.test")
    async with open_github(public) as github:
        app = build(settings=public, database=database, queue=queue, github=github)
        async with TestClient(TestServer(app)) as client:
            response = await client.get("/login/github", allow_redirects=False)
            sent = response.headers["Set-Cookie"]
            assert sent.startswith("__Host-ponder-login=")
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(sent.split("; "))
            foreign = {"Origin": "https://evil.test"}
            assert (await client.post("/logout", headers=foreign)).status == 403


async def test_only_people_with_write_access_start_an_index(site: Site) -> None:
    await site.log_in("ada")
    path = f"/index/{site.seen.id}/initial"
    refused = await site.client.post(path)
    assert refused.status == 403
    assert "write access to octo/project" in (await refused.json())["detail"]
    site.installation.repositories[0].roles["ada"] = "write"
    await site.sql("UPDATE users SET links_checked_at = NULL")
    assert (await site.client.post(path)).status == 202


async def test_a_repository_is_connected_when_the_app_and_the_person_see_it(site: Site) -> None:
    fresh = site.stand_in.world.repository(site.installation, "fresh")
    fresh.roles["ada"] = "write"
    await site.log_in("ada")
    connected = await site.client.post("/repos/connect", json={"repo": "Octo/Fresh"})
    assert connected.status == 202
    assert (await connected.json())["name"] == "octo/fresh"
    assert await _names(await site.client.get("/repos/list")) == ["octo/fresh", "octo/project"]
    for repo, status in (
        ("octo/secret", 404),
        ("else/where", 404),
        ("/etc", 422),
        ("https://git.test/a/b", 422),
    ):
        response = await site.client.post("/repos/connect", json={"repo": repo})
        assert response.status == status


async def test_nobody_asks_more_than_the_limit(site: Site) -> None:
    await site.log_in("ada")
    asked = {"repo_id": site.seen.id, "question": "?"}
    later = {"Prefer": "respond-async"}
    # The window may change half-way through.
    for _ in range(2 * QUESTIONS_A_MINUTE + 1):
        response = await site.client.post("/chat", json=asked, headers=later)
        if response.status == 429:
            break
    assert response.status == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60


async def test_a_conversation_is_read_by_link_and_continued_by_its_owner(site: Site) -> None:
    site.installation.repositories[0].roles["bob"] = "read"
    await site.log_in("ada")
    asked = {"repo_id": site.seen.id, "question": "Mine?"}
    later = {"Prefer": "respond-async"}
    answer = await (await site.client.post("/chat", json=asked, headers=later)).json()
    site.client.session.cookie_jar.clear()
    await site.log_in("bob")
    place = f"/repositories/{site.seen.id}"
    page = await site.client.get(f"{place}/conversations/{answer['conversation_id']}")
    assert "someone else’s conversation" in await page.text()
    assert "Mine?" not in await (await site.client.get(place)).text()
    asked["conversation_id"] = answer["conversation_id"]
    assert (await site.client.post("/chat", json=asked)).status == 403
