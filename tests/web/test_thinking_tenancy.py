"""Insights, runs, risks, settings: GitHub decides who sees them, and who changes something."""

from __future__ import annotations

from core.db.connect import Database
from tests.web import stage, thinker
from tests.web.test_login import Site, github_settings, site, stand_in
from tests.web.thinker import BUG

__all__ = ["github_settings", "site", "stand_in"]


async def test_what_must_not_be_seen_is_as_if_it_were_not_there(
    site: Site, database: Database
) -> None:
    local = await stage.indexed(database, await stage.connect(database))
    await site.log_in("ada")
    for hidden in (site.unseen, local):
        run = await thinker.filled(database, hidden)
        place = f"/repositories/{hidden.id}"
        for path in (
            f"/insights?repo_id={hidden.id}",
            f"/insights/{BUG.fingerprint}?repo_id={hidden.id}",
            f"/risks?repo_id={hidden.id}",
            f"/runs?repo_id={hidden.id}",
            f"/runs/{run.id}",
            f"/runs/{run.id}/artifacts/log.txt",
            f"{place}/insights",
            f"{place}/insights/{BUG.fingerprint}",
            f"{place}/runs",
            f"{place}/runs/{run.id}",
            f"/repositories/{site.seen.id}/runs/{run.id}",
            f"{place}/map",
            f"{place}/card?scope={stage.RETRY}",
            f"/learning/status?repo_id={hidden.id}",
            f"{place}/learning",
            f"{place}/live",
        ):
            assert (await site.client.get(path)).status == 404, path
        said = {"repo_id": hidden.id, "state": "dismissed"}
        for path in (f"/insights/{BUG.fingerprint}", f"/insights/{BUG.fingerprint}/draft"):
            assert (await site.client.post(path, json=said)).status == 404
        for path in (f"/runs/{run.id}/rerun", f"/runs/{run.id}/cancel"):
            assert (await site.client.post(path)).status == 404
        for path in (f"{place}/insights/{BUG.fingerprint}", f"{place}/learning"):
            assert (await site.client.post(path, data={"act": "off"})).status == 404


async def test_who_only_reads_changes_nothing(site: Site, database: Database) -> None:
    run = await thinker.filled(database, site.seen)
    await site.log_in("ada")
    place = f"/repositories/{site.seen.id}"
    page = await (await site.client.get(f"{place}/insights")).text()
    assert BUG.rule in page
    assert "Dismiss" not in page
    assert "Draft a fix" not in page
    said = {"repo_id": site.seen.id, "state": "dismissed"}
    toggle = {"repo_id": site.seen.id, "on": True}
    assert (await site.client.post("/learning/toggle", json=toggle)).status == 403
    for path in (f"/insights/{BUG.fingerprint}", f"/insights/{BUG.fingerprint}/draft"):
        assert (await site.client.post(path, json=said)).status == 403
    for path in (f"/runs/{run.id}/rerun", f"/runs/{run.id}/cancel"):
        assert (await site.client.post(path)).status == 403
    for path, act in (
        (f"{place}/insights", "read"),
        (f"{place}/insights/{BUG.fingerprint}", "dismissed"),
        (f"{place}/runs/{run.id}", "rerun"),
        (f"{place}/learning", "on"),
    ):
        assert (await site.client.post(path, data={"act": act})).status == 403


async def test_nobody_who_logs_in_stops_what_belongs_to_everybody(site: Site) -> None:
    await site.log_in("octo")
    place = f"/repositories/{site.seen.id}/learning"
    assert "Stop everything<" not in await (await site.client.get(place)).text()
    assert (await site.client.post(place, data={"act": "stop"})).status == 403
    assert (await site.client.post(place, data={"act": "on"})).status == 200


async def test_whose_app_it_is_stops_everything(site: Site) -> None:
    site.stand_in.world.app_owner = site.stand_in.world.account("octo")
    await site.log_in("octo")
    place = f"/repositories/{site.seen.id}/learning"
    assert "Let it work again" in await (await site.client.post(place, data={"act": "stop"})).text()


async def test_another_site_changes_nothing(site: Site, database: Database) -> None:
    await thinker.filled(database, site.seen)
    await site.log_in("octo")
    place = f"/repositories/{site.seen.id}"
    for path in (f"{place}/learning", f"{place}/insights/{BUG.fingerprint}"):
        forged = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        response = await site.client.post(path, data={"act": "off"}, headers=forged)
        assert response.status == 403
