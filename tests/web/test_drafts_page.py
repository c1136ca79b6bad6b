"""The button that asks for a draft pull request, and what its page says came of it."""

from __future__ import annotations

from core.db import drafts, insights
from tests.github_stand_in.fixtures import github_settings, stand_in
from tests.web import thinker
from tests.web.test_login import PAGE, Site, site
from tests.web.thinker import BUG

__all__ = ["github_settings", "site", "stand_in"]


async def test_who_writes_asks_for_a_draft_pull_request_and_sees_what_came_of_it(
    site: Site,
) -> None:
    await thinker.filled(site.database, site.seen)
    place = f"/repositories/{site.seen.id}/insights/{BUG.fingerprint}"
    await site.log_in()
    assert "Open a draft pull request" not in await (await site.client.get(place)).text()
    assert (await site.client.post(place, data={"act": "pull"}, headers=PAGE)).status == 403
    site.installation.repositories[0].roles["ada"] = "write"
    await site.sql("UPDATE repository_links SET permission = 'write'")
    assert "Open a draft pull request" in await (await site.client.get(place)).text()
    page = await site.client.post(place, data={"act": "pull"}, headers=PAGE)
    assert "It is being prepared." in await page.text()
    async with site.database.tenant(site.seen.installation_id) as connection:
        (draft,) = await drafts.of_finding(connection, site.seen.id, BUG.fingerprint)
        assert (draft.kind, draft.asked_by, draft.told) == ("fix", "ada", {})
        await drafts.settle(connection, draft, "open", "Opened #7, a draft.", number=7)
        assert len(await insights.listed(connection, site.seen.id, insights.Wanted(), limit=9)) > 1
    assert 'octo/project/pull/7">Look at #7</a>' in await (await site.client.get(place)).text()
