"""Tenants with nothing but a commit each, what is thought about them, and processes that think."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.query.stage import Stage, environment
from core.db.connect import Connection
from core.db.repositories import Repository
from tests.checkout import Checkout
from tests.tenants import tenant
from workers import git

_PLENTY = {"per_hour": 1e12, "burst": 1e12, "per_day": 1e14, "per_month": 1e15}
_BUDGETS = {name: _PLENTY for name in ("cpu_seconds", "model_tokens", "bytes")}


@dataclass(frozen=True)
class Tenants:
    """An installation each."""

    stage: Stage
    repositories: list[Repository]

    async def queue(self, counts: Sequence[int], kind: str, *, label: str = "") -> None:
        """So many Thoughts for each, all at one moment."""
        async with self.stage.database.system() as connection:
            for repository, count in zip(self.repositories, counts, strict=True):
                await queue(connection, repository, kind, [f"{label}{n}" for n in range(count)])

    async def left(self) -> int:
        """Thoughts that are not over."""
        ((count,),) = await self.stage.fetch(
            "SELECT count(*) FROM thoughts WHERE state IN ('queued', 'running')"
        )
        return int(count)

    async def clear(self) -> None:
        await self.stage.fetch("WITH gone AS (DELETE FROM thoughts) SELECT 1")
        await self.stage.fetch("WITH even AS (UPDATE budgets SET began = 0, served = 0) SELECT 1")


async def queue(
    connection: Connection, repository: Repository, kind: str, notes: Sequence[str]
) -> None:
    """A Thought for each note."""
    await connection.execute(
        "INSERT INTO thoughts (installation_id, repository_id, kind, subject, subject_key, "
        "priority, reason) SELECT %s, %s, %s, jsonb_build_object('note', note), note, 1, 'bench' "
        "FROM unnest(%s::text[]) AS note",
        (repository.installation_id, repository.id, kind, list(notes)),
    )


async def tenants(stage: Stage, count: int) -> Tenants:
    """They share one mirror, since nothing is read from it."""
    checkout = Checkout(stage.settings.data_dir / "source")
    checkout.write("a.py")
    commit = checkout.commit()
    mirrors = stage.settings.data_dir / "mirrors"
    made = [
        await tenant(stage.database, number, commit=commit, budgets=_BUDGETS)
        for number in range(1, count + 1)
    ]
    for repository in made:
        path = git.mirror_path(mirrors, repository.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(checkout.path / ".git")
    return Tenants(stage, made)


@asynccontextmanager
async def worker(stage: Stage, begun: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A process that thinks. It is asked to stop at the end, and then has told when what began."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.engine.worker", str(begun)],
        env=environment(stage.settings) | {"PYTHONPATH": os.getcwd()},
    )
    try:
        yield process
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)
