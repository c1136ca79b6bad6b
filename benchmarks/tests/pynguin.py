"""Beside Pynguin: the same files, the same seconds, in a sandbox of the same kind.

Pynguin needs an environment of its own, made outside of the repository: `--pynguin` is its folder.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.seeded.cases import trees
from workers.explorers import EXPLORERS
from workers.explorers.base import Site
from workers.explorers.filters import PASSES, Filters
from workers.explorers.mutants import Mutants
from workers.repairs import REPAIRS
from workers.runners import RUNNERS
from workers.runners.base import Ran, Wanted
from workers.runners.pythonic.layout import module
from workers.sandbox import CODE, Limits, Workspace, open_sandbox

_RUNNER, _EXPLORER = RUNNERS["python"], EXPLORERS["python"]
_INSIDE = "/pynguin"


@dataclass(frozen=True, slots=True)
class Made:
    """Of one file's new tests: how many, how many pass ten times, and what they are good for."""

    tests: int
    passing: int
    lines: int
    mutants: int
    seconds: float

    @property
    def told(self) -> str:
        return (
            f"{self.tests} tests, {self.passing} pass {PASSES} of {PASSES}, "
            f"{self.lines} new lines, {self.mutants} mistakes that no test saw; "
            f"{self.seconds:.0f} s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--pynguin", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--bare", action="store_true", help="without the package's own tests")
    parser.add_argument("--work", type=Path, default=Path(".cache/seeded"))
    parser.add_argument("--python", type=Path, default=Path(".tools/bin/python"))
    asyncio.run(_measured(parser.parse_args()))


async def _measured(asked: argparse.Namespace) -> None:
    sandbox = await open_sandbox(asked.work / "scratch")
    if sandbox is None:
        raise SystemExit("There is no sandbox on this machine; 'ponder doctor' says why.")
    tree = trees(asked.work, asked.python, [asked.package])[asked.package]
    paths = sorted(str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file())
    suite = _RUNNER.suite(tree, paths)
    assert suite is not None
    suite = replace(suite, targets=()) if asked.bare else suite
    for path in asked.files:
        site = Site(tree, paths, suite, path)
        async with sandbox.workspace(tree) as workspace:
            print(
                f"{path}: Ponder  {(await _ours(workspace, site, asked.seconds)).told}", flush=True
            )
        async with sandbox.workspace(tree) as workspace:
            print(f"{path}: Pynguin {(await _theirs(workspace, site, asked)).told}", flush=True)


async def _base(workspace: Workspace, site: Site) -> Ran:
    suite = replace(site.suite, files=(site.path,))
    wanted = Wanted(60, trace=True, calls=(site.path,))
    ran = await _RUNNER.run(workspace, suite, wanted)
    # Without targets the test runner finds what there is: what it ran does not count.
    return ran if site.suite.targets else Ran((), whole=True, statements=ran.statements)


def _mutants(workspace: Workspace, site: Site) -> Mutants:
    raw = (site.folder / site.path).read_bytes()
    return Mutants(REPAIRS["python"], workspace, site, raw, _EXPLORER.tried_at(site))


async def _ours(workspace: Workspace, site: Site, seconds: int) -> Made:
    base, began = await _base(workspace, site), time.monotonic()
    until = began + seconds + 60
    mutants = _mutants(workspace, site)
    filters = Filters(_RUNNER, _EXPLORER, workspace, site, base, mutants, lambda _: None, until)
    kept = await filters.kept()
    spent = time.monotonic() - began
    if kept is None:
        return Made(0, 0, 0, 0, spent)
    return replace(await _judged(workspace, site, base, kept.body), seconds=spent)


async def _theirs(workspace: Workspace, site: Site, asked: argparse.Namespace) -> Made:
    base, began = await _base(workspace, site), time.monotonic()
    root = site.suite.roots[0]
    name = module(site.path, site.suite.roots)
    argv = [f"{_INSIDE}/bin/python", "-m", "pynguin", "--seed", "1"]
    argv += ["--project-path", CODE if root == "." else f"{CODE}/{root}"]
    argv += ["--module-name", name, "--output-path", f"{CODE}/.made"]
    argv += ["--maximum-search-time", str(asked.seconds), "--report-dir", "/tmp/report"]
    # Its own way, by mutants, takes many times the seconds of the search.
    argv += ["--assertion-generation", "SIMPLE"]
    ran = await workspace.run(
        argv,
        limits=Limits(6 * asked.seconds + 60, 8 * asked.seconds + 120, memory_mib=4096),
        environment={"PYNGUIN_DANGER_AWARE": "1"},
        mounts={_INSIDE: asked.pynguin},
    )
    spent = time.monotonic() - began
    made = workspace.read(f".made/test_{name.replace('.', '_')}.py")
    if made is None:
        print(f"Pynguin wrote nothing: {ran.status} {(ran.stderr or ran.stdout)[-600:]}")
        return Made(0, 0, 0, 0, spent)
    return replace(await _judged(workspace, site, base, made.decode()), seconds=spent)


async def _judged(workspace: Workspace, site: Site, base: Ran, body: str) -> Made:
    """What is expected to fail passes as well: Pynguin writes so of exceptions."""
    text = _RUNNER.alone_text(site.suite, body)
    ran = await _RUNNER.alone(workspace, text, 60, trace=(site.path,))
    passing = {test.id for test in ran.of("passed")}
    for seed in (1, 2):
        again = await _RUNNER.alone(workspace, text, 60, seed=seed, times=PASSES // 2)
        passing -= {test.id for test in again.of("failed")}
    known = {line for line, tests in base.lines.get(site.path, {}).items() if tests}
    lines = {line for line, tests in ran.lines.get(site.path, {}).items() if tests}
    others = [test.id for test in base.of("passed")]
    seen = await _mutants(workspace, site).seen_first(text, sorted(lines), others)
    return Made(len(ran.tests), len(passing), len(lines - known), len(seen), 0.0)


if __name__ == "__main__":
    main()
