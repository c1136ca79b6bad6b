"""Reads the graph of a snapshot from the database, once, and once more if links were missing then;
what it unpacks it keeps."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from posixpath import basename

from core.db import blobs, postings, symbol_links
from core.db.connect import Connection, Database
from core.db.snapshots import Snapshot
from workers.graph import configs
from workers.graph.asking import Asking
from workers.graph.configs import Configs
from workers.graph.graph import Graph, GraphFile, Row
from workers.languages import LINKED

MOST_KEPT = 4
"""Graphs at a time: one weighs about as much as a fifth of the source."""


class Graphs:
    """Snapshots never change, so what is loaded whole stays true; the least used goes first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded: OrderedDict[int, asyncio.Task[Asking]] = OrderedDict()

    async def of(self, snapshot: Snapshot) -> Asking:
        known = self._loaded.get(snapshot.id)
        is_outdated = known is not None and await self._is_outdated(known)
        task = self._loaded.get(snapshot.id)
        if task is None or (is_outdated and task is known):
            task = asyncio.create_task(self._load(snapshot))
            self._loaded[snapshot.id] = task
        self._loaded.move_to_end(snapshot.id)
        while len(self._loaded) > MOST_KEPT:
            self._loaded.popitem(last=False)
        return await asyncio.shield(task)

    async def _is_outdated(self, task: asyncio.Task[Asking]) -> bool:
        """It failed, or the links that it lacks have come."""
        if not task.done():
            return False
        if task.cancelled() or task.exception():
            return True
        asking = task.result()
        if not asking.unlinked:
            return False
        async with self._database.tenant(asking.snapshot.installation_id) as connection:
            return await symbol_links.are_all_there(connection, asking.unlinked)

    async def _load(self, snapshot: Snapshot) -> Asking:
        rows: dict[int, Row] = {}
        async with self._database.tenant(snapshot.installation_id) as connection:
            chain = await postings.chain(connection, snapshot.id)
            paths = await postings.paths(connection, chain)
            files = [
                GraphFile(each.path, each.blob_id, each.language)
                for each in paths
                if each.blob_id is not None
            ]
            wanted = list({file.blob_id for file in files})
            async for batch in symbol_links.of_blobs(connection, wanted):
                rows |= {blob_id: Row(*columns) for blob_id, *columns in batch}
            found = await _configs(connection, files)
        graph = await asyncio.to_thread(Graph, files, rows, found)
        without = {file.blob_id for file in files if file.language in LINKED} - rows.keys()
        return Asking(self._database, snapshot, graph, tuple(without))


async def _configs(connection: Connection, files: list[GraphFile]) -> Configs:
    named = [file for file in files if basename(file.path) in configs.NAMES]
    named.sort(key=lambda file: (file.path.count("/"), file.path))
    texts: dict[str, str] = {}
    for file in named[: configs.MOST]:
        text = await blobs.text_of(connection, file.blob_id)
        texts[file.path] = text.text if text else ""
    return configs.read(texts)
