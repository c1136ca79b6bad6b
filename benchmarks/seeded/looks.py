"""How many functions are looked at before the one that is wrong, by risk and in other orders.

    python -m benchmarks.seeded.looks [--work FOLDER]

Thoughts about one function, such as fuzzing, find a bug only where they look at it. Nothing is run
here: the functions of each clean package are put in order, and each case's stands somewhere in it.
What a look costs is taken to be the same everywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.seeded.__main__ import ROOT, pip
from benchmarks.seeded.cases import Case, checkout, known, trees
from benchmarks.stores import stores
from cli import indexing
from core import log
from core.db import repositories, risks, snapshots
from core.db.migrate import migrate
from core.db.risks import Risk
from core.settings import Settings
from workers.context import Context, open_context
from workers.engine.now import think_now
from workers.thinking import open_engine
from workers.thoughts.reader import Reader

Spans = Mapping[tuple[str, str], tuple[int, int]]
"""First and last line of a function, by path and qualified name."""

ORDERS: dict[str, Callable[[Risk, Spans], tuple[object, ...]]] = {
    "by risk": lambda risk, spans: (-risk.score, risk.path, risk.symbol),
    "longest first": lambda risk, spans: (-risk.measures.get("lines", 0), risk.path, risk.symbol),
    "a file after the other": lambda risk, spans: (risk.path, spans[risk.path, risk.symbol]),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeded.looks", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "seeded")
    work = parser.parse_args().work.absolute()
    clean = trees(work, pip(work / "pip"))
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            asyncio.run(_shown(settings, clean, work))


async def _shown(settings: Settings, clean: Mapping[str, Path], work: Path) -> None:
    log.configure(level=logging.CRITICAL)
    await migrate(settings.database_url)
    print(f"| package | functions | cases | {' | '.join(ORDERS)} |")
    print("| --- | --- | --- |" + " --- |" * len(ORDERS))
    every: dict[str, list[float]] = {order: [] for order in ORDERS}
    async with open_context(settings) as context:
        for package, tree in clean.items():
            found, spans = await _weighed(context, checkout(tree, work / "looks" / package, None))
            cases = [case for case in known() if case.package == package]
            shares = {order: _shares(cases, found, spans, key) for order, key in ORDERS.items()}
            for order, each in shares.items():
                every[order] += each
            print(f"| {package} | {len(found)} | {len(shares['by risk'])} | {_told(shares)} |")
    print(f"| together | | {len(every['by risk'])} | {_told(every)} |")


async def _weighed(context: Context, folder: Path) -> tuple[list[Risk], Spans]:
    async with context.database.tenant(repositories.LOCAL) as connection:
        repository = await repositories.connect_local(
            connection, name=folder.name, source=str(folder)
        )
    report = await indexing.build(context, repository, "", _silent)
    await indexing.link(context, repository, report.snapshot_id, _silent)
    engine = await open_engine(context)
    async for run in think_now(engine, repository, kinds=["prioritize"], seconds=120):
        assert run.status == "done", run.problem
    async with context.database.tenant(repositories.LOCAL) as connection:
        found = await risks.of_repository(connection, repository.id, limit=100_000)
        snapshot = await snapshots.current(connection, repository.id)
    assert snapshot is not None
    mirror = context.mirrors
    reader = Reader(context.database, context.searcher, repository, snapshot, mirror, folder)
    outlines = await reader.outlines(sorted({risk.path for risk in found}))
    spans = {
        (path, each.qualified): (each.start_line, each.end_line)
        for path, outline in outlines.items()
        for each in outline
    }
    return [risk for risk in found if (risk.path, risk.symbol) in spans], spans


def _shares(
    cases: Sequence[Case],
    found: Sequence[Risk],
    spans: Spans,
    key: Callable[[Risk, Spans], tuple[object, ...]],
) -> list[float]:
    """Of all functions, how many come up to the one that is wrong, for each case that is in one."""
    ordered = sorted(found, key=lambda risk: key(risk, spans))
    shares = []
    for case in cases:
        at = [
            place
            for place, risk in enumerate(ordered, 1)
            if risk.path == case.mutant.path and _is_in(case.mutant.line, risk, spans)
        ]
        shares += [min(at) / len(ordered)] if at else []
    return shares


def _is_in(line: int, risk: Risk, spans: Spans) -> bool:
    first, last = spans[risk.path, risk.symbol]
    return first <= line <= last


def _told(shares: Mapping[str, Sequence[float]]) -> str:
    return " | ".join(f"{statistics.mean(each):.2f}" for each in shares.values())


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
