"""What the whole engine would have said about each release of packages that people use.

    python -m benchmarks.quiet.releases [--only mistune,parso] [--seconds 90] [--minutes 30]

Each release is a push on top of the one before: it is indexed, and all Thoughts are run about it as
they would be. What is called reproduced, or proven with a severity of medium or higher, is
shown once, at the release where it was said first, for somebody to judge. `--work` names the folder
of packages and of `releases.jsonl`: a package that is in it is not played again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
import venv
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from benchmarks.freshness.releases import Package, history
from cli import indexing
from cli.stores import stores
from core import log
from core.db import findings, learning, repositories
from core.db.findings import Finding
from core.db.migrate import migrate
from core.db.repositories import Repository
from core.settings import Settings
from workers.context import Context, open_context
from workers.engine.now import think_now
from workers.engine.think import Engine
from workers.engine.upkeep import Upkeep
from workers.thinking import open_engine

PINNED = Path(__file__).parent / "releases.json"
ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class Release:
    """`loud` is what was said at it for the first time, and would be reported; `quiet` counts what
    else was."""

    package: str
    version: str
    runs: list[str] = field(default_factory=list)
    loud: list[dict[str, str | None]] = field(default_factory=list)
    quiet: int = 0
    cpu_seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet.releases")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "quiet")
    parser.add_argument("--only", default="", help="packages, comma-separated")
    parser.add_argument("--seconds", type=float, default=90.0, help="of thinking, for each release")
    parser.add_argument(
        "--newest", type=int, default=100, metavar="N", help="so many releases each"
    )
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no package after so long")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            asyncio.run(_replayed(settings, arguments, work))
    _tell(list(_noted(work / "releases.jsonl")))


async def _replayed(settings: Settings, arguments: argparse.Namespace, work: Path) -> None:
    log.configure(level=logging.CRITICAL)
    await migrate(settings.database_url)
    wanted = set(arguments.only.split(",")) - {""}
    done = {release.package for release in _noted(work / "releases.jsonl")}
    until = time.monotonic() + arguments.minutes * 60
    async with open_context(settings) as context:
        for package in _pinned():
            if package.name in done or (wanted and package.name not in wanted):
                continue
            if time.monotonic() < until:
                for release in [each async for each in _package(context, package, arguments, work)]:
                    with (work / "releases.jsonl").open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(release), ensure_ascii=False) + "\n")


async def _package(
    context: Context, package: Package, arguments: argparse.Namespace, work: Path
) -> AsyncIterator[Release]:
    engine = await open_engine(context)
    seen: set[str] = set()
    newest = dict(list(package.versions.items())[-arguments.newest :])
    for version, checkout in history(replace(package, versions=newest), work, _pip(work / "pip")):
        release = Release(package.name, version)
        repository = await _pushed(context, engine, checkout)
        async for run in think_now(engine, repository, kinds=(), seconds=arguments.seconds):
            said = run.summary or run.problem
            release.runs.append(f"{run.kind} {run.about.title}: {run.status} {said}")
            release.cpu_seconds += run.cpu_seconds
        for each in await _all(engine, repository):
            if each.state == "open" and each.fingerprint not in seen:
                loud = each.evidence != "suspected" and each.severity != "low"
                seen |= {each.fingerprint} if loud else set()
                release.loud += [_shown(each)] if loud else []
                release.quiet += not loud
        print(f"{package.name} {version}: {len(release.loud)} loud, {len(release.runs)} runs")
        for told in release.loud:
            print(f"  {told['evidence']} {told['rule']} {told['place']} {told['message']}")
        sys.stdout.flush()
        yield release


async def _pushed(context: Context, engine: Engine, checkout: Path) -> Repository:
    """The checkout's commit, indexed, with Continual Learning on, so that the engine follows it."""
    async with context.database.tenant(repositories.LOCAL) as connection:
        repository = await repositories.connect_local(
            connection, name=checkout.name, source=str(checkout)
        )
    report = await indexing.build(context, repository, "", _silent)
    await indexing.link(context, repository, report.snapshot_id, _silent)
    async with context.database.tenant(repositories.LOCAL) as connection:
        await learning.begin(connection, repository)
    await Upkeep(engine).look()
    return repository


async def _all(engine: Engine, repository: Repository) -> list[Finding]:
    async with engine.database.tenant(repositories.LOCAL) as connection:
        return await findings.of_repository(connection, repository.id, limit=10_000)


def _shown(each: Finding) -> dict[str, str | None]:
    return {
        "evidence": each.evidence,
        "severity": each.severity,
        "thought": each.thought,
        "rule": each.rule,
        "place": f"{each.path}:{each.start_line}",
        "message": each.message,
        "reproducer": each.reproducer,
    }


def _tell(releases: Sequence[Release]) -> None:
    print("\n| package | releases | reproduced | proven, medium or higher | other | a release |")
    print("|---|---|---|---|---|---|")
    names = list(dict.fromkeys(release.package for release in releases))
    for name, wanted in [*((name, {name}) for name in names), ("together", set(names))]:
        chosen = [release for release in releases if release.package in wanted]
        loud = [each["evidence"] for release in chosen for each in release.loud]
        others = sum(release.quiet for release in chosen)
        print(
            f"| {name} | {len(chosen)} | {loud.count('reproduced')} | {loud.count('proven')} "
            f"| {others} | {len(loud) / max(len(chosen), 1):.2f} |"
        )


def _noted(path: Path) -> Iterator[Release]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        yield Release(**json.loads(line))


def _pinned() -> list[Package]:
    listed = json.loads(PINNED.read_text(encoding="utf-8"))
    return [Package(name, **rest) for name, rest in listed.items()]


def _pip(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
