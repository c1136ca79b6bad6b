"""Offer tests for each file of packages as they were released, and count at each filter."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from benchmarks.seeded.cases import trees
from workers.explorers import EXPLORERS
from workers.explorers.base import Site
from workers.explorers.filters import Filters, Kept
from workers.explorers.mutants import Mutants
from workers.repairs import REPAIRS
from workers.runners import RUNNERS
from workers.runners.base import Suite, Wanted
from workers.sandbox import Sandbox, open_sandbox

_RUNNER = RUNNERS["python"]
_SECONDS = 300.0
_ASIDE = ("setup.py", "docs/", "examples/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", help="names; all where there is none")
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--python", type=Path, default=Path(".tools/bin/python"))
    parser.add_argument("--files", type=int, default=100, help="of each package, at most")
    asked = parser.parse_args()
    asyncio.run(_measured(asked))


async def _measured(asked: argparse.Namespace) -> None:
    sandbox = await open_sandbox(asked.work / "scratch")
    if sandbox is None:
        raise SystemExit("There is no sandbox on this machine; 'ponder doctor' says why.")
    for package, tree in trees(asked.work, asked.python, asked.packages).items():
        await _package(sandbox, package, tree, asked.files)


async def _package(sandbox: Sandbox, package: str, tree: Path, most: int) -> None:
    paths = sorted(str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file())
    suite = _RUNNER.suite(tree, paths)
    assert suite is not None
    counts: Counter[str] = Counter()
    spent: list[float] = []
    began = time.monotonic()
    for path in [each for each in suite.files if not each.startswith(_ASIDE)][:most]:
        kept = await _file(sandbox, tree, suite, path, counts, spent)
        if kept is not None:
            counts["offered files"] += 1
            counts["new lines"] += len(kept.lines)
            print(f"# {package}: {path}\n{kept.body}", flush=True)
    told = ", ".join(f"{value} {name}" for name, value in counts.items())
    seconds = time.monotonic() - began
    print(f"{package}: {told}; {seconds:.0f} s, {sum(spent):.0f} s of a processor", flush=True)


async def _file(
    sandbox: Sandbox,
    tree: Path,
    suite: Suite,
    path: str,
    counts: Counter[str],
    spent: list[float],
) -> Kept | None:
    async with sandbox.workspace(tree, spent=spent.append) as workspace:
        wanted = Wanted(60, trace=True, calls=(path,))
        base = await _RUNNER.run(workspace, replace(suite, files=(path,)), wanted)
        raw = (tree / path).read_bytes()
        explorer, site = EXPLORERS["python"], Site(tree, (), suite, path)
        mutants = Mutants(REPAIRS["python"], workspace, site, raw, explorer.tried_at(site))
        until = time.monotonic() + _SECONDS
        filters = Filters(_RUNNER, explorer, workspace, site, base, mutants, print, until)
        kept = await filters.kept()
    counts.update(filters.counts)
    return kept


if __name__ == "__main__":
    main()
