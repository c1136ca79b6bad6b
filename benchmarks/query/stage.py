"""Stores of the benchmark's own, and what is measured alike everywhere."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.stores import stores
from core.db import repositories, snapshots
from core.db.connect import Database, open_database
from core.db.migrate import migrate
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.settings import Settings

QUESTIONS = Path(__file__).parent.parent / "retrieval" / "queries"


@dataclass(frozen=True)
class Stage:
    settings: Settings
    database: Database

    async def connect(self, folder: Path) -> Repository:
        async with self.database.tenant(0) as connection:
            return await repositories.connect_local(
                connection, name=folder.name, source=str(folder)
            )

    async def current(self, repository: Repository) -> Snapshot:
        async with self.database.tenant(0) as connection:
            found = await snapshots.current(connection, repository.id)
        assert found is not None
        return found

    async def fetch(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        async with self.database.system() as connection:
            return await (await connection.execute(query.encode(), parameters)).fetchall()

    async def database_bytes(self) -> int:
        ((size,),) = await self.fetch(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return int(size)


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Stores in a folder; what an earlier run left there is still there."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    environment = {
        "PONDER_DATA_DIR": str(folder),
        "PONDER_SECRET_KEY": "a key that only the benchmark has",
    }
    with stores(Settings.from_environment(environment)) as settings:
        await migrate(settings.database_url)
        async with open_database(settings.database_url) as database:
            yield Stage(settings, database)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def questions(count: int) -> list[str]:
    """Of every corpus and kind alike."""
    every = [
        json.loads(line)["query"]
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return every[:: max(1, len(every) // count)][:count]


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return {"n": len(seconds), "p50": float(p50), "p95": float(p95)}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_shown, line))} |" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def environment(settings: Settings) -> dict[str, str]:
    """For the processes of a Ponder on these stores."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PONDER_DATA_DIR": str(settings.data_dir),
        "PONDER_SECRET_KEY": settings.secret_key,
    }


async def until(look: Any, seconds: float = 120.0, every: float = 0.005) -> Any:
    """What `look` gives, once it is something."""
    ends = time.monotonic() + seconds
    while not (found := await look()):
        if time.monotonic() > ends:
            raise SystemExit(f"nothing came of {look} in {seconds:.0f} s")
        await asyncio.sleep(every)
    return found
