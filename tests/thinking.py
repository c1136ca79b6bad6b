"""A repository to think about: indexed and linked, with an engine of its own and a real sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.artifacts import open_artifacts
from core.db import findings, repositories
from core.db.connect import Database
from core.db.findings import Finding
from core.db.repositories import Repository
from core.db.runs import Run
from core.settings import Settings
from tests.checkout import Checkout
from workers.engine.now import think_now
from workers.engine.think import Engine
from workers.git import discard, mirror_path
from workers.index.build import index
from workers.index.link import link
from workers.model import Endpoint
from workers.retrieve.search import Searcher
from workers.sandbox import open_sandbox


@dataclass(frozen=True)
class Thinking:
    """A checkout, its row, and the engine that thinks about it."""

    checkout: Checkout
    repository: Repository
    engine: Engine
    settings: Settings

    async def index(self) -> None:
        """Bring the index up to the checkout's last commit."""
        report = await index(
            settings=self.settings,
            database=self.engine.database,
            repository=self.repository,
            ref="",
            processes=1,
        )
        await link(
            database=self.engine.database,
            repository=self.repository,
            snapshot_id=report.snapshot_id,
            processes=1,
        )

    async def commit(self, files: Mapping[str, str], message: str = "change") -> str:
        """Write files, commit them, index them; return the commit."""
        for name, text in files.items():
            self.checkout.write(name, text)
        commit = self.checkout.commit(message)
        await self.index()
        return commit

    async def think(self, *kinds: str, seconds: float = 120.0) -> list[Run]:
        """Run Thoughts of these kinds, or of all, until nothing is due."""
        ended = think_now(self.engine, self.repository, kinds=kinds, seconds=seconds)
        return [run async for run in ended]

    async def findings(self, **filters: Sequence[str]) -> list[Finding]:
        async with self.engine.database.tenant(0) as connection:
            return await findings.of_repository(connection, self.repository.id, filters=filters)


@asynccontextmanager
async def thinking(
    settings: Settings,
    database: Database,
    files: Mapping[str, str],
    *,
    endpoint: Endpoint | None = None,
) -> AsyncIterator[Thinking]:
    """Of a new repository with these files in its first commit."""
    with TemporaryDirectory() as named:
        folder = Path(named)
        checkout = Checkout(folder / "shop")
        async with database.tenant(0) as connection:
            repository = await repositories.connect_local(
                connection, name="shop", source=str(checkout.path)
            )
        engine = Engine(
            database,
            Searcher(database, endpoint),
            endpoint,
            open_artifacts((folder / "artifacts").as_uri()),
            await open_sandbox(folder / "scratch"),
            settings.data_dir / "mirrors",
            folder / "checkouts",
        )
        made = Thinking(checkout, repository, engine, settings)
        await made.commit(files)
        try:
            yield made
        finally:
            await discard(mirror_path(engine.mirrors, repository.id))
