"""JavaScript and TypeScript: stacks of the tests' run, and two versions taking turns in Node."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.ecmascript.bench import FOLDER, Bench, before
from workers.fuzzers.ecmascript.told import Counted, arguments, counted, is_value
from workers.fuzzers.pythonic import told
from workers.profilers import compare
from workers.profilers.base import Profiled, Slower, Wanted
from workers.profilers.ecmascript import tests_of_time
from workers.runners import javascript as runner
from workers.runners.base import Ran, Suite
from workers.runners.base import Wanted as Run
from workers.sandbox import CODE, Workspace

_MOST = 30
_MOST_CASES = 20
_MOST_PROCESSES = 200
_TURNS = 5
_TURN_SECONDS = 1.5
_TEST_SECONDS = 60.0
_ROUND_SECONDS = 0.02


async def profile(
    workspace: Workspace, wanted: Wanted, suite: Suite | None, log: Callable[[str], None]
) -> Profiled:
    """See where tests spend their time, then compare what the last commit changed with before."""
    until = time.monotonic() + wanted.seconds
    bench = Bench(workspace, wanted.folder, wanted.paths, log)
    bench.prepare()
    seen = await stacks(workspace, suite) if suite and suite.targets else {}
    changed = [each for each in wanted.targets if wanted.earlier.get(each.path)][:_MOST]
    if not changed:
        return Profiled(seen)
    await bench.copied(wanted.earlier)
    measuring = await _Measuring.of(bench, changed, wanted.earlier)
    slower = await measuring.slower(until - time.monotonic())
    compared = len(measuring.jobs)
    return Profiled(seen, slower=tuple(slower), grown=compared, compared=compared)


async def stacks(workspace: Workspace, suite: Suite) -> dict[str, int]:
    """Samples of the tests' run by way down; of each process that it took."""
    given = workspace.given
    preloaded = {"NODE_OPTIONS": f"--require={CODE}/{FOLDER}/stacks.cjs"}
    watched = replace(
        workspace, given=replace(given, environment={**given.environment, **preloaded})
    )
    await runner.run(watched, suite, Run(_TEST_SECONDS))
    folder = f"{FOLDER}/stacks"
    found = Counter[str]()
    for name in workspace.names(folder, most=_MOST_PROCESSES):
        found.update(told.stacks(workspace.read(name)))
    return dict(found)


@dataclass(frozen=True, slots=True)
class _Measuring:
    """`jobs` are what the driver is told, by a target's number: those with calls that come back.
    `dry` is what was counted of them, `earlier` the texts of files as they were; `rounds` are the
    calls of a round: those of a job's that come back."""

    bench: Bench
    targets: Sequence[Target]
    jobs: Mapping[int, dict[str, Any]]
    dry: Mapping[int, Counted]
    earlier: Mapping[str, str | None]
    rounds: dict[int, list[Any]] = field(default_factory=dict)

    @classmethod
    async def of(
        cls, bench: Bench, targets: Sequence[Target], earlier: Mapping[str, str | None]
    ) -> _Measuring:
        """Calls are those of tests, and some of each kind of outcome, as a fuzzer finds them."""
        jobs = await bench.scanned(targets)
        lines = await bench.driven([{**job, "seconds": 0.3} for job in jobs.values()])
        dry = {line["id"]: counted(line) for line in lines if line.get("id") in jobs}
        timed = {
            at: {**jobs[at], "cases": cases, "earlier": before(jobs[at])["file"], "turns": _TURNS}
            for at, each in dry.items()
            if (cases := _cases(jobs[at], each))
        }
        bench.log(f"{len(timed)} of {len(targets)} functions can be measured")
        return cls(bench, targets, timed, dry, earlier)

    async def slower(self, seconds: float) -> list[Slower]:
        found = await compare.twice(self._turns, list(self.jobs), seconds)
        return [await self._slower(at, pair) for at, pair in found.items()]

    async def _slower(self, number: int, pair: compare.Pair) -> Slower:
        target = self.targets[number]
        low, high = compare.interval(*pair)
        now, old = median(pair[0]), median(pair[1])
        self.bench.log(f"{target.name}: {now:.3g} s, before {old:.3g} s, {low:.2f}..{high:.2f}")
        return Slower(target, now, old, low, high, await self._shown(number, now, low))

    async def _shown(self, number: int, now: float, low: float) -> str:
        """A test that fails with the code as it is, and passes with the code as it was; '' where
        there is none."""
        target, cases = self.targets[number], self.rounds[number]
        before = self.earlier.get(target.path) or ""
        called = self.bench.called(target, self.jobs[number], self.dry[number])
        times = max(1, min(200_000, int(_ROUND_SECONDS / max(now, 1e-8))))
        bound = compare.bound(low)
        made = tests_of_time.slower(called, cases, before, times=times, bound=bound)
        if not made or not await self._fails(made):
            return ""
        as_it_is = self.bench.workspace.read(target.path)
        self.bench.workspace.write(target.path, before)
        was = await self._alone(made)
        self.bench.workspace.write(target.path, as_it_is or b"")
        return made if was.of("passed") else ""

    async def _fails(self, text: str) -> bool:
        ran = await self._alone(text)
        return any(each.kind.endswith("AssertionError") for each in ran.of("failed"))

    async def _alone(self, text: str) -> Ran:
        return await runner.alone(self.bench.workspace, text, _TEST_SECONDS)

    async def _turns(self, numbers: Sequence[int], seconds: float) -> dict[int, compare.Pair]:
        slack = 2 * _TURNS * _TURN_SECONDS
        within = numbers[: max(1, int(seconds / slack))]
        jobs = [self.jobs[at] for at in within]
        lines = await self.bench.driven(jobs, script="time.mjs", slack=slack)
        found = {line.get("id"): (compare.pair(line), line) for line in lines}
        taken: dict[int, compare.Pair] = {}
        for at in within:
            pair, line = found.get(at, (None, {}))
            if pair is not None:
                taken[at] = pair
                which = int(line["now"][0][1])
                self.rounds[at] = compare.chosen(self.jobs[at]["cases"], which)
        return taken


def _cases(job: Mapping[str, Any], dry: Counted) -> list[Any]:
    """Packed arguments: of calls that tests spell out, where nothing has to be made first."""
    if dry.why or not dry.returned:
        return []
    spelled = [] if dry.made or not isinstance(job.get("calls"), list) else job["calls"]
    known = [each for each in spelled if isinstance(each, list) and is_value(each)]
    known += [each for raw in dry.corpus if (each := arguments(raw))]
    told_once = {json.dumps(each): each for each in known}
    return list(told_once.values())[:_MOST_CASES]
