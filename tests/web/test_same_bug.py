"""What shows the same bug is told on the page of the finding that stands for it."""

from __future__ import annotations

from dataclasses import replace

from aiohttp.test_utils import TestClient

from core.db import causes
from core.db.connect import Database
from core.db.repositories import Repository
from tests.web import thinker
from tests.web.thinker import BUG, GUESS, SMELL


async def test_what_shows_the_same_bug_stands_on_the_page_of_the_one_that_tells_it(
    client: TestClient, database: Database, repository: Repository
) -> None:
    await thinker.filled(database, repository)
    shown = replace(SMELL, reproducer="def test_put():\n    assert Queue().put(1) is None\n")
    await thinker.think(database, repository, claims=[shown])
    async with database.tenant(repository.installation_id) as connection:
        await causes.join(
            connection,
            repository_id=repository.id,
            fingerprint=SMELL.fingerprint,
            cause=BUG.fingerprint,
        )
    told = await (await client.get(f"/insights?repo_id={repository.id}")).json()
    assert [each["fingerprint"] for each in told["findings"]] == [
        BUG.fingerprint,
        GUESS.fingerprint,
    ]
    assert told["total"] == 2
    page = f"/repositories/{repository.id}/insights/"
    text = await (await client.get(page + BUG.fingerprint)).text()
    assert "What else shows it" in text
    assert text.count('aria-label="Another test that fails"') == 1
    assert "test_put" in text
    text = await (await client.get(page + SMELL.fingerprint)).text()
    assert "It is the same bug as" in text
    assert f'href="{page}{BUG.fingerprint}"' in text
    assert "What else shows it" not in text
