"""What Thoughts are run with, and one run from its claim to what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.artifacts import Artifacts
from core.db import claims, repositories, runs, snapshots, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.snapshots import Snapshot
from core.db.thoughts import Thought
from workers import git
from workers.engine.checkouts import Checkouts
from workers.engine.claim import snapshot_of
from workers.engine.running import Running
from workers.engine.settle import Settling, settle
from workers.model import Endpoint
from workers.retrieve.search import Searcher
from workers.sandbox import Sandbox
from workers.thoughts import THOUGHTS
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools


@dataclass(frozen=True, slots=True)
class Engine:
    """`checkouts` is the folder of a cache of commits' files. `fetch` brings a repository's mirror
    to this host, where another one made the index, together with a ref, '' for the default branch;
    `depend` gives the tools what the code imports. None where nothing is fetched."""

    database: Database
    searcher: Searcher
    endpoint: Endpoint | None
    artifacts: Artifacts
    sandbox: Sandbox | None
    mirrors: Path
    checkouts: Path
    fetch: Callable[[Repository, str], Awaitable[None]] | None = None
    depend: Callable[[Sandbox, Repository, Tools], Awaitable[None]] | None = None

    async def think(self, thought: Thought) -> Run | None:
        """Run a claimed Thought to its end, and return its run; None where its repository is gone
        or has no index yet."""
        async with self.database.tenant(thought.installation_id) as connection:
            repository = await repositories.get(connection, thought.repository_id)
            snapshot = await snapshots.current(connection, thought.repository_id)
            if repository is None or snapshot is None:
                await thoughts.finish(connection, thought.id, thought.attempts)
                return None
            snapshot = await snapshot_of(connection, thought, snapshot)
            run = await runs.begin(connection, thought, snapshot.commit_sha)
        heart = asyncio.create_task(self._beat(thought))
        try:
            ended = await self.started(thought, repository, snapshot).carried_out()
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
        await settle(self.database, self.artifacts, [Settling(thought, run, ended)])
        async with self.database.tenant(thought.installation_id) as connection:
            return await runs.get(connection, run.id)

    async def _beat(self, thought: Thought) -> None:
        """Keep the lease while the run lasts."""
        while True:
            await asyncio.sleep(thoughts.LEASE_SECONDS / 3)
            async with self.database.tenant(thought.installation_id) as connection:
                await claims.extend(connection, {thought.id: thought.attempts})

    def started(self, thought: Thought, repository: Repository, snapshot: Snapshot) -> Running:
        """A run that is ready to be carried out."""
        mirror = git.mirror_path(self.mirrors, repository.id)
        checkouts = Checkouts(self.checkouts)
        code = checkouts.path(repository.id, snapshot.commit_sha)
        reader = Reader(
            self.database,
            self.searcher,
            repository,
            snapshot,
            mirror,
            code,
            has_model=self.endpoint is not None and bool(self.endpoint.chat_model),
            has_sandbox=self.sandbox is not None,
        )
        tools = Tools(code, THOUGHTS[thought.kind].LIMITS, self.sandbox, self.endpoint)

        async def ready() -> None:
            ref, commit = thought.about.ref, snapshot.commit_sha
            is_here = mirror.exists() and (not ref or git.has_commit(mirror, commit))
            if self.fetch is not None and not is_here:
                await self.fetch(repository, ref)
            await checkouts.code(mirror, repository.id, commit)
            # What a pull request would import is for its author to say, who may be anybody.
            if self.depend is not None and self.sandbox is not None and not ref:
                await self.depend(self.sandbox, repository, tools)

        return Running(self.database, thought, reader, tools, ready)
