"""One repository, indexed from a checkout, as the tests here want it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.db import files, repositories
from core.db.connect import Database
from core.db.files import File
from core.db.repositories import Repository
from core.settings import Settings
from tests.checkout import Checkout
from workers.git import discard, mirror_path
from workers.index import lanes
from workers.index.build import Report, index
from workers.index.link import link


@dataclass(frozen=True)
class Indexed:
    """A checkout and its index."""

    settings: Settings
    database: Database
    checkout: Checkout
    repository: Repository

    @property
    def mirror(self) -> Path:
        return mirror_path(self.settings.data_dir / "mirrors", self.repository.id)

    async def index(self, ref: str = "", **options: Any) -> Report:
        return await index(
            settings=self.settings,
            database=self.database,
            repository=self.repository,
            ref=ref,
            processes=1,
            **options,
        )

    async def link(self, snapshot_id: int | None = None) -> int:
        return await link(
            database=self.database,
            repository=self.repository,
            snapshot_id=snapshot_id,
            processes=1,
        )

    async def files(self, snapshot_id: int) -> dict[str, File]:
        async with self.database.tenant(0) as connection:
            return {file.path: file for file in await files.of_snapshot(connection, snapshot_id)}

    async def skipped(self, snapshot_id: int) -> dict[str, str | None]:
        return {path: file.skipped for path, file in (await self.files(snapshot_id)).items()}

    async def fetch(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        async with self.database.tenant(0) as connection:
            return await (await connection.execute(query.encode(), parameters)).fetchall()

    async def snapshot_id(self) -> int | None:
        async with self.database.tenant(0) as connection:
            found = await repositories.get(connection, self.repository.id)
        return found.snapshot_id if found else None


@pytest.fixture
async def connect(settings: Settings, database: Database, tmp_path: Path) -> Callable[[str], Any]:
    """Connect a new, empty checkout under a name."""

    async def connected(name: str) -> Indexed:
        checkout = Checkout(tmp_path / name)
        async with database.tenant(0) as connection:
            repository = await repositories.connect_local(
                connection, name=name, source=str(checkout.path)
            )
        made = Indexed(settings, database, checkout, repository)
        # The ids of repositories begin anew with each test.
        await discard(made.mirror)
        return made

    return connected


@pytest.fixture
async def shop(connect: Callable[[str], Any]) -> Indexed:
    """An empty checkout, connected."""
    made: Indexed = await connect("shop")
    return made


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    yield
    import multiprocessing

    waiting = [process for process, _ in lanes._waiting]
    assert [each for each in multiprocessing.active_children() if each not in waiting] == []
