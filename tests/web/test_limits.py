"""So often one address and one installation may ask."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from tests.web.test_login import Site, github_settings, site, stand_in
from web import limits

__all__ = ["github_settings", "site", "stand_in"]


async def test_a_flood_of_logins_from_one_address_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOGINS_A_MINUTE", 3)
    asked = [await site.client.get("/login/github", allow_redirects=False) for _ in range(8)]
    refused = [response for response in asked if response.status == 429]
    assert len(refused) >= 2
    assert int(refused[0].headers["Retry-After"]) > 0
    assert "Your address" in await refused[0].text()


async def test_deliveries_and_probes_are_not_counted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_A_MINUTE", 0)
    assert (await site.client.get("/repos/list")).status == 429
    assert (await site.client.get("/healthz")).status == 200
    assert (await site.client.get("/static/ponder.css")).status == 200


async def test_an_installation_has_a_limit_of_all_its_people_together(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INSTALLATION_TIMES", 0)
    await site.log_in("ada")
    asked = {"repo_id": site.seen.id, "question": "Where?"}
    response = await site.client.post("/chat", json=asked)
    assert response.status == 429
    assert "All of you together" in await response.text()


@pytest.mark.parametrize(
    ("remote", "forwarded", "network"),
    [
        ("8.8.4.4", [], "8.8.4.4"),
        ("8.8.4.4", ["198.51.100.1"], "8.8.4.4"),  # a stranger's word
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["nonsense"], "unknown"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("::ffff:8.8.4.4", [], "8.8.4.4"),
        (None, [], "unknown"),
    ],
)
def test_an_address_is_the_one_that_our_own_proxy_names(
    remote: str | None, forwarded: list[str], network: str
) -> None:
    headers = CIMultiDict(("X-Forwarded-For", value) for value in forwarded)
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote or "")
    assert limits.network_of(request) == network
