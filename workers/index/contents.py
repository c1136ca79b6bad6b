"""From contents to rows: what is known already costs nothing, the rest is parsed and stored.

Batches are committed a few at a time, so a run that is killed leaves its work to the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import blob_chunks, blobs, symbols
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.staging import relax
from workers.git import CorruptMirror, Mirror
from workers.index import skip
from workers.index.child import Parsed, Task, Verdict, judge
from workers.index.lanes import batches, lanes_for, open_lanes, results
from workers.index.parse import RULES
from workers.index.walk import Entry
from workers.languages import language_of


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an entry: exactly one of the two is there."""

    blob_id: int | None
    reason: str | None


UNSETTLED = Settled(None, None)

STORED_TOGETHER = 8
"""Batches of a transaction: one for each costs PostgreSQL twice as much."""


class Contents:
    """The contents of one repository's entries, while its lock is held."""

    def __init__(
        self,
        database: Database,
        repository: Repository,
        mirror: Path,
        processes: int,
        progress: Callable[[int, int], None],
    ) -> None:
        self.database = database
        self.repository = repository
        self.mirror = mirror
        self.processes = processes
        self.progress = progress
        self.new = 0
        self._known: dict[tuple[str, str], int] = {}
        self._judged: set[str] = set()
        self._crashed: set[tuple[str, str]] = set()
        self._parsed = 0

    async def settle(self, entries: Sequence[Entry]) -> list[Settled]:
        """In the order of the entries.

        In the first round each unknown content is parsed once, whatever number of paths has it.
        Its other paths are judged in the next: they may be of another language, or be generated.
        """
        settled = [Settled(None, entry.skipped) for entry in entries]
        await self._load([entry.sha or "" for entry in entries if entry.skipped is None])
        while unsettled := [i for i, each in enumerate(settled) if each == UNSETTLED]:
            wanted = await asyncio.to_thread(self._plan, entries, unsettled, settled)
            verdicts = await self._parse([entries[index] for index in wanted])
            for index, verdict in zip(wanted, verdicts, strict=True):
                settled[index] = Settled(
                    None if verdict.reason else verdict.blob_id, verdict.reason
                )
        return settled

    async def _load(self, shas: list[str]) -> None:
        async with self.database.tenant(self.repository.installation_id) as connection:
            self._known = await blobs.known(connection, self.repository.id, RULES, shas)
        self._judged = {sha for sha, _ in self._known}

    def _plan(
        self, entries: Sequence[Entry], unsettled: Sequence[int], settled: list[Settled]
    ) -> list[int]:
        """Settle what is known, and return the entries to parse now: one for each content."""
        wanted: dict[tuple[str, str], int] = {}
        with Mirror(self.mirror) as mirror:
            for index in unsettled:
                entry = entries[index]
                assert entry.sha is not None
                language = ""
                if entry.sha in self._judged:
                    settled[index], language = self._look_up(mirror, entry)
                if settled[index] == UNSETTLED:
                    wanted.setdefault((entry.sha, language), index)
        return list(wanted.values())

    def _look_up(self, mirror: Mirror, entry: Entry) -> tuple[Settled, str]:
        assert entry.sha is not None
        try:
            content = mirror.read(entry.sha)
        except CorruptMirror:
            return Settled(None, skip.UNREADABLE), ""
        reason, language = judge(content, entry.path, may_be_generated=entry.may_be_generated)
        if reason is None and (entry.sha, language) in self._crashed:
            reason = skip.CRASHED
        blob_id = None if reason else self._known.get((entry.sha, language))
        return Settled(blob_id, reason), language

    async def _parse(self, entries: Sequence[Entry]) -> list[Verdict]:
        """Parse and store; a verdict for each entry, in their order."""
        if not entries:
            return []
        tasks = await self._tasks(entries)
        found: dict[int, Verdict] = {}
        done = self._parsed
        waiting: list[Parsed] = []
        async with open_lanes(self.mirror, lanes_for(tasks, self.processes)) as lanes:
            async for parsed in results(lanes, batches(tasks)):
                for part in parsed:
                    found |= {verdict.blob_id: verdict for verdict in part.verdicts}
                waiting += parsed
                if len(waiting) >= STORED_TOGETHER:
                    await self._store(waiting)
                    waiting = []
                self.progress(done + len(found), done + len(tasks))
        if waiting:
            await self._store(waiting)
        self._parsed += len(tasks)
        verdicts = [found[task.blob_id] for task in tasks]
        for task, verdict in zip(tasks, verdicts, strict=True):
            self._remember(task, verdict)
        return verdicts

    async def _tasks(self, entries: Sequence[Entry]) -> list[Task]:
        async with self.database.tenant(self.repository.installation_id) as connection:
            ids = await blobs.reserve(connection, len(entries))
        return [
            Task(blob_id, entry.sha or "", entry.path, entry.size, entry.may_be_generated)
            for blob_id, entry in zip(ids, entries, strict=True)
        ]

    def _remember(self, task: Task, verdict: Verdict) -> None:
        self._judged.add(task.sha)
        if verdict.reason is None:
            self._known[task.sha, verdict.language] = verdict.blob_id
            self.new += 1
        elif verdict.reason == skip.CRASHED:
            self._crashed.add((task.sha, language_of(task.path)))

    async def _store(self, parsed: Sequence[Parsed]) -> None:
        """One transaction. It need not reach the disk at once: the snapshot that makes it visible
        is committed later, and the log is written in order."""
        installation_id, repository_id = self.repository.installation_id, self.repository.id
        async with self.database.tenant(installation_id) as connection:
            await relax(connection)
            await blobs.add(
                connection,
                installation_id=installation_id,
                repository_id=repository_id,
                rules=RULES,
                rows=b"".join(part.blobs for part in parsed),
            )
            await blob_chunks.add(
                connection,
                installation_id=installation_id,
                rows=b"".join(part.chunks for part in parsed),
            )
            await symbols.add(
                connection,
                installation_id=installation_id,
                repository_id=repository_id,
                rows=b"".join(part.symbols for part in parsed),
            )
