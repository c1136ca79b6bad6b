"""Nothing stays of a repository that was removed: no row in any table, and no file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from core.artifacts import open_artifacts
from core.db import installations, repositories
from core.db.connect import Database
from core.queue import Queue
from core.settings import Settings
from tests.every_table import MARK, Row, Tenant, tables
from workers import jobs
from workers.context import Context
from workers.git import mirror_path
from workers.purge import outstanding, tidy
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher

KEPT = {
    "installations": "GitHub never gives an id again, and what comes late must not bring it back",
    "removed_repositories": "a number that is remembered for a month, for the same reason",
    "deliveries": "that they came, without what they said",
    "audit_log": "what was done stays on record",
}
"""Tables that may have a row of what was removed, and why."""


@dataclass
class Place:
    """Two tenants with a row in every table, and files of both."""

    context: Context
    owner: psycopg.AsyncConnection[Row]
    gone: Tenant
    other: Tenant

    async def counts(self, tenant: Tenant) -> dict[str, int]:
        installation_id = tenant.rows["installations"]["id"]
        found = {}
        for (name,) in await tables(self.owner):
            query = f"SELECT count(*) FROM {name} WHERE installation_id = %s"
            cursor = await self.owner.execute(query.encode(), (installation_id,))
            ((found[name],),) = await cursor.fetchall()
        return found

    async def purge(self) -> None:
        async with self.context.database.system() as connection:
            rows = await outstanding(connection)
        for row in rows:
            await jobs.run_work({"context": self.context}, row.id)

    def marks(self, tenant: Tenant) -> list[Path]:
        """Files that say what only this tenant's code says."""
        mark = _mark(tenant).encode()
        files = (p for p in self.context.settings.data_dir.rglob("*") if p.is_file())
        return [path for path in files if path.stat().st_size < 4096 and mark in path.read_bytes()]


def _mark(tenant: Tenant) -> str:
    return f"{MARK} {tenant.rows['repositories']['id']}"


@pytest.fixture
def context(settings: Settings, database: Database, queue: Queue, tmp_path: Path) -> Context:
    here = replace(
        settings, data_dir=tmp_path, artifacts_url=(tmp_path / "artifacts").absolute().as_uri()
    )
    searcher = Searcher(database, None, disk=Disk(tmp_path / "segments"))
    return Context(here, database, queue, searcher, endpoint=None, github=None)


@pytest.fixture
async def place(context: Context, _owner: psycopg.AsyncConnection[Row]) -> Place:
    tenants = []
    for number in (501, 502):
        tenant = Tenant(_owner)
        await _owner.execute("INSERT INTO installations (id, account) VALUES (%s, 'o')", (number,))
        tenant.rows["installations"] = {"id": number}
        tenant.rows[""] = {"installation_id": number, "github_id": number}
        await tenant.fill()
        await _files(context, tenant)
        tenants.append(tenant)
    return Place(context, _owner, *tenants)


async def _files(context: Context, tenant: Tenant) -> None:
    """In each place where a worker keeps something of a repository."""
    repository_id, text = tenant.rows["repositories"]["id"], _mark(tenant)
    segments = context.settings.data_dir / "segments"
    for path in (
        mirror_path(context.mirrors, repository_id) / "packed",
        context.checkouts / str(repository_id) / ("c" * 40) / "a.py",
        segments / str(repository_id) / f"{'0' * 12}-1" / "names",
    ):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    artifacts = open_artifacts(context.settings.artifacts_url)
    await artifacts.put(tenant.rows["runs"]["id"], "log.txt", text.encode())


async def test_a_removed_repository_leaves_nothing(place: Place) -> None:
    before = await place.counts(place.other)
    assert min(before.values()) > 0, "a table was not filled"
    assert len(place.marks(place.gone)) == 4
    async with place.context.database.system() as connection:
        await repositories.mark_removed(connection, place.gone.rows["repositories"]["id"])
        await installations.mark_removed(connection, 501)
    await place.purge()

    left = {name for name, count in (await place.counts(place.gone)).items() if count}
    assert left - KEPT.keys() <= {"work"}
    cursor = await place.owner.execute("SELECT payload FROM deliveries WHERE installation_id = 501")
    assert [payload for (payload,) in await cursor.fetchall()] == [{}]
    cursor = await place.owner.execute("SELECT kind FROM work WHERE installation_id = 501")
    assert [kind for (kind,) in await cursor.fetchall()] == ["purge"]
    assert place.marks(place.gone) == []
    # And another's is all there.
    assert await place.counts(place.other) == before
    assert len(place.marks(place.other)) == 4


async def test_what_came_back_is_not_purged(place: Place) -> None:
    repository_id = place.gone.rows["repositories"]["id"]
    before = await place.counts(place.gone)
    async with place.context.database.system() as connection:
        await repositories.mark_removed(connection, repository_id)
        (purging,) = await outstanding(connection)
        await repositories.connect_github(
            connection, installation_id=501, github_id=501, name="o/n", source="s", private=True
        )
    await jobs.run_work({"context": place.context}, purging.id)
    after = await place.counts(place.gone)
    assert after == before | {"work": before["work"] + 1, "removed_repositories": 0}
    assert len(place.marks(place.gone)) == 4


async def test_what_another_installation_takes_over_is_left_behind_and_purged(
    place: Place,
) -> None:
    old = place.gone.rows["repositories"]["id"]
    async with place.context.database.system() as connection:
        taken = await repositories.connect_github(
            connection, installation_id=502, github_id=501, name="o/n", source="s", private=True
        )
        assert taken.snapshot_id is None
    await place.purge()
    left = {name for name, count in (await place.counts(place.gone)).items() if count}
    # The installation is still there, and so is its budget.
    assert left - KEPT.keys() <= {"work", "budgets", "writers"}
    assert place.marks(place.gone) == []
    async with place.context.database.system() as connection:
        assert await repositories.gone(connection, [old, taken.id]) == {old}


async def test_each_host_tidies_its_own_disk(place: Place) -> None:
    """The purge ran on another."""
    async with place.context.database.system() as connection:
        repository_id = place.gone.rows["repositories"]["id"]
        await repositories.mark_removed(connection, repository_id)
        await repositories.delete_removed(connection, repository_id)
    await tidy(place.context)
    (artifact,) = place.marks(place.gone)
    assert "artifacts" in artifact.parts
    assert len(place.marks(place.other)) == 4
