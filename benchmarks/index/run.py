"""One index of a repository, as the terminal makes it. Prints what it cost as one JSON line."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.index.usage import measured
from core.db import repositories, snapshots
from core.db.connect import Database, open_database
from core.db.repositories import Repository
from core.settings import Settings
from workers.index.build import index
from workers.index.embed import embed
from workers.index.link import link
from workers.retrieve.search import Searcher


def main() -> None:
    parser = argparse.ArgumentParser(description="One index, measured.")
    parser.add_argument("source", type=Path)
    parser.add_argument("--question", default="", help="ask it as soon as it can be answered")
    parser.add_argument("--vectors", action="store_true", help="and links, which come before them")
    print(json.dumps(asyncio.run(_run(parser.parse_args()))))


async def _run(arguments: argparse.Namespace) -> dict[str, Any]:
    settings = Settings.from_environment(os.environ)
    async with open_database(settings.database_url) as database:
        async with database.tenant(0) as connection:
            repository = await repositories.connect_local(
                connection, name=arguments.source.name, source=str(arguments.source)
            )
        stages: dict[str, float] = {}
        began = time.monotonic()

        def progress(stage: str, done: int, total: int) -> None:
            stages.setdefault(f"{stage} begins", round(time.monotonic() - began, 2))
            stages[stage] = round(time.monotonic() - began, 2)

        with measured() as usage:
            report = await index(
                settings=settings, database=database, repository=repository, progress=progress
            )
        # Questions are answered from here on; the history of the paths comes after it.
        found: dict[str, Any] = {"index": vars(usage), "answerable": stages["history begins"]}
        found["files"] = report.files
        found |= {"chunks": report.chunks, "symbols": report.symbols, "skipped": report.skipped}
        if arguments.question:
            found["first"] = await _first(database, repository, arguments.question)
        if arguments.vectors:
            with measured() as usage:
                count = await link(database=database, repository=repository, progress=progress)
            found["links"] = {**vars(usage), "count": count}
            with measured() as usage:
                done = await embed(
                    database=database, endpoint=None, repository=repository, progress=progress
                )
            found["vectors"] = {**vars(usage), "count": done.embedded}
        return {**found, "stages": stages}


async def _first(database: Database, repository: Repository, question: str) -> dict[str, Any]:
    """The first question after the index, with everything that it has to load."""
    searcher = Searcher(database, None)
    async with database.tenant(0) as connection:
        snapshot = await snapshots.current(connection, repository.id)
    assert snapshot is not None
    with measured() as usage:
        hits = await searcher.search(snapshot, question, limit=10)
    return {**vars(usage), "hits": [f"{hit.path}:{hit.start_line}" for hit in hits[:3]]}
