"""The texts of a snapshot's files, looked through for expressions."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.db import blobs
from core.db.connect import Database
from core.db.snapshots import Snapshot
from workers.index.terms import term_id
from workers.retrieve import exact
from workers.retrieve.exact import Expression, Matched
from workers.retrieve.snapshot_index import Bools, SnapshotIndex


def narrowed(index: SnapshotIndex, wanted: Sequence[Expression], files: Bools) -> Bools:
    """Files of a mask that have every term which a match must have, and so may match."""
    kept = files.copy()
    for term in {term for each in wanted for term in each.terms}:
        has = np.zeros(len(files), dtype=np.bool_)
        has[index.file[index.postings(term_id(term)).chunks]] = True
        kept &= has
    return kept


@dataclass(frozen=True, slots=True)
class Texts:
    """By blob. Unpacked and matched in a thread: other searches must not wait for it."""

    database: Database
    snapshot: Snapshot

    async def matched(
        self, blob_ids: Iterable[int], wanted: Sequence[Expression]
    ) -> dict[int, Matched]:
        stored = await self._stored(set(blob_ids))
        return await asyncio.to_thread(
            lambda: {
                blob_id: exact.matched_lines(plain(packed), wanted)
                for blob_id, packed in stored.items()
            }
        )

    async def having(self, blob_ids: Iterable[int], unwanted: Sequence[Expression]) -> set[int]:
        """Those of the blobs in which any of the expressions matches."""
        stored = await self._stored(set(blob_ids))
        return await asyncio.to_thread(
            lambda: {b for b, packed in stored.items() if exact.has_any(plain(packed), unwanted)}
        )

    async def lines(self, blob_ids: Iterable[int]) -> dict[int, list[str]]:
        stored = await self._stored(set(blob_ids))
        return await asyncio.to_thread(
            lambda: {b: plain(packed).decode().split("\n") for b, packed in stored.items()}
        )

    async def _stored(self, blob_ids: Collection[int]) -> dict[int, bytes]:
        async with self.database.tenant(self.snapshot.installation_id) as connection:
            return await blobs.texts(connection, list(blob_ids))


def plain(packed: bytes) -> bytes:
    """In UTF-8, lines ended by \\n alone: their numbers are those in git."""
    return blobs.decompress(packed).replace(b"\r\n", b"\n")
