"""One run of one Thought: prepare (trusted, reads), run (untrusted, no database), settle."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core import log
from core.artifacts import Artifacts
from core.db import repositories, runs, snapshots, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.runs import Run, Spent
from core.db.snapshots import Snapshot
from core.db.thoughts import Thought
from core.errors import Skip, TryLater, UserError
from workers import git
from workers.engine.settle import Ended, settle
from workers.model import Endpoint
from workers.retrieve.search import Searcher
from workers.sandbox import Sandbox
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Brief, Outcome
from workers.thoughts.reader import Reader
from workers.thoughts.tools import OverLimit, Tools

BUG = "Ponder failed at this because of a bug of its own; the log of the worker has the details."

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """What Thoughts are run with. `checkouts` is a cache of commits' files."""

    database: Database
    searcher: Searcher
    endpoint: Endpoint | None
    artifacts: Artifacts
    sandbox: Sandbox | None
    mirrors: Path
    checkouts: Path

    async def think(self, thought: Thought) -> Run | None:
        """Run a claimed Thought to its end, and return its run; None where its repository is gone
        or has no index yet."""
        async with self.database.tenant(thought.installation_id) as connection:
            repository = await repositories.get(connection, thought.repository_id)
            snapshot = await snapshots.current(connection, thought.repository_id)
            if repository is None or snapshot is None:
                await thoughts.finish(connection, thought.id, thought.attempts)
                return None
            run = await runs.begin(connection, thought, snapshot.commit_sha)
        heart = asyncio.create_task(self._beat(thought))
        try:
            ended = await self._ended(thought, repository, snapshot)
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
        await settle(self.database, self.artifacts, thought, run, ended)
        async with self.database.tenant(thought.installation_id) as connection:
            return await runs.get(connection, run.id)

    async def _beat(self, thought: Thought) -> None:
        """Keep the lease while the run lasts."""
        while True:
            await asyncio.sleep(thoughts.LEASE_SECONDS / 3)
            async with self.database.tenant(thought.installation_id) as connection:
                await thoughts.extend(connection, thought.id)

    async def _ended(self, thought: Thought, repository: Repository, snapshot: Snapshot) -> Ended:
        began = time.monotonic()
        kind = THOUGHTS[thought.kind]
        code = await self._code(repository, snapshot.commit_sha)
        tools = Tools(code, kind.LIMITS, self.sandbox, self.endpoint)
        content = ""

        def spent() -> Spent:
            seconds = time.monotonic() - began
            return Spent(seconds, tools.cpu_seconds, tools.model_tokens, tools.cost_usd)

        def ended(status: str, outcome: Outcome | None = None, problem: str = "") -> Ended:
            return Ended(status, spent(), outcome, content, problem, "\n".join(tools.lines))

        try:
            async with asyncio.timeout(kind.LIMITS.wall_seconds):
                brief = await self._brief(thought, repository, snapshot, code)
                if brief is None:
                    return ended("nothing")
                content = brief.content
                if await self._is_known(thought, content):
                    return ended("known")
                return ended("done", await kind.run(tools, brief))
        except TimeoutError:
            return ended("timed_out", problem="It took longer than its limit.")
        except (OverLimit, Skip, TryLater, UserError) as error:
            return ended("failed", problem=str(error))
        except Exception:  # noqa: BLE001 - a Thought's bug ends its run, not the engine
            _log.exception("think.bug", thought=thought.kind, subject=thought.subject_key)
            return ended("failed", problem=BUG)

    async def _brief(
        self, thought: Thought, repository: Repository, snapshot: Snapshot, code: Path
    ) -> Brief | None:
        reader = Reader(
            self.database,
            self.searcher,
            repository,
            snapshot,
            git.mirror_path(self.mirrors, repository.id),
            code,
            has_model=self.endpoint is not None and bool(self.endpoint.chat_model),
            has_sandbox=self.sandbox is not None,
        )
        return await THOUGHTS[thought.kind].prepare(reader, thought.about)

    async def _is_known(self, thought: Thought, content: str) -> bool:
        async with self.database.tenant(thought.installation_id) as connection:
            return await runs.is_known(connection, thought, content)

    async def _code(self, repository: Repository, commit: str) -> Path:
        """The commit's files, from the cache where they are there."""
        mirror = git.mirror_path(self.mirrors, repository.id)
        folder = self.checkouts / str(repository.id) / commit
        await asyncio.to_thread(_checkout, mirror, commit, folder)
        return folder


def _checkout(mirror: Path, commit: str, folder: Path) -> None:
    """Write a commit's files to a folder, whole or not at all."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        git.export(mirror, commit, made)
        with suppress(OSError):  # another run was faster
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
