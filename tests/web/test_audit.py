"""The audit log is shown to those who administer a repository, and tells who did what."""

from __future__ import annotations

from aiohttp.test_utils import TestClient

from core.db import audit_log, intents
from core.db.connect import Database
from core.db.repositories import Repository
from tests.web.test_login import Site, github_settings, site, stand_in
from web.views import audit
from workers.reports.writing import KINDS

__all__ = ["github_settings", "site", "stand_in"]


async def test_what_was_changed_is_told_with_who_did_it(
    client: TestClient, repository: Repository
) -> None:
    await client.post(f"/repositories/{repository.id}/learning", data={"act": "on"})
    await client.post(f"/repositories/{repository.id}/learning", data={"act": "stop"})
    told = await (await client.get("/audit", params={"repo_id": repository.id})).json()
    assert [(line["actor"], line["act"], line["what"]) for line in told["lines"]] == [
        ("local", "switch", "kill"),
        ("local", "setting", "Continual Learning"),
    ]
    page = await (await client.get(f"/repositories/{repository.id}/audit")).text()
    assert "changed settings" in page
    assert "on: yes" in page


async def test_what_was_written_is_told_in_words_and_without_what_people_wrote(
    client: TestClient, repository: Repository, database: Database
) -> None:
    target = {"number": 3, "kind": "issues", "asked": "Who is to blame?", "sender": "alice"}
    async with database.tenant(0) as connection:
        await intents.intend(
            connection, repository, key="answer:1", kind="comment", target=target, content={}
        )
        intent = await intents.by_key(connection, "answer:1")
        assert intent
        await intents.finish(connection, intent.id, 1)
    page = await (await client.get(f"/repositories/{repository.id}/audit")).text()
    assert "a comment" in page
    assert "in #3 · for alice" in page
    told = await (await client.get("/audit", params={"repo_id": repository.id})).text()
    assert "answer:1" in told
    assert "blame" not in told


def test_each_kind_of_writing_has_words() -> None:
    assert audit.THINGS.keys() == KINDS.keys()


async def test_long_logs_are_paged(
    client: TestClient, repository: Repository, database: Database
) -> None:
    async with database.tenant(0) as connection:
        for number in range(101):
            line = audit_log.New(0, repository.id, "<b>ada</b>", "command", f"line {number}")
            await audit_log.add(connection, line)
    page = await (await client.get(f"/repositories/{repository.id}/audit")).text()
    assert "line 100<" in page
    assert "line 0<" not in page
    assert "<b>ada" not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0]
    last = await (await client.get(f"/repositories/{repository.id}/audit{older}")).text()
    assert "line 0<" in last


async def test_others_do_not_see_it(site: Site) -> None:
    site.installation.repositories[0].roles["ada"] = "write"
    await site.log_in("ada")
    for path in (f"/audit?repo_id={site.seen.id}", f"/repositories/{site.seen.id}/audit"):
        assert (await site.client.get(path)).status == 403
    for path in (f"/audit?repo_id={site.unseen.id}", f"/repositories/{site.unseen.id}/audit"):
        assert (await site.client.get(path)).status == 404


async def test_administrators_do(site: Site) -> None:
    site.installation.repositories[0].roles["ada"] = "admin"
    await site.log_in("ada")
    assert (await site.client.get(f"/audit?repo_id={site.seen.id}")).status == 200
