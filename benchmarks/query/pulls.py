"""Open pull requests: rows, time and memory of each, and questions about them.

python -m benchmarks.query.pulls WORK CHUNKS PULLS    prints a JSON object
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
from benchmarks.query.stage import Stage, fresh, percentiles, staged
from core.db import snapshots
from core.db.repositories import Repository
from workers.index.build import index
from workers.index.link import link_overlay
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher

FILES = 4
"""Changed by a typical one."""

ROW_TABLES = ("files", "blobs", "blob_chunks", "symbols", "symbol_links", "blob_vectors")


async def measured(work: Path, chunks: int, pulls: int) -> dict[str, Any]:
    checkout = work / "repositories" / f"pulled-{chunks}"
    await asyncio.to_thread(sources.write, work / "corpora", checkout, chunks)
    await asyncio.to_thread(_branches, checkout, pulls)
    async with staged(fresh(work / "stores" / "pulls")) as stage:
        repository = await stage.connect(checkout)
        await _index(stage, repository, "")
        base = await _rows(stage)
        seconds = []
        for number in range(pulls):
            began = time.monotonic()
            await _index(stage, repository, f"pull-{number}")
            seconds.append(time.monotonic() - began)
        after = await _rows(stage)
        asked = await _asked(stage, repository, pulls)
    return {
        "pulls": pulls,
        "base_rows": base,
        "rows": (after - base) / pulls,
        "share": (after - base) / pulls / base,
        "index": percentiles(seconds[1:]),
        "last_tenth": percentiles(seconds[-max(1, pulls // 10) :]),
        **asked,
    }


def _branches(checkout: Path, pulls: int) -> None:
    """Each changes some files of its own; the default branch goes on meanwhile."""
    random = np.random.default_rng(0)
    files = sorted(str(file.relative_to(checkout)) for file in checkout.rglob("*.py"))
    commands = []
    for number in range(pulls):
        commands.append(
            f"commit refs/heads/pull-{number}\ncommitter b <b@example.org> {number} +0000"
        )
        commands.append("data 4\npull\nfrom refs/heads/main^0")
        for path in (files[each] for each in random.choice(len(files), FILES, replace=False)):
            text = (checkout / path).read_text(encoding="utf-8", errors="replace")
            steps = "".join(f"    step_{line} = {line}\n" for line in range(20))
            text += f"\n\ndef pull_marker_{number}():\n{steps}"
            size = len(text.encode())
            commands.append(f"M 100644 inline {path}\ndata {size}\n{text}")
    _fast_import(checkout, "\n".join(commands) + "\n")


def _fast_import(checkout: Path, commands: str) -> None:
    import subprocess

    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=checkout, input=commands.encode(), check=True
    )


async def _index(stage: Stage, repository: Repository, ref: str) -> None:
    report = await index(
        settings=stage.settings, database=stage.database, repository=repository, ref=ref
    )
    await link_overlay(
        database=stage.database, repository=repository, snapshot_id=report.snapshot_id
    )


async def _rows(stage: Stage) -> int:
    counted = " + ".join(f"(SELECT count(*) FROM {table})" for table in ROW_TABLES)
    ((rows,),) = await stage.fetch(f"SELECT {counted}")
    return int(rows)


async def _asked(stage: Stage, repository: Repository, pulls: int) -> dict[str, Any]:
    """First with nothing loaded but the default branch, then again."""
    searcher = Searcher(stage.database, None, disk=Disk(stage.settings.data_dir / "segments"))
    await searcher.warm(await stage.current(repository))
    before = _held_mb()
    async with stage.database.tenant(0) as connection:
        rows = await (
            await connection.execute("SELECT id FROM snapshots WHERE ref <> '' ORDER BY id")
        ).fetchall()
        heads = [await snapshots.get(connection, row[0]) for row in rows]
    first, again = [], []
    for seconds in (first, again):
        for number, head in enumerate(heads):
            assert head is not None
            began = time.monotonic()
            hits = await searcher.search(head, f"pull_marker_{number}")
            seconds.append(time.monotonic() - began)
            assert f"pull_marker_{number}" in {hit.symbol for hit in hits[:3]}
    return {
        "first_question": percentiles(first),
        "next_question": percentiles(again),
        "searcher_mb": _held_mb() - before,
    }


def _held_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def main() -> None:
    work, chunks, pulls = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps(asyncio.run(measured(work, chunks, pulls))))


if __name__ == "__main__":
    main()
