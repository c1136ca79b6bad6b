"""What Ponder asks GitHub, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Mapping
from dataclasses import replace

import aiohttp
import gidgethub
import pytest
import structlog

from core import log
from core.db.repositories import Repository
from core.errors import TryLater, UserError
from core.github import GitHub, NotFound, Refused, open_github
from core.github.transport import API_VERSION, Transport
from core.settings import Secret, Settings
from tests.github_stand_in import world
from tests.github_stand_in.server import StandIn

TOKENS = r"/access_tokens$"


def row(of: world.Repository, installation: world.Installation) -> Repository:
    """The repository as Ponder stores it."""
    return Repository(
        1, installation.id, of.id, of.full_name, "", "main", of.private, None, {}, None, None
    )


async def say(github: GitHub, repository: Repository, number: int, text: str) -> None:
    acting = github.acting(repository, {"issues": "write"})
    await acting.send("POST", f"/issues/{number}/comments", {"body": text}, "add a comment")


async def test_the_app_knows_its_own_name(github: GitHub, stand_in: StandIn) -> None:
    assert (await github.app()).slug == stand_in.world.slug
    await github.app()
    assert len(stand_in.asked("GET", "^/app$")) == 1


async def test_a_token_is_for_one_repository_with_the_least_permission(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)

    user, password = await github.git_credentials(installation.id, repository.id)

    assert (user, stand_in.world.token(password) is not None) == ("x-access-token", True)
    (asked,) = stand_in.asked("POST", TOKENS)
    assert asked.body == {
        "repository_ids": [repository.id],
        "permissions": {"contents": "read", "metadata": "read"},
    }


async def test_a_token_is_asked_for_once_until_shortly_before_it_ends(
    github: GitHub, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)
    first = await github.git_credentials(installation.id, repository.id)
    assert await github.git_credentials(installation.id, repository.id) == first

    later = time.time() + 3600 - 299
    monkeypatch.setattr("core.github.tokens.time.time", lambda: later)

    assert await github.git_credentials(installation.id, repository.id) != first
    assert len(stand_in.asked("POST", TOKENS)) == 2


async def test_those_who_need_a_token_at_once_share_it(github: GitHub, stand_in: StandIn) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)
    asking = (github.git_credentials(installation.id, repository.id) for _ in range(8))

    assert len(set(await asyncio.gather(*asking))) == 1
    assert len(stand_in.asked("POST", TOKENS)) == 1


async def test_a_revoked_token_is_replaced(github: GitHub, stand_in: StandIn) -> None:
    installation = stand_in.world.installation()
    repository = row(stand_in.world.repository(installation), installation)
    await github.permission(repository, "alice")
    stand_in.world.tokens.clear()

    assert await github.permission(repository, "alice") == "read"
    assert len(stand_in.asked("POST", TOKENS)) == 2


async def test_a_token_that_is_refused_again_and_again_is_for_later(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    repository = row(stand_in.world.repository(installation), installation)
    stand_in.fail("GET", "/permission$", status=401, times=3)
    with pytest.raises(TryLater):
        await github.permission(repository, "alice")
    assert len(stand_in.asked("POST", TOKENS)) == 2


@pytest.mark.parametrize("form", ["", "disabled"])
async def test_the_form_of_tokens_is_asked_for_where_it_is_configured(
    github_settings: Settings, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    sent: list[str | None] = []
    request = Transport._request

    async def looked_at(
        self: Transport, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent.append(headers.get("x-github-stateless-s2s-token"))
        return await request(self, method, url, headers, body)

    monkeypatch.setattr(Transport, "_request", looked_at)
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)
    async with open_github(replace(github_settings, github_token_form=form)) as github:
        assert github is not None
        await github.git_credentials(installation.id, repository.id)
    assert sent == [form or None]


async def test_an_installation_with_many_repositories_is_paged(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    made = [stand_in.world.repository(installation, f"r{n}") for n in range(205)]

    found = await github.installation_repositories(installation.id)

    assert [repository.github_id for repository in found] == [repository.id for repository in made]
    assert found[0].source == f"{stand_in.url}/octo/r0.git"
    await github.installation_repositories(installation.id)
    assert len(stand_in.world.tokens) == 2, "a token of before may see less, and the rest be purged"


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        (429, {"retry-after": "7"}, "slow down", (7, 7)),
        (403, {"retry-after": "30"}, "You have exceeded a secondary rate limit", (30, 30)),
        (403, {}, "You have exceeded a secondary rate limit", (60, 60)),
        (403, {"x-ratelimit-remaining": "0"}, "API rate limit exceeded", (60, 60)),
        (429, {}, "Too many requests", (60, 60)),
        (502, {}, "Server Error", (1, 60)),
        (503, {}, "Service Unavailable", (1, 60)),
    ],
)
async def test_a_limit_or_an_outage_is_for_later(
    github: GitHub,
    stand_in: StandIn,
    status: int,
    headers: dict[str, str],
    message: str,
    seconds: tuple[int, int],
) -> None:
    stand_in.fail("GET", "^/app$", status=status, headers=headers, message=message)
    with pytest.raises(TryLater) as raised:
        await github.app()
    assert seconds[0] <= raised.value.seconds <= seconds[1]


async def test_the_primary_limit_is_waited_for_until_it_is_reset(
    github: GitHub, stand_in: StandIn
) -> None:
    headers = {
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(time.time()) + 600),
    }
    stand_in.fail("GET", "^/app$", status=403, headers=headers, message="API rate limit exceeded")
    with pytest.raises(TryLater) as raised:
        await github.app()
    assert 590 < raised.value.seconds <= 600


async def test_a_connection_that_breaks_is_for_later(github: GitHub, stand_in: StandIn) -> None:
    stand_in.fail("GET", "^/app$", drop=True, times=5)
    with pytest.raises(TryLater):
        await github.app()


async def test_what_is_gone_is_not_found(github: GitHub, stand_in: StandIn) -> None:
    with pytest.raises(NotFound):
        await github.installation(99)


async def test_a_suspended_installation_is_refused(github: GitHub, stand_in: StandIn) -> None:
    installation = stand_in.world.installation()
    installation.suspended = True
    assert (await github.installation(installation.id)).suspended
    with pytest.raises(Refused, match="suspended"):
        await github.installation_repositories(installation.id)


async def test_a_permission_that_was_not_granted_is_refused(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)
    repository.thread(1)
    installation.permissions["issues"] = "read"
    with pytest.raises(Refused, match="not granted"):
        await say(github, row(repository, installation), 1, "hello")


async def test_the_wrong_key_names_the_settings(
    github_settings: Settings, stand_in: StandIn
) -> None:
    stand_in.world.app_id, stand_in.world.client_id = 1, "another App's"
    async with open_github(github_settings) as github:
        assert github is not None
        with pytest.raises(UserError, match="GITHUB_APP_ID and GITHUB_PRIVATE_KEY"):
            await github.app()


async def test_a_key_that_is_none_is_refused_at_the_start(github_settings: Settings) -> None:
    assert github_settings.github is not None
    broken = replace(github_settings.github, private_key=Secret("-----BEGIN nonsense-----"))
    with pytest.raises(UserError, match="GITHUB_PRIVATE_KEY"):
        async with open_github(replace(github_settings, github=broken)):
            pass


async def test_without_an_app_there_is_no_github(settings: Settings) -> None:
    async with open_github(settings) as github:
        assert github is None


async def test_every_request_names_the_version(github: GitHub, stand_in: StandIn) -> None:
    """The stand-in finds a missing header a violation; this pins the one that is sent."""
    assert API_VERSION == "2022-11-28"
    await github.app()
    assert stand_in.violations == []


async def test_a_renamed_repository_is_followed_with_the_same_request(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation, "new-name")
    repository.thread(3)
    old = replace(row(repository, installation), name="octo/old-name")
    moved = f"{stand_in.url}/api/v3/repos/octo/new-name/issues/3/comments"
    stand_in.fail("POST", "/repos/octo/old-name/", status=307, headers={"Location": moved})

    await say(github, old, 3, "hello")

    assert [comment.body for comment in repository.thread(3).comments] == ["hello"]


async def test_a_token_does_not_follow_to_another_host(github: GitHub, stand_in: StandIn) -> None:
    stand_in.fail("GET", "^/app$", status=307, headers={"Location": "http://127.0.0.1:9/app"})
    with pytest.raises(TryLater):
        await github.app()


async def test_no_secret_is_logged(github: GitHub, stand_in: StandIn) -> None:
    installation = stand_in.world.installation()
    repository = stand_in.world.repository(installation)
    _, token = await github.git_credentials(installation.id, repository.id)
    said = io.StringIO()
    log.configure(stream=said)
    try:
        log.get("test").warning("looking", github=repr(github), text=f"Bearer {token}")
    finally:
        structlog.reset_defaults()
    assert "looking" in said.getvalue()
    for secret in (token, stand_in.private_key.splitlines()[1], stand_in.world.client_secret):
        assert secret not in said.getvalue()


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://github.example.com/api/v3", "https://github.example.com/api/graphql"),
        ("https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"),
    ],
)
async def test_graphql_is_beside_the_other_api(api: str, graphql: str) -> None:
    async with aiohttp.ClientSession() as session:
        assert Transport(session, base_url=api, app_id="1", private_key="").graphql_url == graphql


async def test_a_request_that_github_does_not_describe_is_found(
    github: GitHub, stand_in: StandIn
) -> None:
    """The stand-in's own judgement, without which the other tests would prove less."""
    installation = stand_in.world.installation()
    repository = row(stand_in.world.repository(installation), installation)
    _, token = await github.git_credentials(installation.id, repository.github_id or 0)
    path = f"/repos/{repository.name}/issues/1/comments"
    with pytest.raises(gidgethub.BadRequest):
        await github.transport.post(path, data={"body": 1, "oops": 2}, oauth_token=token)

    found = " ".join(stand_in.violations)
    stand_in.violations.clear()
    assert "oops is unknown" in found
    assert "$.body: 1 is not of type 'string'" in found


async def test_an_endpoint_that_is_closed_to_apps_is_closed(
    github: GitHub, stand_in: StandIn
) -> None:
    installation = stand_in.world.installation()
    repository = row(stand_in.world.repository(installation), installation)
    _, token = await github.git_credentials(installation.id, repository.github_id or 0)
    path = f"/repos/{repository.name}/pulls/1/comments/1/replies"
    with pytest.raises(gidgethub.BadRequest, match="not accessible"):
        await github.transport.post(path, data={"body": "hello"}, oauth_token=token)
    stand_in.violations.clear()
