"""Offer tests for each file of packages as they were released, and count at each filter."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.seeded.cases import trees
from workers.explorers import EXPLORERS
from workers.explorers.base import Site
from workers.explorers.filters import Filters, Kept
from workers.explorers.mutants import Mutants
from workers.repairs import REPAIRS
from workers.runners import RUNNERS
from workers.runners.base import Suite, Wanted
from workers.sandbox import Sandbox, Workspace, open_sandbox

_SECONDS = 300.0
_ASIDE = ("setup.py", "docs/", "examples/", "node_modules/", "dist/")


@dataclass(slots=True)
class Tally:
    """Of a package: tests at each filter, seconds of a processor, and how many of the offered tests
    passed once more, elsewhere."""

    counts: Counter[str] = field(default_factory=Counter)
    spent: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Played:
    """A package in one of its languages."""

    name: str
    tree: Path
    language: str
    suite: Suite
    paths: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", help="names; all where there is none")
    parser.add_argument("--at", nargs="*", type=Path, help="folders of packages in any language")
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--python", type=Path, default=Path(".tools/bin/python"))
    parser.add_argument("--files", type=int, default=100, help="of each package, at most")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of each file, at most")
    asyncio.run(_measured(parser.parse_args()))


async def _measured(asked: argparse.Namespace) -> None:
    sandbox = await open_sandbox(asked.work / "scratch")
    if sandbox is None:
        raise SystemExit("There is no sandbox on this machine; 'ponder doctor' says why.")
    at: dict[str, Path] = {each.name: each for each in asked.at or ()}
    for package, tree in (at or trees(asked.work, asked.python, asked.packages)).items():
        for played in _languages(package, tree):
            await _package(sandbox, played, asked.files, asked.seconds)


def _languages(package: str, tree: Path) -> Iterator[Played]:
    files = (file for file in tree.rglob("*") if file.is_file() and not file.is_symlink())
    paths = tuple(sorted(str(file.relative_to(tree)) for file in files))
    for language in EXPLORERS:
        suite = RUNNERS[language].suite(tree, paths)
        if suite is not None:
            yield Played(package, tree, language, suite, paths)


def _own(played: Played) -> list[str]:
    """Files in its language: suites of JavaScript name those of TypeScript too."""
    endings = {
        "javascript": (".js", ".jsx", ".mjs", ".cjs"),
        "typescript": (".ts", ".tsx", ".mts", ".cts"),
    }
    known = endings.get(played.language, ("",))
    return [
        each for each in played.suite.files if each.endswith(known) and not each.startswith(_ASIDE)
    ]


async def _package(sandbox: Sandbox, played: Played, most: int, seconds: float) -> None:
    tally, began = Tally(), time.monotonic()
    for path in _own(played)[:most]:
        kept = await _file(sandbox, played, path, tally, seconds)
        if kept is not None:
            tally.counts["offered files"] += 1
            tally.counts["new lines"] += len(kept.lines)
            tally.counts["mistakes seen"] += len(kept.mutants)
            print(f"# {played.name}: {path}\n{kept.body}", flush=True)
    told = ", ".join(f"{value} {name}" for name, value in tally.counts.items())
    seconds, cpu = time.monotonic() - began, sum(tally.spent)
    print(
        f"{played.name} ({played.language}): {told}; {seconds:.0f} s, {cpu:.0f} s of a processor",
        flush=True,
    )


async def _file(
    sandbox: Sandbox, played: Played, path: str, tally: Tally, seconds: float
) -> Kept | None:
    runner, tree = RUNNERS[played.language], played.tree
    async with sandbox.workspace(tree, spent=tally.spent.append) as workspace:
        wanted = Wanted(60, trace=True, calls=(path,))
        base = await runner.run(workspace, replace(played.suite, files=(path,)), wanted)
        raw = (tree / path).read_bytes()
        explorer = EXPLORERS[played.language]
        site = Site(tree, played.paths, played.suite, path)
        mutants = Mutants(REPAIRS[played.language], workspace, site, raw, explorer.tried_at(site))
        until = time.monotonic() + seconds
        filters = Filters(runner, explorer, workspace, site, base, mutants, print, until)
        kept = await filters.kept()
        if kept is not None:
            tally.counts.update(await _elsewhere(workspace, played, explorer.tried_at(site), kept))
    tally.counts.update(filters.counts)
    return kept


async def _elsewhere(workspace: Workspace, played: Played, at: str, kept: Kept) -> dict[str, int]:
    """The offered tests once more: backwards, in another time zone, with other seeds."""
    runner = RUNNERS[played.language]
    text = runner.alone_text(played.suite, kept.body)
    first = await runner.alone(workspace, text, 60, at=at)
    workspace.write(at, text)
    wanted = Wanted(60, only=tuple(test.id for test in first.tests), elsewhere=True)
    ran = await runner.run(workspace, replace(played.suite, targets=(), files=()), wanted)
    failed = [test.id for test in ran.of("failed")]
    print(*(f"fails elsewhere: {each}" for each in failed), sep="\n", flush=True)
    return {"functions of tests": len(ran.tests), "of them pass elsewhere": len(ran.of("passed"))}


if __name__ == "__main__":
    main()
