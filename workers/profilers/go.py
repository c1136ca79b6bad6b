"""Go: stacks of the tests' run, and benchmarks of functions with the calls of their tests, now and
before, taking turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from statistics import median
from typing import Any

from workers.fuzzers.go import harnesses, targets
from workers.fuzzers.golang.bench import BEFORE, Bench
from workers.fuzzers.golang.harness import Harness
from workers.fuzzers.golang.literals import Value
from workers.fuzzers.golang.scan import scan
from workers.profilers import compare
from workers.profilers.base import Profiled, Slower, Wanted
from workers.profilers.golang import tests_of_time
from workers.sandbox import Workspace, go

__all__ = ["profile", "targets"]

_MOST = 30
_TURNS = 4
_MOST_FOLDERS = 12
_TEST_SECONDS = 90.0


async def profile(workspace: Workspace, wanted: Wanted, log: Callable[[str], None]) -> Profiled:
    """See where tests spend their time, then compare what the last commit changed with before."""
    until = time.monotonic() + wanted.seconds
    scanned = scan(wanted.folder, wanted.paths)
    bench = Bench(await go(workspace), scanned, log)
    tested = sorted(set(scanned.tests) & set(scanned.packages))[:_MOST_FOLDERS]
    stacks = await bench.stacks(tested, _TEST_SECONDS / len(tested)) if tested else {}
    changed = [each for each in wanted.targets if wanted.earlier.get(each.path)][:_MOST]
    if not changed:
        return Profiled(stacks)
    found, _ = harnesses(scanned, changed)
    await bench.prepare()
    await bench.copied(wanted.earlier)
    measuring = _Measuring(bench, found, {}, wanted.earlier)
    await measuring.compile()
    slower = await measuring.slower(until - time.monotonic())
    compared = len(measuring.binaries)
    return Profiled(stacks, slower=tuple(slower), grown=compared, compared=compared)


@dataclass(frozen=True, slots=True)
class _Measuring:
    """`binaries` are by a harness's number: now, before. `earlier` are texts of files as they were;
    `rounds` the calls of a round: the seeds that come back."""

    bench: Bench
    found: Mapping[int, Harness]
    binaries: dict[int, tuple[str, str]]
    earlier: Mapping[str, str | None]
    rounds: dict[int, list[tuple[Value, ...]]] = field(default_factory=dict)

    async def compile(self) -> None:
        """Both trees, with the same harnesses; what one of them lacks is not compared."""
        for folder in dict.fromkeys(each.folder for each in self.found.values()):
            now = await self.bench.compiled(self.found, folder, watched=False)
            self.bench.built[folder] = now
            here = {
                at: each
                for at, each in self.found.items()
                if each.folder == folder and at not in self.bench.why
            }
            before = await self.bench.compiled(here, folder, BEFORE, watched=False) if now else ""
            if before:
                self.binaries.update(dict.fromkeys(here, (now, before)))

    async def slower(self, seconds: float) -> list[Slower]:
        found = await compare.twice(self._turns, list(self.binaries), seconds)
        return [await self._slower(at, pair) for at, pair in found.items()]

    async def _slower(self, number: int, pair: compare.Pair) -> Slower:
        low, high = compare.interval(*pair)
        now, before = median(pair[0]), median(pair[1])
        target = self.found[number].target
        self.bench.log(f"{target.name}: {now:.3g} s, before {before:.3g} s, {low:.2f}..{high:.2f}")
        return Slower(target, now, before, low, high, await self._shown(number, low))

    async def _shown(self, number: int, low: float) -> str:
        """A test that fails with the code as it is, and passes with the code as it was; '' where
        there is none."""
        made = self.found[number]
        before = {
            path: text
            for path, text in self.earlier.items()
            if text is not None and _is_of(made.folder, path)
        }
        named = {PurePosixPath(path).name: text for path, text in before.items()}
        bound = compare.bound(low)
        text = tests_of_time.slower(made, self.rounds[number], named, bound=bound)
        if not text or await self._verdict(made, text) != "failed":
            return ""
        workspace = self.bench.workspace
        as_it_is = {path: workspace.read(path) or b"" for path in before}
        for path, was in before.items():
            workspace.write(path, was)
        passes = await self._verdict(made, text) == "passed"
        for path, now in as_it_is.items():
            workspace.write(path, now)
        return text if passes else ""

    async def _verdict(self, made: Harness, text: str) -> str:
        return await self.bench.verdict(made, text, tests_of_time.name(made))

    async def _turns(self, numbers: Sequence[int], seconds: float) -> dict[int, compare.Pair]:
        jobs = [self._job(number) for number in numbers]
        lines = await self.bench.driven(jobs, max(30.0, seconds), mode="time")
        found = {line.get("id"): (compare.pair(line), line) for line in lines}
        taken: dict[int, compare.Pair] = {}
        for at in numbers:
            pair, line = found.get(at, (None, {}))
            if pair is not None:
                taken[at] = pair
                which = int(line["now"][0][1])
                self.rounds[at] = compare.chosen(self.found[at].seeds, which)
        return taken

    def _job(self, number: int) -> dict[str, Any]:
        now, before = self.binaries[number]
        folder = self.found[number].folder
        old = self.bench.job(number, folder, before, BEFORE)
        job = self.bench.job(number, folder, now)
        return {
            "id": number,
            "turns": _TURNS,
            "now": [job["binary"], job["folder"]],
            "before": [old["binary"], old["folder"]],
        }


def _is_of(folder: str, path: str) -> bool:
    """Whether a file is of a folder's package."""
    place = PurePosixPath(path)
    is_code = place.suffix == ".go" and not place.name.endswith("_test.go")
    return is_code and str(place.parent) == folder
