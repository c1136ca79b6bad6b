"""Reads the index of a snapshot from the database; an overlay shares what its base has loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.db import file_history, postings, snapshots
from core.db.connect import Database
from core.db.snapshots import Snapshot
from workers.retrieve.recency import recency
from workers.retrieve.segment import ChunkRow, FileRow, Floats
from workers.retrieve.snapshot_index import SnapshotIndex


async def chain_of(database: Database, of: Snapshot) -> list[int]:
    """The chain of the snapshot, itself first; the last is the full one."""
    async with database.tenant(of.installation_id) as connection:
        return await postings.chain(connection, of.id)


async def snapshot(database: Database, installation_id: int, snapshot_id: int) -> Snapshot:
    async with database.tenant(installation_id) as connection:
        found = await snapshots.get(connection, snapshot_id)
    assert found is not None, "a snapshot keeps what it lies over"
    return found


async def full(database: Database, installation_id: int, snapshot_id: int) -> SnapshotIndex:
    files, _, rows = await _read(database, installation_id, [snapshot_id])
    return await asyncio.to_thread(SnapshotIndex.full, files, rows)


async def overlay(
    database: Database, installation_id: int, chain: Sequence[int], base: SnapshotIndex
) -> SnapshotIndex:
    """`chain` without its full end, which is `base`."""
    files, removed, rows = await _read(database, installation_id, chain)
    return await asyncio.to_thread(base.overlay, removed, files, rows)


async def _read(
    database: Database, installation_id: int, snapshot_ids: Sequence[int]
) -> tuple[list[FileRow], list[str], list[ChunkRow]]:
    async with database.tenant(installation_id) as connection:
        paths = await postings.paths(connection, snapshot_ids)
        files = [
            FileRow(path.path, path.blob_id, path.language)
            for path in paths
            if path.blob_id is not None
        ]
        removed = [path.path for path in paths if path.blob_id is None]
        blob_ids = list({file.blob_id for file in files})
        rows: list[ChunkRow] = []
        async for batch in postings.chunks(connection, blob_ids):
            rows += [ChunkRow(*chunk) for chunk in batch]
            await asyncio.sleep(0)
    return files, removed, rows


async def recency_of(database: Database, of: Snapshot, index: SnapshotIndex) -> Floats:
    """Of each file of the index."""
    async with database.tenant(of.installation_id) as connection:
        rows = await file_history.of_repository(connection, of.repository_id)
    return recency(index, {row.path: row.last_committed_at for row in rows})
