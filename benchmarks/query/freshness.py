"""From a push's delivery to questions that are answered from the new code, in the real processes:
bot, workers, stores and a GitHub that serves git over HTTP.

python -m benchmarks.query.freshness WORK CHUNKS PUSHES    prints a JSON object
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.query import sources
from benchmarks.query.processes import ponder
from benchmarks.query.stage import Stage, fresh, percentiles, staged, until
from core.db import blobs, embedding_models, postings, repositories, snapshots
from core.db.repositories import Repository
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.world import Repository as Remote
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher

FILES = 10


async def measured(work: Path, chunks: int, pushes: int) -> dict[str, Any]:
    checkout = work / "repositories" / f"pushed-{chunks}"
    await asyncio.to_thread(sources.write, work / "corpora", checkout, chunks)
    data_dir = fresh(work / "stores" / "freshness")
    async with StandIn().serve() as github, staged(data_dir) as stage:
        installation = github.world.installation("octo")
        remote = github.world.repository(installation, "pushed", private=True)
        remote.git = checkout / ".git"
        async with ponder(stage.settings, "up", environment=github.environment) as url:
            github.webhooks.target = f"{url}/webhooks/github"
            await github.webhooks.send("installation", github.webhooks.installed(installation))
            repository = await until(lambda: _embedded(stage), 900, every=0.5)
            run = _Run(stage, github, remote, repository, checkout)
            await run.remember()
            await run.push(0)  # The first one starts what the others find started.
            made = [await run.push(number) for number in range(1, pushes + 1)]
            await until(run.settled, 300, every=0.2)
            counted = await run.counted()
    return {
        "pushes": pushes,
        "visible": percentiles([each[0] for each in made]),
        "answered": percentiles([each[1] for each in made]),
        "last_tenth": percentiles([each[1] for each in made[-max(1, pushes // 10) :]]),
        **counted,
    }


async def _embedded(stage: Stage) -> Repository | None:
    rows = await stage.fetch(
        "SELECT repository_id FROM embedding_models WHERE state = 'serving' AND NOT EXISTS "
        "(SELECT FROM work WHERE state IN ('queued', 'running'))"
    )
    if not rows:
        return None
    async with stage.database.system() as connection:
        return await repositories.get(connection, rows[0][0])


class _Run:
    def __init__(
        self, stage: Stage, github: StandIn, remote: Remote, repository: Repository, checkout: Path
    ) -> None:
        self.stage, self.github, self.remote = stage, github, remote
        self.repository, self.checkout = repository, checkout
        # As another worker: it maps what the one that indexes wrote.
        disk = Disk(stage.settings.data_dir / "segments")
        self.searcher = Searcher(stage.database, None, disk=disk)
        self.files = sorted(checkout.rglob("*.py"))
        self.random = np.random.default_rng(0)
        self.read = self.model = 0

    async def push(self, number: int) -> tuple[float, float]:
        """Seconds until the new code is what questions are answered from, and until the first
        question has its hit there."""
        commit = await asyncio.to_thread(self._edit, number)
        began = time.monotonic()
        await self.github.webhooks.send("push", self.github.webhooks.pushed(self.remote))
        snapshot = await until(lambda: self._indexed(commit))
        visible = time.monotonic() - began
        hits = await self.searcher.search(snapshot, f"pushed_marker_{number}")
        answered = time.monotonic() - began
        if f"pushed_marker_{number}" not in {hit.symbol.rpartition(".")[2] for hit in hits[:3]}:
            raise SystemExit(f"push {number} is not found")
        return visible, answered

    def _edit(self, number: int) -> str:
        chosen = self.random.choice(len(self.files), 1 + number % FILES, replace=False)
        for file in (self.files[each] for each in chosen):
            steps = "".join(f"    step_{line} = {line}\n" for line in range(20))
            file.write_text(
                f"{file.read_text(encoding='utf-8', errors='replace')}\n\n"
                f"def pushed_marker_{number}():\n{steps}",
                encoding="utf-8",
            )
        return sources.commit(self.checkout, f"push {number}")

    async def _indexed(self, commit: str) -> Any:
        rows = await self.stage.fetch(
            "SELECT s.id FROM repositories r JOIN snapshots s ON s.id = r.snapshot_id "
            "WHERE r.id = %s AND s.commit_sha = %s",
            self.repository.id,
            commit,
        )
        return await self._snapshot() if rows else None

    async def _snapshot(self) -> Any:
        async with self.stage.database.system() as connection:
            return await snapshots.current(connection, self.repository.id)

    async def settled(self) -> bool:
        rows = await self.stage.fetch(
            "SELECT 1 FROM work WHERE state IN ('queued', 'running') LIMIT 1"
        )
        return not rows

    async def counted(self) -> dict[str, Any]:
        """Contents that were read to be parsed, and chunks that were embedded, since the first
        snapshot, beside those that are new."""
        read = await self._reserved() - 1
        ((new,),) = await self.stage.fetch(
            "SELECT count(DISTINCT sha) FROM files WHERE sha IS NOT NULL AND sha NOT IN ("
            "SELECT sha FROM files WHERE sha IS NOT NULL "
            "AND snapshot_id = (SELECT min(id) FROM snapshots))"
        )
        parsed = [row[0] for row in await self.stage.fetch(
            "SELECT id FROM blobs WHERE id > %s", self.read
        )]  # fmt: skip
        async with self.stage.database.system() as connection:
            chunks = len((await postings.columns(connection, parsed)).ordinal)
            model = await embedding_models.in_state(connection, self.repository.id, "serving")
        assert model is not None
        return {
            "contents_changed": int(new),
            "parsed_again": max(0, int(read) - self.read - int(new)),
            "chunks_new": chunks,
            "embedded_again": max(0, int(model.parameters.get("folded", 0)) - chunks),
            "learned_again": model.id != self.model,
        }

    async def _reserved(self) -> int:
        """The id that the next content would have, were it not for this one."""
        async with self.stage.database.system() as connection:
            (number,) = await blobs.reserve(connection, 1)
        return number

    async def remember(self) -> None:
        """What there is before the pushes."""
        self.read = await self._reserved()
        ((self.model,),) = await self.stage.fetch("SELECT max(id) FROM embedding_models")


def main() -> None:
    work, chunks, pushes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(asyncio.run(measured(work, chunks, pushes))))


if __name__ == "__main__":
    main()
