"""Functions of JavaScript and TypeScript, fed until they break: fast-check in Node, in threads that
can be ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.fuzzers.ecmascript.bench import Bench
from workers.fuzzers.ecmascript.bench import before as earlier
from workers.fuzzers.ecmascript.doubts import doubts
from workers.fuzzers.ecmascript.reproducer import reproducer
from workers.fuzzers.ecmascript.told import Counted, Sort, arguments, counted
from workers.runners import javascript as runner
from workers.runners.base import Frame
from workers.sandbox import Workspace

_MOST_DRY = 60
_MOST_CRASHES = 4
_TIMES = 5


async def fuzz(workspace: Workspace, plan: Plan, log: Callable[[str], None]) -> list[Fuzzed]:
    """Read what functions take, see which can be called, fuzz the best, and see crashes again."""
    if not plan.targets:
        return []
    return await _Fuzzing(Bench(workspace, plan.folder, plan.paths, log), plan).fuzzed()


@dataclass(slots=True)
class _Fuzzing:
    """`jobs` are what the driver is told, `dry` what it counted at first: both by a number."""

    bench: Bench
    plan: Plan
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    dry: dict[int, Counted] = field(default_factory=dict)

    async def fuzzed(self) -> list[Fuzzed]:
        tried = list(self.plan.targets[:_MOST_DRY])
        self.bench.prepare()
        self.jobs = await self.bench.scanned(tried)
        lines = await self.bench.driven([{**job, "seconds": 0.3} for job in self.jobs.values()])
        self.dry = {line["id"]: counted(line) for line in lines if line.get("id") in self.jobs}
        valid = [at for at in self.jobs if at in self.dry and self._works(self.dry[at])]
        self.bench.log(f"{len(valid)} of {len(tried)} functions have a harness")
        chosen = valid[self.plan.skipped : self.plan.skipped + self.plan.most]
        if self.plan.earlier and chosen:
            await self.bench.copied(self.plan.earlier)
        outcomes: dict[int, Fuzzed] = {}
        for number in chosen:
            if time.monotonic() < self.plan.until:
                outcomes[number] = await self._one(number, tried[number])
        left = [
            Fuzzed(each, why="others come first" if at in valid else self._why(at))
            for at, each in enumerate(tried)
            if at not in outcomes
        ]
        return [*outcomes.values(), *left]

    def _works(self, dry: Counted) -> bool:
        return not dry.why and dry.returned > 0

    def _why(self, number: int) -> str:
        dry = self.dry.get(number)
        if dry is None:
            return "it is not found where it seems to be"
        return dry.why or "no call of it came back"

    async def _one(self, number: int, target: Target) -> Fuzzed:
        kept = [arguments(raw) for raw in self.plan.corpora.get(target.name, ())]
        job = {**self.jobs[number], "seconds": self.plan.seconds}
        lines = await self.bench.driven([{**job, "corpus": [each for each in kept if each]}])
        read = counted(lines[0]) if lines else Counted(why="fuzzing it did not end")
        self.bench.log(
            f"{target.name}: {read.executions} executions, {read.returned} returned, "
            f"{read.refused} refused, {read.seeds} seeds, {len(read.sorts)} sorts of crashes"
        )
        return Fuzzed(
            target,
            read.why,
            read.executions,
            self.plan.seconds,
            read.returned,
            read.refused,
            self.dry[number].seeds,
            tuple(await self._crashes(number, target, read)),
            read.corpus,
        )

    async def _crashes(self, number: int, target: Target, read: Counted) -> list[Crash]:
        unasked = [each for each in read.sorts.values() if each.kind not in target.promised]
        unasked.sort(key=lambda each: (each.grade != "strong", each.signature))
        found = []
        for sort in unasked[:_MOST_CRASHES]:
            lines = await self._replayed(number, sort, times=_TIMES)
            if sum(each.get("signature") == sort.signature for each in lines) == _TIMES:
                found.append(await self._crash(number, target, sort))
        return found

    async def _replayed(
        self, number: int, sort: Sort, *, times: int, before: bool = False
    ) -> list[dict[str, Any]]:
        """Each in a thread of its own, with modules of its own."""
        job = {**self.jobs[number], "replay": {"case": sort.case}}
        return await self.bench.driven([earlier(job) if before else job] * times)

    async def _crash(self, number: int, target: Target, sort: Sort) -> Crash:
        new = await self._came_back(number, target, sort)
        # What came back before the last change is no precondition.
        reasons = [] if new else doubts(self.dry[number], sort, sort.case)
        called = self.bench.called(target, self.jobs[number], self.dry[number])
        written = reproducer(called, sort.kind, sort.message, sort.case)
        fails = bool(written) and await self._fails(written)
        call = called.call(sort.case)
        self.bench.log(f"{call} → {sort.kind}: {sort.message} {'; '.join(reasons)}")
        if not fails:
            reasons.append("a test of its own did not show it")
        # What was built may name files that are not there.
        known = set(self.plan.paths)
        frames = tuple(each for each in sort.frames if each.path in known)
        frames = frames or (Frame(target.path, target.start_line, target.symbol),)
        return Crash(
            sort.kind,
            sort.message,
            call,
            frames,
            tuple(reasons),
            written if fails else "",
            sort.times,
            new,
        )

    async def _came_back(self, number: int, target: Target, sort: Sort) -> bool:
        """Whether the same call returned before the last change."""
        if not self.plan.earlier.get(target.path):
            return False
        lines = await self._replayed(number, replace(sort), times=1, before=True)
        return any(each.get("returned") is True for each in lines)

    async def _fails(self, written: str) -> bool:
        """Whether the test fails by its assertion, as a person would run it."""
        ran = await runner.alone(self.bench.workspace, written, 45.0)
        return any(test.kind.endswith("AssertionError") for test in ran.of("failed"))
