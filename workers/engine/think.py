"""What Thoughts are run with, and one run from its claim to what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from core.artifacts import Artifacts
from core.db import learning, repositories, runs, snapshots, thoughts
from core.db.connect import Database
from core.db.leases import Held, Leases, Ours
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import Thought
from core.db.workers import Lack
from core.errors import Skip
from core.learning import UNSAID
from workers import git
from workers.engine.checkouts import Checkouts
from workers.engine.claim import Claimed, snapshot_of
from workers.engine.ended import Settling
from workers.engine.running import Running
from workers.engine.settle import settle
from workers.model import Endpoint
from workers.retrieve.search import Searcher
from workers.sandbox import Sandbox
from workers.thoughts import THOUGHTS
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

_READY_SECONDS = 600.0
"""What was used so recently is kept: see the cache of checkouts."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`checkouts` is the folder of a cache of commits' files. `fetch` brings a repository's mirror
    to this host, where another one made the index, together with a ref, '' for the default branch;
    `depend` gives the tools what the code imports, where that is allowed. None where nothing is
    fetched. `lacks` is what cannot be done on this machine."""

    database: Database
    searcher: Searcher
    endpoint: Endpoint | None
    artifacts: Artifacts
    sandbox: Sandbox | None
    mirrors: Path
    checkouts: Path
    fetch: Callable[[Repository, str], Awaitable[None]] | None = None
    depend: Callable[[Sandbox, Tools, bool], Awaitable[None]] | None = None
    lacks: Sequence[Lack] = ()

    _ready: dict[Path, float] = field(default_factory=dict)

    async def think(self, thought: Thought) -> Run | None:
        """Run a claimed Thought to its end, and return its run; None where its repository is gone
        or has no index yet."""
        claimed = await self._claimed(thought)
        if claimed is None:
            return None
        leases = Leases(self.database.url, _unheard)
        leases.hold({thought.id: thought.attempts})
        with leases.kept():
            ended = await self.started(claimed).carried_out()
            settling = Settling(thought, claimed.run, ended)
            await settle(self.database, self.artifacts, [settling])
        async with self.database.tenant(thought.installation_id) as connection:
            return await runs.get(connection, claimed.run.id)

    async def _claimed(self, thought: Thought) -> Claimed | None:
        async with self.database.tenant(thought.installation_id) as connection:
            repository = await repositories.get(connection, thought.repository_id)
            snapshot = await snapshots.current(connection, thought.repository_id)
            if repository is None or snapshot is None:
                await thoughts.finish(connection, thought.id, thought.attempts)
                return None
            snapshot = await snapshot_of(connection, thought, snapshot)
            run = await runs.begin(connection, thought, snapshot.commit_sha)
            known = await runs.contents(connection, [thought])
            said = await learning.get(connection, repository.id)
        settings = said.effective if said else UNSAID
        seen = known.get(thought.id, frozenset())
        return Claimed(thought, run, repository, snapshot, settings, seen)

    @property
    def has_model(self) -> bool:
        """Whether there is one that can be asked."""
        return self.endpoint is not None and bool(self.endpoint.chat_model)

    def started(
        self, claimed: Claimed, begun: Callable[[], Awaitable[None]] | None = None
    ) -> Running:
        """A run that is ready to be carried out. `begun` is told once it has something to do."""
        thought, repository, snapshot = claimed.thought, claimed.repository, claimed.snapshot
        mirror = git.mirror_path(self.mirrors, repository.id)
        code = Checkouts(self.checkouts).path(repository.id, snapshot.commit_sha)
        reader = Reader(
            self.database,
            self.searcher,
            repository,
            snapshot,
            mirror,
            code,
            has_model=self.has_model,
            has_sandbox=self.sandbox is not None,
        )
        tools = Tools(code, THOUGHTS[thought.kind].LIMITS, self.sandbox, self.endpoint)
        running = Running(
            thought,
            reader,
            tools,
            partial(self._bring, claimed, mirror, code),
            partial(self._equip, claimed, tools),
            claimed.known,
        )
        return replace(running, begun=begun) if begun else running

    async def _bring(self, claimed: Claimed, mirror: Path, code: Path) -> None:
        """The commit's files, unless they were brought a moment ago. Another host may have made
        the index, the first one or that of a later commit. Raise Skip where the commit is gone."""
        if time.monotonic() - self._ready.get(code, float("-inf")) < _READY_SECONDS:
            return
        ref, commit = claimed.thought.about.ref, claimed.snapshot.commit_sha
        if not await asyncio.to_thread(git.holds, mirror, commit):
            if self.fetch is not None:
                await self.fetch(claimed.repository, ref)
            if not await asyncio.to_thread(git.holds, mirror, commit):
                raise Skip(f"the commit {commit[:9]} is gone from where the code comes from")
        await Checkouts(self.checkouts).code(mirror, claimed.repository.id, commit)
        self._ready[code] = time.monotonic()

    async def _equip(self, claimed: Claimed, tools: Tools) -> None:
        """What a pull request would import is for its author to say, who may be anybody."""
        if self.depend is not None and self.sandbox is not None and not claimed.thought.about.ref:
            await self.depend(self.sandbox, tools, claimed.settings.dependencies)


def _unheard(held: Held, ours: Ours) -> None:
    """Whoever waits at a terminal ends it there."""
