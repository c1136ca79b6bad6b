"""Search over the snapshots of all repositories: one Searcher a process, with what it loaded."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from pathspec import PathSpec

from core import log
from core.db import symbol_graph
from core.db.connect import Database
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition
from workers.embeddings.local import LocalModel
from workers.graph.asking import Asking
from workers.graph.load import Graphs
from workers.graph.questions import Use
from workers.index.terms import term_id
from workers.model import Endpoint
from workers.retrieve import load, query
from workers.retrieve.disk import Disk
from workers.retrieve.nearest import Nearest
from workers.retrieve.policy import HAND_SET
from workers.retrieve.rank import rank
from workers.retrieve.rerank import Ranked
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import Bools, SnapshotIndex
from workers.retrieve.texts import Kept

CACHE_BYTES = 512 << 20
AT_HAND = 8
"""So many snapshots keep what is made again when it is asked for."""

MOST_DEFINITIONS = 50
MOST_USES = 200

_WORD = re.compile(r"[^\W\d]\w*")

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """Lines that may answer, 1-based and inclusive, and why: features by name."""

    path: str
    start_line: int
    end_line: int
    symbol: str
    kind: str
    language: str
    score: float
    features: dict[str, float]
    blob_id: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class _Loaded:
    index: SnapshotIndex
    recency: Floats


class Searcher:
    """Snapshots never change, so what is loaded stays true; the least used goes first."""

    policy_version = HAND_SET.version

    def __init__(
        self,
        database: Database,
        endpoint: Endpoint | None,
        *,
        local: LocalModel | None = None,
        disk: Disk | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        """`disk`: where full snapshots lie as files; None: in memory alone."""
        self._database = database
        self._disk = disk
        self._nearest = Nearest(database, endpoint, local, disk)
        self._graphs = Graphs(database)
        self._cache_bytes = cache_bytes
        self._loaded: OrderedDict[int, asyncio.Task[_Loaded]] = OrderedDict()
        self.texts = Kept()
        self._bytes: dict[int, int] = {}
        self._past = load.Past(database)

    async def search(
        self,
        snapshot: Snapshot,
        question: str,
        *,
        limit: int = 20,
        history: Sequence[str] = (),
        cited_files: Collection[str] = (),
    ) -> list[Hit]:
        """Best first. `history`: earlier questions of the conversation, oldest first."""
        parsed = query.parse(question, history)
        loaded = await self._of(snapshot)
        if not parsed.weights or not loaded.index.chunk_count:
            return []
        near = await self._nearest.to(snapshot, parsed, loaded.index)
        ranked = await asyncio.to_thread(
            rank, loaded.index, parsed, near, loaded.recency, cited_files=cited_files
        )
        return [_hit(loaded.index, each) for each in ranked[:limit]]

    async def index(self, snapshot: Snapshot) -> SnapshotIndex:
        return (await self._of(snapshot)).index

    async def within(self, snapshot: Snapshot, question: str, chunks: Bools) -> list[Ranked]:
        """Like `search`, of the chunks of a mask only; their numbers, best first."""
        parsed = query.parse(question)
        loaded = await self._of(snapshot)
        if not parsed.weights or not chunks.any():
            return []
        near = await self._nearest.to(snapshot, parsed, loaded.index)
        return await asyncio.to_thread(
            rank, loaded.index, parsed, near, loaded.recency, within=chunks
        )

    async def definitions(self, snapshot: Snapshot, name: str) -> list[Definition]:
        """Definitions of a name, case aside; of a dotted one those whose containers fit too."""
        dotted = name.replace("::", ".").replace("#", ".")
        async with self._database.tenant(snapshot.installation_id) as connection:
            found = await symbol_graph.named(
                connection,
                snapshot.repository_id,
                snapshot.id,
                [dotted.rpartition(".")[2]],
                MOST_DEFINITIONS,
            )
        return [d for d in found if f".{d.qualified}".endswith(f".{dotted}")] or found

    async def references(self, snapshot: Snapshot, name: str) -> list[Use]:
        """Who calls, inherits from, imports or mentions a definition of this name; where there is
        none, who uses the name."""
        graph = await self.graph(snapshot)
        found = await graph.uses_of(await self.definitions(snapshot, name))
        if not found:
            found = await graph.uses_of_name(name.replace("::", ".").rpartition(".")[2])
        return found[:MOST_USES]

    async def graph(self, snapshot: Snapshot) -> Asking:
        """The symbol graph of a snapshot, loaded when it is first asked."""
        return await self._graphs.of(snapshot)

    async def list_files(self, snapshot: Snapshot, glob: str) -> list[str]:
        """Indexed paths that fit a pattern in the style of .gitignore, in order."""
        index = (await self._of(snapshot)).index
        wanted = PathSpec.from_lines("gitignore", [glob])
        alive = zip(index.paths, index.alive_files.tolist(), strict=True)
        return sorted(path for path, is_alive in alive if is_alive and wanted.match_file(path))

    async def unmatched(self, snapshot: Snapshot, question: str) -> list[str]:
        """Words of a question that stand nowhere in the snapshot, not even in a path. An identifier
        counts as a whole."""
        index = (await self._of(snapshot)).index
        wanted = {
            word: own[-1] for word in _WORD.findall(question) if (own := query.asked_terms(word))
        }
        return [
            word
            for word, term in wanted.items()
            if not len(index.postings(term_id(term)).chunks)
            and not len(index.files_with_path_term(term_id(term)))
        ]

    async def warm(self, snapshot: Snapshot) -> None:
        """Load what the next question will need, and delete the files of what is forgotten."""
        await self._nearest.warm(snapshot, (await self._of(snapshot)).index)
        if self._disk is not None:
            kept = await load.full_ones(self._database, snapshot)
            await asyncio.to_thread(self._disk.keep, snapshot.repository_id, kept)

    def forget(self, repository_id: int) -> None:
        """Delete the files of a repository that was removed."""
        if self._disk is not None:
            self._disk.keep(repository_id, set())

    async def _of(self, snapshot: Snapshot) -> _Loaded:
        """Loaded once, however many ask at the same time."""
        task = self._loaded.get(snapshot.id)
        if task is None:
            task = asyncio.create_task(self._load(snapshot))
            self._loaded[snapshot.id] = task
        self._loaded.move_to_end(snapshot.id)
        try:
            loaded = await asyncio.shield(task)
        except BaseException:
            if task.done() and self._loaded.get(snapshot.id) is task:
                del self._loaded[snapshot.id]
            raise
        self._bytes.setdefault(snapshot.id, loaded.index.nbytes + loaded.recency.nbytes)
        self._shrink()
        return loaded

    async def _load(self, snapshot: Snapshot) -> _Loaded:
        chain = await load.chain_of(self._database, snapshot)
        index = await self._index(snapshot, chain)
        return _Loaded(index, await self._past.recency(snapshot, index))

    async def _index(self, snapshot: Snapshot, chain: Sequence[int]) -> SnapshotIndex:
        if len(chain) < 2:
            return await load.full(self._database, snapshot, self._disk)
        base = await self._base(snapshot, chain[-1])
        return await load.overlay(self._database, snapshot.installation_id, chain[:-1], base)

    async def _base(self, snapshot: Snapshot, base_id: int) -> SnapshotIndex:
        base = await load.snapshot(self._database, snapshot.installation_id, base_id)
        index = (await self._of(base)).index
        if len(index.segments) == 1:
            return index
        # It was loaded as an overlay, and made a full one since.
        self._forget(base_id)
        return (await self._of(base)).index

    def _shrink(self) -> None:
        """The last one used stays, whatever its size."""
        for older in islice(reversed(self._loaded.values()), AT_HAND, AT_HAND + 1):
            if older.done() and not older.cancelled() and older.exception() is None:
                older.result().index.shrink()
        while len(self._loaded) > 1 and sum(self._bytes.values()) > self._cache_bytes:
            oldest = next(iter(self._loaded))
            if oldest not in self._bytes:
                return
            _log.info("index unloaded", snapshot=oldest, bytes=self._bytes[oldest])
            self._forget(oldest)

    def _forget(self, snapshot_id: int) -> None:
        self._loaded.pop(snapshot_id, None)
        self._bytes.pop(snapshot_id, None)


def _hit(index: SnapshotIndex, ranked: Ranked) -> Hit:
    row, file = index.rows[ranked.chunk], index.files[index.file[ranked.chunk]]
    return Hit(
        path=file.path,
        start_line=row.start_line,
        end_line=row.end_line,
        symbol=row.symbol,
        kind=row.kind,
        language=file.language,
        score=round(ranked.score, 6),
        features={name: round(value, 6) for name, value in ranked.features.items()},
        blob_id=row.blob_id,
        ordinal=row.ordinal,
    )
