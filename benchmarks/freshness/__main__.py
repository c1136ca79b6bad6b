"""Whether an index that follows a history is the one that a rebuild gives, and what it costs.

python -m benchmarks.freshness [--work FOLDER] [--only flask,express] [--log REPOSITORY]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.freshness import past
from benchmarks.freshness.releases import Package, history, pinned
from benchmarks.stores import stores
from core.db import repositories, snapshots
from core.db.connect import Database, open_database
from core.db.migrate import migrate
from core.db.repositories import Repository
from core.settings import Settings
from tests.index_rows import Rows, found_by, rows
from workers.index.build import Report, index
from workers.index.link import link
from workers.retrieve.search import Searcher

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = [
    "Where is the version?",
    "How are errors handled?",
    "Who calls `get`?",
    "parse options",
]

_FILE = 4  # fields of a file in tests.index_rows …
_LANGUAGE = 1  # … and that of its blob that says the language: they are in order of their names


def main() -> None:
    parser = argparse.ArgumentParser(description="Incremental indexes against rebuilt ones.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="packages, comma-separated")
    parser.add_argument("--log", type=Path, help="measure one pass over this repository's log")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    wanted = set(arguments.only.split(",")) - {""}
    packages = [p for p in pinned() if not wanted or p.name in wanted]
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            if arguments.log:
                print(asyncio.run(_log(settings, arguments.log.absolute())))
                return
            load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
            print(f"\n### Releases, one committed after another ({load})\n\n{_HEAD}", flush=True)
            followed = asyncio.run(_follow_all(settings, packages, work))
    wrong = [f"{each.package.name} {', '.join(each.unequal)}" for each in followed if each.unequal]
    if wrong:
        raise SystemExit(f"Not equal to a rebuild: {'; '.join(wrong)}")


@dataclass
class Followed:
    """What became of one package. `parsed` and `changed` count contents: those that the index
    parsed, and those that git had never seen before; `kept` those that were there already."""

    package: Package
    equal: int = 0
    unequal: list[str] = field(default_factory=list)
    parsed: int = 0
    changed: int = 0
    kept: int = 0
    incremental: float = 0.0
    full: float = 0.0


async def _follow_all(settings: Settings, packages: list[Package], work: Path) -> list[Followed]:
    await migrate(settings.database_url)
    python = _pip(work / "pip")
    followed = []
    async with open_database(settings.database_url) as database:
        for package in packages:
            followed.append(await _follow(settings, database, package, work, python))
            print(_shown(followed[-1]), flush=True)
    return followed


async def _log(settings: Settings, source: Path) -> str:
    await migrate(settings.database_url)
    async with open_database(settings.database_url) as database:
        return await past.measure(settings, database, source)


def _pip(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


async def _follow(
    settings: Settings, database: Database, package: Package, work: Path, python: Path
) -> Followed:
    """The first version is indexed in full either way, and is not counted."""
    made = Followed(package)
    seen: set[tuple[str, str]] = set()
    for version, checkout in history(package, work, python):
        following = await _connected(database, package, str(checkout))
        report, seconds = await _indexed(settings, database, following)
        # The same files by another address are another repository, with nothing in it.
        anew = await _connected(database, package, checkout.as_uri())
        rebuilt, rebuilt_seconds = await _indexed(settings, database, anew)
        expected = await _everything(database, anew, rebuilt)
        same = await _everything(database, following, report) == expected
        contents = _contents(expected)
        if seen:
            made.equal += same
            made.unequal += [] if same else [version]
            made.parsed += report.blobs_new
            made.changed += len(contents - seen)
            made.kept += len(contents & seen)
            made.incremental += seconds
            made.full += rebuilt_seconds
        seen |= contents
        async with database.tenant(0) as connection:
            await repositories.mark_removed(connection, anew.id)
            await repositories.delete_removed(connection, anew.id)
    return made


async def _connected(database: Database, package: Package, source: str) -> Repository:
    async with database.tenant(0) as connection:
        return await repositories.connect_local(connection, name=package.name, source=source)


async def _indexed(
    settings: Settings, database: Database, repository: Repository
) -> tuple[Report, float]:
    started = time.perf_counter()
    report = await index(settings=settings, database=database, repository=repository)
    return report, time.perf_counter() - started


async def _everything(database: Database, repository: Repository, report: Report) -> Rows:
    await link(database=database, repository=repository, snapshot_id=report.snapshot_id)
    found = await rows(database, repository, report.snapshot_id)
    async with database.tenant(0) as connection:
        snapshot = await snapshots.get(connection, report.snapshot_id)
    assert snapshot is not None
    found["found"] = await found_by(Searcher(database, None), snapshot, QUESTIONS)
    return found


def _contents(found: Rows) -> set[tuple[str, str]]:
    """(sha, language) of what is indexed: a content is parsed once for each language."""
    files = [file for path, file in found.items() if not path.startswith("table ")]
    return {
        (file[1], blob[_LANGUAGE])
        for file in files
        if len(file) == _FILE and isinstance(file[-1], dict)
        for blob in file[-1].get("blobs", ())
    }


_HEAD = (
    "| package | pushes | equal to a rebuild | contents changed | parsed | not parsed again "
    "| following, s a push | rebuilding, s | ratio |\n|---|---|---|---|---|---|---|---|---|"
)


def _shown(each: Followed) -> str:
    pushes = each.equal + len(each.unequal)
    return (
        f"| {each.package.name} | {pushes} | {each.equal} | {each.changed:,} | {each.parsed:,} "
        f"| {each.kept:,} | {each.incremental / pushes:.2f} | {each.full / pushes:.2f} "
        f"| {each.incremental / each.full:.2f} |"
    )


if __name__ == "__main__":
    main()
