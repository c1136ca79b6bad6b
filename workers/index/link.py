"""Makes the links of a snapshot: what its files say about names, after it became visible.

Search does not need them, and they cost as much as all the rest; what asks the symbol graph
meanwhile works with those that are there. Only blobs without a row are read, in batches that are
committed as they come, so that a run that is killed leaves its work to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.db import blobs, facts, files, repositories, snapshots, symbol_links
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.staging import relax
from core.db.symbol_links import Unlinked
from workers.index.child import Linked, TextTask
from workers.index.lanes import batches, lanes_for, open_text_lanes, results, usable_processes
from workers.languages import LINKED
from workers.progress import Progress

ROUND_BYTES = 16 << 20
"""Texts that are held in memory at once."""


async def link(
    *,
    database: Database,
    repository: Repository,
    snapshot_id: int | None = None,
    progress: Progress | None = None,
    processes: int = 0,
) -> int:
    """Make what links a snapshot lacks; None is the repository's own. Returns how many blobs were
    read."""
    run = _Run(database, repository, progress, processes or usable_processes())
    async with symbol_links.one_at_a_time(database, repository.id):
        async with database.tenant(repository.installation_id) as connection:
            missing = await _missing(connection, repository, snapshot_id)
        return await run.make(missing)


async def link_overlay(
    *,
    database: Database,
    repository: Repository,
    snapshot_id: int,
    progress: Progress | None = None,
    processes: int = 0,
) -> int:
    """The same of what a ref's snapshot has of its own, without waiting for another run: somebody
    is about to ask."""
    run = _Run(database, repository, progress, processes or usable_processes())
    async with database.tenant(repository.installation_id) as connection:
        missing = await _missing_above(connection, repository, snapshot_id)
    return await run.make(missing)


async def _missing(
    connection: Connection, repository: Repository, snapshot_id: int | None
) -> list[Unlinked]:
    if snapshot_id is None:
        current = await repositories.get(connection, repository.id)
        snapshot_id = current.snapshot_id if current else None
    if snapshot_id is None:
        return []
    return await _unlinked(connection, await files.of_snapshot(connection, snapshot_id))


async def _missing_above(
    connection: Connection, repository: Repository, snapshot_id: int
) -> list[Unlinked]:
    """Above the full snapshot, which is linked with the default branch unless it is the ref's."""
    snapshot = await snapshots.get(connection, snapshot_id)
    current = await repositories.get(connection, repository.id)
    if snapshot is None or current is None or current.snapshot_id == snapshot_id:
        return []
    if snapshot.base_id is None:
        return await _missing(connection, repository, snapshot_id)
    return await _unlinked(connection, await files.overlaid(connection, snapshot_id))


async def _unlinked(connection: Connection, listed: Sequence[files.File]) -> list[Unlinked]:
    ids = {file.blob_id for file in listed if file.blob_id is not None}
    return await symbol_links.missing(connection, ids, LINKED)


@dataclass(frozen=True, slots=True)
class _Run:
    database: Database
    repository: Repository
    progress: Progress | None
    processes: int

    async def make(self, missing: Sequence[Unlinked]) -> int:
        if not missing:
            return 0
        done = 0
        self._tell(done, len(missing))
        async with open_text_lanes(lanes_for(missing, self.processes)) as lanes:
            for some in _rounds(missing):
                async for linked in results(lanes, batches(await self._tasks(some))):
                    await self._store(linked)
                    done += sum(part.count for part in linked)
                    self._tell(done, len(missing))
        async with self.database.tenant(self.repository.installation_id) as connection:
            await facts.forget(connection, self.repository.id)
        return done

    def _tell(self, done: int, total: int) -> None:
        if self.progress:
            self.progress("link", done, total)

    async def _tasks(self, some: Sequence[Unlinked]) -> list[TextTask]:
        """Of those that are still there."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            texts = await blobs.texts(connection, [each.blob_id for each in some])
        return [
            TextTask(each.blob_id, each.language, each.size, texts[each.blob_id])
            for each in some
            if each.blob_id in texts
        ]

    async def _store(self, linked: Sequence[Linked]) -> None:
        async with self.database.tenant(self.repository.installation_id) as connection:
            await relax(connection)
            await symbol_links.add(
                connection,
                installation_id=self.repository.installation_id,
                rows=b"".join(part.links for part in linked),
            )


def _rounds(missing: Sequence[Unlinked]) -> Iterator[list[Unlinked]]:
    some: list[Unlinked] = []
    size = 0
    for each in missing:
        some.append(each)
        size += each.size
        if size >= ROUND_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some
