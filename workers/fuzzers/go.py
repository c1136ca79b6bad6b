"""Go: its own fuzzer on the module's own code, with arguments by type and from its tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.fuzzers.golang.bench import BEFORE, Bench
from workers.fuzzers.golang.doubts import doubts, promised
from workers.fuzzers.golang.harness import Harness, harness
from workers.fuzzers.golang.literals import Value, literal, packed, unpacked
from workers.fuzzers.golang.reproducer import name, reproducer
from workers.fuzzers.golang.scan import Scanned, scan
from workers.fuzzers.golang.seeds import kept, seeds
from workers.fuzzers.golang.told import Counted, Sort, counted
from workers.runners.base import Frame
from workers.sandbox import Workspace, go

__all__ = ["fuzz", "harnesses", "targets"]

_MOST_DRY = 150
_MOST_FOLDERS = 30
_MOST_CRASHES = 4
_TIMES = 5


def targets(folder: Path, paths: Sequence[str]) -> list[Target]:
    """The best first; none where there is no module at the root."""
    return scan(folder, paths).targets


async def fuzz(workspace: Workspace, plan: Plan, log: Callable[[str], None]) -> list[Fuzzed]:
    """Compile harnesses, see which of them work, fuzz the best, and make each crash small."""
    scanned = scan(plan.folder, plan.paths)
    if not scanned.targets:
        return []
    bench = Bench(await go(workspace), scanned, log)
    return await _Fuzzing(bench, plan, scanned).fuzzed()


def harnesses(
    scanned: Scanned, targets: Sequence[Target]
) -> tuple[dict[int, Harness], dict[str, str]]:
    """By a target's number; and why others have none, by a target's name."""
    found: dict[int, Harness] = {}
    without: dict[str, str] = {}
    for number, each in enumerate(targets):
        function = scanned.functions.get(each.name)
        if function is None:
            continue
        folder = str(PurePosixPath(each.path).parent)
        package = scanned.packages[folder]
        made = harness(each, function, package, folder, scanned.importing(folder))
        if isinstance(made, str):
            without[each.name] = made
            continue
        tests = {**scanned.tests.get(folder, {}), **scanned.tests.get(".", {})}
        found[number] = replace(made, seeds=seeds(function.name, made.natives, tests))
    return found, without


@dataclass(slots=True)
class _Fuzzing:
    bench: Bench
    plan: Plan
    scanned: Scanned
    harnesses: dict[int, Harness] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    dry: dict[int, Counted] = field(default_factory=dict)

    async def fuzzed(self) -> list[Fuzzed]:
        tried = self.plan.targets[:_MOST_DRY]
        self.harnesses, self.why = harnesses(self.scanned, tried)
        await self.bench.prepare()
        for folder in self._folders():
            self.bench.built[folder] = await self.bench.compiled(self.harnesses, folder)
        valid = await self._valid()
        self.bench.log(f"{len(valid)} of {len(tried)} functions have a harness")
        chosen = valid[self.plan.skipped : self.plan.skipped + self.plan.most]
        if self.plan.earlier and chosen:
            await self.bench.copied(self.plan.earlier)
        outcomes: list[Fuzzed] = []
        for number in chosen:
            if time.monotonic() < self.plan.until:
                outcomes.append(await self._one(number))
        done = {each.target.name for each in outcomes}
        waiting = {self.harnesses[number].target.name for number in valid}
        left = [self._left(each, waiting) for each in tried if each.name not in done]
        return [*outcomes, *left]

    def _left(self, target: Target, waiting: set[str]) -> Fuzzed:
        if target.name in waiting:
            return Fuzzed(target, why="others come first")
        return Fuzzed(target, why=self.why.get(target.name, "no call of it came back"))

    def _folders(self) -> list[str]:
        found = dict.fromkeys(each.folder for each in self.harnesses.values())
        return list(found)[:_MOST_FOLDERS]

    def _job(self, number: int, seconds: float, *, dry: bool) -> dict[str, Any]:
        made = self.harnesses[number]
        job = self.bench.job(number, made.folder, self.bench.built[made.folder])
        return {**job, "seconds": seconds, "dry": dry}

    async def _valid(self) -> list[int]:
        """Harnesses that compile and with which a call comes back, the best first."""
        built = [at for at, each in self.harnesses.items() if self.bench.built.get(each.folder)]
        built = [at for at in built if at not in self.bench.why]
        for at, why in self.bench.why.items():
            self.why[self.harnesses[at].target.name] = why
        jobs = [self._job(number, 4.0, dry=True) for number in built]
        lines = await self.bench.driven(jobs, 30.0 + 1.0 * len(jobs)) if jobs else []
        for line in lines:
            number = line.get("id")
            if isinstance(number, int) and number in self.harnesses:
                self.dry[number] = counted(line, self.harnesses[number].natives)
        return [each for each in built if each in self.dry and self.dry[each].returned]

    async def _one(self, number: int) -> Fuzzed:
        made = self.harnesses[number]
        for at, raw in enumerate(self.plan.corpora.get(made.target.name, ())):
            if kept(raw, made.natives):
                place = "" if made.folder == "." else f"{made.folder}/"
                path = f"{place}testdata/fuzz/FuzzPonder{number}/kept-{at}"
                self.bench.workspace.write(path, raw)
        job = self._job(number, self.plan.seconds, dry=False)
        lines = await self.bench.driven([job], self.plan.seconds + 30)
        read = counted(lines[0], made.natives) if lines else Counted()
        self.bench.log(
            f"{made.target.name}: {read.executions} executions, {read.returned} returned, "
            f"{read.refused} refused, {self.dry[number].returned} seeds, "
            f"{len(read.sorts)} sorts of crashes"
        )
        return Fuzzed(
            made.target,
            "" if lines else "fuzzing it did not end",
            read.executions,
            self.plan.seconds,
            read.returned,
            read.refused,
            self.dry[number].returned,
            tuple(await self._crashes(number, made, read)),
            read.corpus,
        )

    async def _crashes(self, number: int, made: Harness, read: Counted) -> list[Crash]:
        if promised(made):
            return []
        found = []
        for sort in sorted(read.sorts.values(), key=lambda each: each.signature)[:_MOST_CRASHES]:
            values = await self._smallest(number, made, sort)
            if values is not None:
                found.append(await self._crash(number, made, replace(sort, values=values)))
        return found

    async def _smallest(self, number: int, made: Harness, sort: Sort) -> tuple[Value, ...] | None:
        """None where the same did not happen five times over."""
        line = await self._replayed(number, sort, times=_TIMES)
        return unpacked(line.get("arguments"), made.natives) if line.get("again") == 5 else None

    async def _replayed(
        self, number: int, sort: Sort, *, times: int, before: str = "", binary: str = ""
    ) -> Mapping[str, Any]:
        made = self.harnesses[number]
        binary = binary or self.bench.built[made.folder]
        asked = {
            **self.bench.job(number, made.folder, binary, before),
            "at": 0,
            "arguments": packed(sort.values),
            "signature": sort.signature,
            "smaller": sort.smaller and not before,
            "times": times,
        }
        lines = await self.bench.driven([asked], 60.0 + 12.0 * times, mode="replay")
        return lines[0] if lines else {}

    async def _crash(self, number: int, made: Harness, sort: Sort) -> Crash:
        new = await self._came_back(number, made, sort)
        # What came back before the last change is no precondition.
        dry = self.dry[number]
        share, seen = dry.odd / max(1, dry.tried), dry.returned
        reasons = [] if new else doubts(made, sort.kind, sort.values, share=share, seeds=seen)
        text = reproducer(made, sort.kind, sort.values)
        fails = await self.bench.verdict(made, text, name(made)) == "failed"
        call = made.call([literal(each) for each in sort.values])
        self.bench.log(f"{call} → {sort.kind}: {sort.message} {'; '.join(reasons)}")
        if not fails:
            reasons.append("a test of its own did not show it")
        target = made.target
        frames = sort.frames or (Frame(target.path, target.start_line, target.symbol),)
        return Crash(
            sort.kind,
            sort.message,
            call,
            frames,
            tuple(reasons),
            text if fails else "",
            sort.times,
            new,
        )

    async def _came_back(self, number: int, made: Harness, sort: Sort) -> bool:
        """Whether the same call returned before the last change."""
        if not self.plan.earlier.get(made.target.path):
            return False
        only = {number: made}
        binary = await self.bench.compiled(only, made.folder, BEFORE)
        if not binary:
            return False
        line = await self._replayed(number, sort, times=1, before=BEFORE, binary=binary)
        return line.get("returned") is True
