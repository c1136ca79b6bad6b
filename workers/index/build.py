"""From a repository to a snapshot that questions are answered from.

Fetch, resolve, walk, parse what is new, store; then one transaction makes the snapshot visible, so
that a question never sees half an index.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import files, repositories, snapshots
from core.db.connect import Connection, Database
from core.db.files import File
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.errors import UserError
from core.settings import Settings
from workers import git
from workers.git import Change, CorruptMirror, Credentials, Mirror
from workers.index import garbage, lanes, past, skip
from workers.index.contents import Contents
from workers.index.excludes import Excludes, excludes_of
from workers.index.parse import RULES
from workers.index.walk import Entry, Walk, touches_attributes
from workers.progress import Progress

MAX_DEPTH = 16
"""An overlay on so many others takes in their rows, and lies on the full one."""

_PULLS = "refs/pull/"

MAX_OVERLAID = 0.25
"""Where overlays would have more rows than this share of the full one, another full one is made."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an index run did. `files`, `chunks`, `symbols` and `skipped` are of the whole snapshot;
    `blobs_new` counts the contents that had to be parsed."""

    repository: str
    ref: str
    commit: str
    snapshot_id: int
    files: int
    blobs_new: int
    chunks: int
    symbols: int
    skipped: dict[str, int]
    uncommitted: bool
    notice: str
    seconds: float


async def index(
    *,
    settings: Settings,
    database: Database,
    repository: Repository,
    ref: str = "",
    credentials: Credentials | None = None,
    progress: Progress | None = None,
    processes: int = 0,
) -> Report:
    """Index a ref; '' is the default branch, and moves the repository's snapshot to it.

    Raises UserError for what the user can mend, TryLater for what may pass. Whatever happens, the
    snapshots that are there go on answering.
    """
    started = time.monotonic()
    mirror = git.mirror_path(settings.data_dir / "mirrors", repository.id)
    told = progress or (lambda stage, done, total: None)
    workers = processes or lanes.usable_processes()
    run = _Run(database, repository, mirror, ref, credentials, told, workers)
    lanes.prepare()
    await run.fetch()
    async with snapshots.indexing(database, repository.id):
        built = await run.build_or_mend()
        told("history", 0, 1)
        if not ref:
            await past.read(database, repository, mirror, built.commit)
            await garbage.collect(database, repository)
    return await run.report(built, started)


@dataclass(frozen=True, slots=True)
class _Built:
    commit: str
    snapshot_id: int
    blobs_new: int
    notice: str


@dataclass(frozen=True, slots=True)
class _Run:
    """One index run."""

    database: Database
    repository: Repository
    mirror: Path
    ref: str
    credentials: Credentials | None
    progress: Progress
    processes: int

    async def fetch(self) -> None:
        await git.fetch(
            self.repository.source,
            self.mirror,
            ref=self.ref,
            credentials=self.credentials,
            progress=self.progress,
        )

    async def build_or_mend(self) -> _Built:
        """Under the repository's lock. What the mirror lost the source may have: it is built again,
        once. What is unreadable then is unreadable in the source."""
        try:
            return await self._build(lenient=False)
        except CorruptMirror:
            await git.discard(self.mirror)
            await self.fetch()
        try:
            return await self._build(lenient=True)
        except CorruptMirror as error:
            raise UserError(
                f"{self.repository.source} is damaged ({error}); run 'git fsck' there, mend it, "
                "and try again."
            ) from error

    async def _build(self, *, lenient: bool) -> _Built:
        with Mirror(self.mirror) as mirror:
            commit = mirror.resolve(self.ref)
            excludes = excludes_of(mirror)
            attributes = await self._attributes(mirror, commit)
            rules = rules_of(excludes, attributes)
            found = await self._found(commit, rules)
            if found is not None:
                await self._point_to(found.id, mirror.default_branch())
                return _Built(commit, found.id, 0, excludes.problem)
            plan = await self._plan(mirror, commit, rules)
            walk = Walk(mirror, commit, excludes, attributes)
            entries = await asyncio.to_thread(_entries, walk, plan)
            contents = self._contents()
            rows = await self._rows(contents, entries)
            if not lenient and any(row.skipped == skip.UNREADABLE for row in rows):
                raise CorruptMirror("a file's content cannot be read")
            snapshot_id = await self._publish(mirror, commit, rules, plan, rows)
        return _Built(commit, snapshot_id, contents.new, excludes.problem)

    async def _attributes(self, mirror: Mirror, commit: str) -> str:
        """The commit whose .gitattributes counts, '' for its own. What a pull request says there
        would hide it from its own review: of one that changes it, the default branch's counts."""
        if not self.ref.startswith(_PULLS):
            return ""
        async with self.database.tenant(self.repository.installation_id) as connection:
            current = await snapshots.current(connection, self.repository.id)
        if current is None or not mirror.has_commit(current.commit_sha):
            return ""
        changes = await asyncio.to_thread(_changes, mirror, current.commit_sha, commit)
        return current.commit_sha if touches_attributes(changes) else ""

    async def _found(self, commit: str, rules: str) -> Snapshot | None:
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await snapshots.by_commit(connection, self.repository.id, commit, rules)

    async def _point_to(self, snapshot_id: int, branch: str) -> None:
        if not self.ref:
            async with self.database.tenant(self.repository.installation_id) as connection:
                await repositories.set_snapshot(connection, self.repository.id, snapshot_id)
                await repositories.set_default_branch(connection, self.repository.id, branch)

    def _contents(self) -> Contents:
        return Contents(
            self.database,
            self.repository,
            self.mirror,
            self.processes,
            lambda done, total: self.progress("parse", done, total),
        )

    async def _rows(self, contents: Contents, entries: Sequence[Entry]) -> list[File]:
        settled = await contents.settle(entries)
        return [
            File(entry.path, entry.raw, entry.sha, each.blob_id, each.reason)
            for entry, each in zip(entries, settled, strict=True)
        ]

    async def _plan(self, mirror: Mirror, commit: str, rules: str) -> _Plan:
        """How to come to the snapshot: from one that is there, where little differs."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            base = await self._base(connection, mirror, commit, rules)
            if base is None:
                return _Plan(None, None, ())
            changes = await asyncio.to_thread(_changes, mirror, base.commit_sha, commit)
            if touches_attributes(changes):
                return _Plan(None, None, ())
            extent = await files.extent(connection, base.id)
            if extent.overlaid + len(changes) > extent.full * MAX_OVERLAID:
                return _Plan(None, changes, await files.of_snapshot(connection, base.id))
            if base.depth < MAX_DEPTH:
                return _Plan(base, changes, ())
            below = await files.overlaid(connection, base.id)
            return _Plan(await snapshots.root(connection, base.id), changes, below)

    async def _base(
        self, connection: Connection, mirror: Mirror, commit: str, rules: str
    ) -> Snapshot | None:
        """The snapshot of the default branch. A branch lies where it parted from it, if that was
        indexed: its rows are then its own changes, however far the default branch went on."""
        current = await snapshots.current(connection, self.repository.id)
        if current is None or current.rules != rules or not mirror.has_commit(current.commit_sha):
            return None
        if not self.ref:
            return current
        parted = await asyncio.to_thread(mirror.merge_base, current.commit_sha, commit)
        found = parted and await snapshots.by_commit(connection, self.repository.id, parted, rules)
        return found or current

    async def _publish(
        self, mirror: Mirror, commit: str, rules: str, plan: _Plan, rows: Sequence[File]
    ) -> int:
        """The one transaction that makes the snapshot visible."""
        rows = _on_top(plan.unchanged, rows, keep_removals=plan.base is not None)
        async with self.database.tenant(self.repository.installation_id) as connection:
            snapshot_id = await snapshots.add(
                connection,
                installation_id=self.repository.installation_id,
                repository_id=self.repository.id,
                ref=self.ref,
                commit_sha=commit,
                base=plan.base,
                rules=rules,
                committed_at=mirror.committed_at(commit),
            )
            await files.add(
                connection,
                installation_id=self.repository.installation_id,
                snapshot_id=snapshot_id,
                files=rows,
            )
            if not self.ref:
                await repositories.set_snapshot(connection, self.repository.id, snapshot_id)
                await repositories.set_default_branch(
                    connection, self.repository.id, mirror.default_branch()
                )
        return snapshot_id

    async def report(self, built: _Built, started: float) -> Report:
        async with self.database.tenant(self.repository.installation_id) as connection:
            totals = await files.totals(connection, built.snapshot_id)
        source = Path(self.repository.source)
        return Report(
            repository=self.repository.name,
            ref=self.ref,
            commit=built.commit,
            snapshot_id=built.snapshot_id,
            files=totals.files,
            blobs_new=built.blobs_new,
            chunks=totals.chunks,
            symbols=totals.symbols,
            skipped=totals.skipped,
            uncommitted=source.is_absolute()
            and await asyncio.to_thread(git.uncommitted, source, self.mirror),
            notice=built.notice,
            seconds=round(time.monotonic() - started, 3),
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """`base`: write an overlay on it. `changes` None: walk the whole tree. `unchanged`: rows that
    the changes are applied to: of a whole snapshot, or of the overlays that are taken in."""

    base: Snapshot | None
    changes: Sequence[Change] | None
    unchanged: Sequence[File]


def rules_of(excludes: Excludes, attributes: str = "") -> str:
    """What a snapshot's rows depend on, beside the commit."""
    return "/".join(filter(None, (RULES, skip.RULES, excludes.digest, attributes)))


def _changes(mirror: Mirror, before: str, after: str) -> list[Change]:
    return list(mirror.changed(before, after))


def _entries(walk: Walk, plan: _Plan) -> list[Entry]:
    return list(walk.all() if plan.changes is None else walk.of(plan.changes))


def _on_top(unchanged: Sequence[File], rows: Sequence[File], *, keep_removals: bool) -> list[File]:
    """What did not change, and what did. A full snapshot has no rows of removals."""
    newer = {row.path: row for row in rows}
    kept = [row for row in unchanged if row.path not in newer]
    return kept + [row for row in newer.values() if keep_removals or row.skipped != skip.REMOVED]
