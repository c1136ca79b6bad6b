"""Makes the cases: mutants in an order that a seed gives, kept where the package's tests see them.

python -m benchmarks.seeded --make
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.seeded.cases import CASES, Case, known, without, written
from benchmarks.seeded.defects import defects
from benchmarks.seeded.mutate import KINDS, Mutant, mutants
from workers.runners import RUNNERS
from workers.runners.base import Suite, Wanted
from workers.sandbox import Sandbox

SEED = 20261122
EACH = 26
_MOST_SEEN = 0.25
_SECONDS = 120.0
_GENERATED = ("_version.py", "parsetab.py")


async def make(sandbox: Sandbox, clean: dict[str, Path], work: Path) -> None:
    """Append to the cases until each package has enough, first those that people wrote."""
    there = known()
    ahead = {
        package: _new(package, tree, [case for case in there if case.package == package])
        for package, tree in clean.items()
    }
    suites = {package: await _tests(sandbox, tree) for package, tree in clean.items()}
    counts = {package: sum(case.package == package for case in there) for package in clean}
    while ahead:
        for package in list(ahead):
            mutant = next(ahead[package], None)
            if mutant is None or counts[package] >= EACH:
                del ahead[package]
                continue
            trial = Trial(sandbox, package, clean[package], suites[package], work)
            removed = [case.removed for case in there if case.package == package]
            case = await trial.seen(mutant, remove=2 * sum(removed) <= len(removed))
            if case is not None:
                there.append(replace(case, id=f"{package}-{counts[package] + 1:02}"))
                counts[package] += 1
                with CASES.open("a", encoding="utf-8") as file:
                    file.write(written(there[-1]) + "\n")


def _new(package: str, tree: Path, there: Sequence[Case]) -> Iterator[Mutant]:
    """Those that people wrote, then one kind after the other, so that rare kinds come as often."""
    tried = {(case.mutant.path, case.mutant.line) for case in there}
    generator = random.Random(f"{SEED} {package}")
    left: dict[str, list[Mutant]] = {kind: [] for kind in KINDS}
    for path in _sources(tree):
        for each in mutants(path, (tree / path).read_bytes()):
            left[each.kind].append(each)
    for found in left.values():
        generator.shuffle(found)
    ordered = [defects(package, tree), _in_turn(left, generator)]
    for mutant in (each for source in ordered for each in source):
        if (mutant.path, mutant.line) not in tried:
            tried.add((mutant.path, mutant.line))
            yield mutant


def _in_turn(left: dict[str, list[Mutant]], generator: random.Random) -> Iterator[Mutant]:
    kinds = list(KINDS)
    generator.shuffle(kinds)
    while any(left.values()):
        for kind in kinds:
            if left[kind]:
                yield left[kind].pop()


def _sources(tree: Path) -> list[str]:
    """Files of the package that are no tests and that people write."""
    paths = sorted(str(file.relative_to(tree)) for file in tree.rglob("*.py"))
    suite = RUNNERS["python"].suite(tree, paths)
    assert suite is not None
    skipped = ("setup.py", "docs/", "doc/", "examples/", "benchmarks/", "benchmark/")
    return [
        path
        for path in suite.files
        if not path.endswith(_GENERATED) and not path.startswith(skipped)
    ]


async def _tests(sandbox: Sandbox, tree: Path) -> dict[str, str]:
    """How each test ends, by its id."""
    paths = sorted(str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file())
    suite = RUNNERS["python"].suite(tree, paths)
    assert suite is not None
    return await _ended(sandbox, tree, suite)


async def _ended(sandbox: Sandbox, tree: Path, suite: Suite) -> dict[str, str]:
    async with sandbox.workspace(tree) as workspace:
        ran = await RUNNERS["python"].run(workspace, suite, Wanted(_SECONDS))
    if not ran.whole:
        return {}
    return {test.id: test.verdict for test in ran.tests}


@dataclass(frozen=True, slots=True)
class Trial:
    """Of mutants of one package; `before` is how its tests end without any."""

    sandbox: Sandbox
    package: str
    tree: Path
    before: dict[str, str]
    work: Path

    async def seen(self, mutant: Mutant, *, remove: bool) -> Case | None:
        """A case, where some tests see the mutant, though not so many that it breaks everything.
        `remove`: it goes without them, if then no test that is left sees it."""
        folder = self.work / "made" / self.package
        await asyncio.to_thread(_copied, self.tree, folder)
        raw = (self.tree / mutant.path).read_bytes()
        (folder / mutant.path).write_bytes(mutant.applied(raw))
        after = await _tests(self.sandbox, folder)
        failing = self._failing(after)
        most = _MOST_SEEN * len(self.before)
        lost = len(self.before) - len(after)
        print(
            f"{self.package} {mutant.kind} {mutant.path}:{mutant.line} {len(failing)}", flush=True
        )
        if not failing or len(failing) > most or lost > most:
            return None
        seen_by = tuple(sorted({name.partition("[")[0] for name in failing}))
        lines = _line(raw, mutant.line), _line(mutant.applied(raw), mutant.line)
        removed = remove and await self._goes_unseen(folder, seen_by)
        return Case("", self.package, mutant, *lines, seen_by, removed)

    async def _goes_unseen(self, folder: Path, seen_by: Sequence[str]) -> bool:
        without(folder, seen_by)
        later = await _tests(self.sandbox, folder)
        return bool(later) and not self._failing(later)

    def _failing(self, after: dict[str, str]) -> list[str]:
        return [
            name
            for name, end in after.items()
            if end == "failed" and self.before.get(name) == "passed"
        ]


def _copied(tree: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(tree, folder)


def _line(raw: bytes, number: int) -> str:
    return raw.decode().split("\n")[number - 1].strip()
