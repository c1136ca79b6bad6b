"""The texts of a snapshot's files, looked through for expressions."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.db import blobs
from core.db.connect import Database
from core.db.snapshots import Snapshot
from workers.index.terms import term_id
from workers.retrieve import exact
from workers.retrieve.exact import Expression, Matched
from workers.retrieve.snapshot_index import Bools, SnapshotIndex

KEPT_BYTES = 96 << 20
"""Of unpacked texts in one process: to fetch and unpack them takes ten times as long as to look."""


def narrowed(index: SnapshotIndex, wanted: Sequence[Expression], files: Bools) -> Bools:
    """Files of a mask that have every term which a match must have, and so may match."""
    kept = files.copy()
    for term in {term for each in wanted for term in each.terms}:
        has = np.zeros(len(files), dtype=np.bool_)
        has[index.file[index.postings(term_id(term)).chunks]] = True
        kept &= has
    return kept


@dataclass(slots=True)
class Kept:
    """Texts that were looked through last, by blob. A blob never changes, nor does its id."""

    most: int = KEPT_BYTES
    size: int = 0
    texts: OrderedDict[int, bytes] = field(default_factory=OrderedDict)

    def of(self, blob_ids: Collection[int]) -> dict[int, bytes]:
        found = {blob_id: self.texts[blob_id] for blob_id in blob_ids if blob_id in self.texts}
        for blob_id in found:
            self.texts.move_to_end(blob_id)
        return found

    def add(self, texts: Mapping[int, bytes]) -> None:
        for blob_id, text in texts.items():
            if blob_id not in self.texts:
                self.texts[blob_id] = text
                self.size += len(text)
        while self.size > self.most:
            _, text = self.texts.popitem(last=False)
            self.size -= len(text)


@dataclass(frozen=True, slots=True)
class Texts:
    """By blob. Unpacked and matched in a thread: other searches must not wait for it."""

    database: Database
    snapshot: Snapshot
    kept: Kept

    async def matched(
        self, blob_ids: Collection[int], wanted: Sequence[Expression]
    ) -> dict[int, Matched]:
        texts = await self._texts(blob_ids)
        return await asyncio.to_thread(
            lambda: {blob_id: exact.matched_lines(text, wanted) for blob_id, text in texts.items()}
        )

    async def having(self, blob_ids: Collection[int], unwanted: Sequence[Expression]) -> set[int]:
        """Those of the blobs in which any of the expressions matches."""
        texts = await self._texts(blob_ids)
        return await asyncio.to_thread(
            lambda: {blob_id for blob_id, text in texts.items() if exact.has_any(text, unwanted)}
        )

    async def lines(self, blob_ids: Collection[int]) -> dict[int, list[str]]:
        texts = await self._texts(blob_ids)
        return {blob_id: text.decode().split("\n") for blob_id, text in texts.items()}

    async def _texts(self, blob_ids: Collection[int]) -> dict[int, bytes]:
        found = self.kept.of(blob_ids)
        if missing := set(blob_ids) - found.keys():
            async with self.database.tenant(self.snapshot.installation_id) as connection:
                stored = await blobs.texts(connection, list(missing))
            fresh = await asyncio.to_thread(_unpacked, stored)
            self.kept.add(fresh)
            found |= fresh
        return found


def _unpacked(stored: Mapping[int, bytes]) -> dict[int, bytes]:
    """In UTF-8, lines ended by \\n alone: their numbers are those in git."""
    texts = {blob_id: blobs.decompress(packed) for blob_id, packed in stored.items()}
    return {
        blob_id: text.replace(b"\r\n", b"\n") if b"\r" in text else text
        for blob_id, text in texts.items()
    }
