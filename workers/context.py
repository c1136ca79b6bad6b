"""What every job is given: one object, opened once a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.db.connect import Database, open_database
from core.github import GitHub, open_github
from core.queue import Queue, open_queue
from core.settings import Settings
from workers.embeddings.local import LocalModel
from workers.model import Endpoint, open_endpoint
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    database: Database
    queue: Queue
    searcher: Searcher
    endpoint: Endpoint | None
    github: GitHub | None
    local: LocalModel | None = None

    @property
    def mirrors(self) -> Path:
        """The folder of bare git mirrors: a cache that can be rebuilt."""
        return self.settings.data_dir / "mirrors"

    @property
    def checkouts(self) -> Path:
        """The folder of a cache of commits' files, for Thoughts."""
        return self.settings.data_dir / "checkouts"


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Raise UserError where a store cannot be reached."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_url))
        queue = await stack.enter_async_context(open_queue(settings.redis_url))
        endpoint = await stack.enter_async_context(
            open_endpoint(settings.model, database, killed=settings.kill_switch)
        )
        github = await stack.enter_async_context(open_github(settings))
        source = settings.model.local_embedding
        local = LocalModel(source) if source else None
        disk = Disk(settings.data_dir / "segments")
        searcher = Searcher(database, endpoint, local=local, disk=disk)
        yield Context(settings, database, queue, searcher, endpoint, github, local)
