"""Reads the index of a snapshot from the database; an overlay shares what its base has loaded."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from core import log
from core.db import file_history, postings, snapshots
from core.db.connect import Connection, Database
from core.db.file_history import Until
from core.db.snapshots import Snapshot
from workers.index.terms import POSTING
from workers.retrieve.columns import Columns, FileRow, of_files
from workers.retrieve.disk import Disk, Draft
from workers.retrieve.postings import Floats
from workers.retrieve.recency import recency
from workers.retrieve.segment import Segment, arrays_of, assemble, from_arrays
from workers.retrieve.snapshot_index import SnapshotIndex

FILES_AT_ONCE = 1000
REPOSITORIES = 50
"""Of so many the past is kept in memory."""

_log = log.get(__name__)


async def chain_of(database: Database, of: Snapshot) -> list[int]:
    """The chain of the snapshot, itself first; the last is the full one."""
    async with database.tenant(of.installation_id) as connection:
        return await postings.chain(connection, of.id)


async def snapshot(database: Database, installation_id: int, snapshot_id: int) -> Snapshot:
    async with database.tenant(installation_id) as connection:
        found = await snapshots.get(connection, snapshot_id)
    assert found is not None, "a snapshot keeps what it lies over"
    return found


async def full_ones(database: Database, like: Snapshot) -> set[str]:
    """By which the full snapshots of the same repository are named on disk."""
    async with database.tenant(like.installation_id) as connection:
        return {name_of(s) for s in await snapshots.full_ones(connection, like.repository_id)}


async def full(database: Database, of: Snapshot, disk: Disk | None) -> SnapshotIndex:
    """Of a snapshot that is no overlay."""
    if disk is None:
        return SnapshotIndex.of(await _full(database, of, None))
    found = await asyncio.to_thread(_mapped, disk, of)
    index = SnapshotIndex.of(found or await _written(database, of, disk))
    return replace(index, name=name_of(of))


def name_of(full: Snapshot) -> str:
    """Another database may count its snapshots alike: the commit and the moment tell them apart."""
    return f"{full.id}-{full.commit_sha[:12]}-{int(1e6 * full.created_at.timestamp())}"


async def _written(database: Database, of: Snapshot, disk: Disk) -> Segment:
    """Where it cannot be written, it is built in memory: a full disk must not end questions."""
    try:
        with disk.draft(of.repository_id, name_of(of)) as draft:
            made = await _full(database, of, draft)
            await asyncio.to_thread(draft.finish, arrays_of(made))
    except OSError as error:
        _log.warning("segment not written", reason=str(error))
        return await _full(database, of, None)
    return await asyncio.to_thread(_mapped, disk, of) or made


def _mapped(disk: Disk, of: Snapshot) -> Segment | None:
    arrays = disk.get(of.repository_id, name_of(of))
    return None if arrays is None else from_arrays(arrays)


async def overlay(
    database: Database, installation_id: int, chain: Sequence[int], base: SnapshotIndex
) -> SnapshotIndex:
    """`chain` without its full end, which is `base`."""
    async with database.tenant(installation_id) as connection:
        files, removed = await _files(connection, chain)
        parts = [part async for part in _columns(connection, files)]
    added = await asyncio.to_thread(assemble, files, parts)
    return await asyncio.to_thread(base.with_segment, removed, added)


async def _full(database: Database, of: Snapshot, draft: Draft | None) -> Segment:
    parts: list[Columns] = []
    async with database.tenant(of.installation_id) as connection:
        files, _ = await _files(connection, [of.id])
        async for part in _columns(connection, files):
            if draft is not None:
                await asyncio.to_thread(draft.append, "packed", part.packed)
            parts.append(part if draft is None else replace(part, packed=part.packed[:0]))
    if draft is None:
        return await asyncio.to_thread(assemble, files, parts)
    packed = draft.appended("packed", POSTING)
    return await asyncio.to_thread(assemble, files, parts, packed=packed, allocate=draft.allocate)


async def _files(
    connection: Connection, snapshot_ids: Sequence[int]
) -> tuple[list[FileRow], list[str]]:
    """By path; and those that are removed."""
    paths = await postings.paths(connection, snapshot_ids)
    files = [FileRow(p.path, p.blob_id, p.language) for p in paths if p.blob_id is not None]
    removed = [path.path for path in paths if path.blob_id is None]
    return sorted(files, key=lambda file: file.path), removed


async def _columns(connection: Connection, files: Sequence[FileRow]) -> AsyncIterator[Columns]:
    """Batches in order, so that nobody waits while a million rows are read."""
    for start in range(0, len(files), FILES_AT_ONCE):
        batch = files[start : start + FILES_AT_ONCE]
        chunks = await postings.columns(connection, list({file.blob_id for file in batch}))
        made = await asyncio.to_thread(of_files, batch, chunks)
        yield replace(made, file=made.file + start)


class Past:
    """When the files of repositories changed last; read again where more of it is known."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: OrderedDict[int, tuple[Until | None, dict[str, datetime]]] = OrderedDict()

    async def recency(self, of: Snapshot, index: SnapshotIndex) -> Floats:
        """Of each file of the index."""
        async with self._database.tenant(of.installation_id) as connection:
            until = await file_history.read_until(connection, of.repository_id)
            known = self._read.get(of.repository_id)
            if known is None or known[0] != until:
                known = until, await file_history.last_changed(connection, of.repository_id)
        self._read[of.repository_id] = known
        self._read.move_to_end(of.repository_id)
        while len(self._read) > REPOSITORIES:
            self._read.popitem(last=False)
        return await asyncio.to_thread(recency, index, known[1])
