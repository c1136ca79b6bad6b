"""Signing in on the web page: what GitHub says of a person, and what it lets them see."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from core.github import GitHub, NotFound, SignInAgain
from core.settings import Secret
from tests.github_stand_in.server import StandIn


async def signed_in(github: GitHub, stand_in: StandIn) -> str:
    """The code with which GitHub sends a person back, and the verifier's challenge kept."""
    digest = hashlib.sha256(b"verifier").digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    url = github.authorize_url(state="s", challenge=challenge, redirect_uri="http://here/back")
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(url, allow_redirects=False) as response,
    ):
        return parse_qs(urlsplit(response.headers["location"]).query)["code"][0]


async def test_a_person_signs_in_and_sees_what_github_lets_them_see(
    github: GitHub, stand_in: StandIn
) -> None:
    stand_in.visitor = stand_in.world.account("alice")
    installation = stand_in.world.installation()
    stand_in.world.repository(installation, "hidden", private=True)
    seen = stand_in.world.repository(installation, "seen")
    seen.roles["alice"] = "write"
    other = stand_in.world.installation("else")
    stand_in.world.repository(other)

    code = await signed_in(github, stand_in)
    tokens = await github.exchange_code(code, "verifier", "http://here/back")

    assert (await github.user(tokens.access)).login == "alice"
    assert await github.user_installations(tokens.access) == [installation.id]
    rows = await github.user_installation_repositories(tokens.access, installation.id)
    assert [(found.github_id, found.permission) for found in rows] == [(seen.id, "push")]
    with pytest.raises(NotFound):
        await github.user_installation_repositories(tokens.access, other.id)


async def test_a_refresh_token_serves_once(github: GitHub, stand_in: StandIn) -> None:
    stand_in.visitor = stand_in.world.account("alice")
    code = await signed_in(github, stand_in)
    first = await github.exchange_code(code, "verifier", "http://here/back")
    second = await github.refresh(first.refresh)
    assert second.access != first.access
    assert second.expires_in == 28800
    with pytest.raises(SignInAgain):
        await github.refresh(first.refresh)


async def test_a_stolen_code_is_worth_nothing(github: GitHub, stand_in: StandIn) -> None:
    stand_in.visitor = stand_in.world.account("alice")
    code = await signed_in(github, stand_in)
    with pytest.raises(SignInAgain):
        await github.exchange_code(code, "another verifier", "http://here/back")


async def test_a_token_that_ended_asks_to_sign_in_again(github: GitHub, stand_in: StandIn) -> None:
    with pytest.raises(SignInAgain):
        await github.user(Secret("ghu_ended"))
