"""Functions of JavaScript and TypeScript, fed until they break: fast-check in Node, in threads that
can be ended."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.fuzzers.ecmascript.doubts import doubts
from workers.fuzzers.ecmascript.reproducer import Called, reproducer
from workers.fuzzers.ecmascript.scan import package, shown, tests, text
from workers.fuzzers.ecmascript.told import Counted, Sort, arguments, counted
from workers.fuzzers.pythonic import told
from workers.runners import javascript as runner
from workers.runners.base import Frame
from workers.runners.javascripted.layout import TYPED
from workers.sandbox import CODE, Limits, Workspace

_INSIDE = Path(__file__).parent / "inside"
_FOLDER = ".ponder-fuzz"
_BEFORE = ".ponder-before"
_MOST_DRY = 60
_MOST_CRASHES = 4
_TIMES = 5


async def fuzz(workspace: Workspace, plan: Plan, log: Callable[[str], None]) -> list[Fuzzed]:
    """Read what functions take, see which can be called, fuzz the best, and see crashes again."""
    return await _Fuzzing(workspace, plan, log).fuzzed() if plan.targets else []


@dataclass(slots=True)
class _Fuzzing:
    """`jobs` are what the driver is told, `dry` what it counted at first: both by a number."""

    workspace: Workspace
    plan: Plan
    log: Callable[[str], None]
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    dry: dict[int, Counted] = field(default_factory=dict)

    async def fuzzed(self) -> list[Fuzzed]:
        tried = list(self.plan.targets[:_MOST_DRY])
        for path in sorted(_INSIDE.glob("*.mjs")):
            self.workspace.write(f"{_FOLDER}/{path.name}", path.read_bytes())
        await self._scanned(tried)
        lines = await self._driven([{**job, "seconds": 0.3} for job in self.jobs.values()])
        self.dry = {line["id"]: counted(line) for line in lines if line.get("id") in self.jobs}
        valid = [at for at in self.jobs if at in self.dry and self._works(self.dry[at])]
        self.log(f"{len(valid)} of {len(tried)} functions have a harness")
        chosen = valid[self.plan.skipped : self.plan.skipped + self.plan.most]
        if self.plan.earlier and chosen:
            await self._copied()
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

    async def _scanned(self, tried: Sequence[Target]) -> None:
        """The jobs: what each function takes, by the compiler's eyes."""
        tools = str(self.workspace.toolchain.folder / "node")
        whole = str(package(self.plan.folder).get("name") or "").rpartition("/")[2]
        targets = [
            {
                "id": at,
                "path": each.path,
                "symbol": each.symbol,
                "called": [Path(each.path).stem, re.sub(r"-(\w)", _upper, whole), whole],
            }
            for at, each in enumerate(tried)
        ]
        results = f"{_FOLDER}/scanned.json"
        examples = f"{_FOLDER}/examples.ts"
        self.workspace.write(examples, shown(self.plan.folder, self.plan.paths))
        calling = [*tests(self.plan.paths), examples]
        asked = {"targets": targets, "tests": calling, "tools": tools}
        self.workspace.write(f"{_FOLDER}/scan.json", json.dumps({**asked, "results": results}))
        await self._node("scan.mjs", f"{_FOLDER}/scan.json", 90.0)
        found = next(iter(told.lines(self.workspace.read(results))), {})
        for at, each in enumerate(tried):
            if isinstance(scanned := found.get(str(at)), dict):
                self.jobs[at] = {
                    **scanned,
                    "id": at,
                    "file": f"{CODE}/{each.path}",
                    "symbol": each.symbol,
                    "root": f"{CODE}/",
                    "tools": tools,
                    "corpus": [],
                }

    async def _node(self, script: str, settings: str, seconds: float) -> None:
        ran = await self.workspace.run(
            ["node", "--max-old-space-size=1024", f"{_FOLDER}/{script}", settings],
            limits=Limits(seconds, 2 * seconds + 30, memory_mib=3072, output_kib=4096),
            environment={"TZ": "UTC", "NODE_ENV": "test", "CI": "true"},
        )
        if not ran.ok:
            self.log(f"{script}: {ran.status} {ran.exit_code} {ran.stderr[:800]}")

    async def _driven(self, jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        results = f"{_FOLDER}/fuzzed.jsonl"
        self.workspace.write(f"{_FOLDER}/jobs.json", json.dumps({"jobs": jobs, "results": results}))
        self.workspace.write(results, b"")
        seconds = sum(float(job.get("seconds", 0)) + 2.0 for job in jobs) + 40.0
        await self._node("drive.mjs", f"{_FOLDER}/jobs.json", seconds)
        return told.lines(self.workspace.read(results))

    async def _copied(self) -> None:
        """A second tree, with what the last commit changed as it was before."""
        script = (
            f"mkdir -p {_BEFORE} && tar -cf - --exclude='./.ponder*' --exclude=./.git . "
            f"| tar -xf - -C {_BEFORE}"
        )
        await self.workspace.run(["/bin/sh", "-c", script], limits=Limits(120, 120))
        for path, before in self.plan.earlier.items():
            if before is not None:
                self.workspace.write(f"{_BEFORE}/{path}", before)

    async def _one(self, number: int, target: Target) -> Fuzzed:
        kept = [arguments(raw) for raw in self.plan.corpora.get(target.name, ())]
        job = {**self.jobs[number], "seconds": self.plan.seconds}
        lines = await self._driven([{**job, "corpus": [each for each in kept if each]}])
        read = counted(lines[0]) if lines else Counted(why="fuzzing it did not end")
        self.log(
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
        if before:
            job["file"] = str(job["file"]).replace(CODE, f"{CODE}/{_BEFORE}", 1)
        return await self._driven([job] * times)

    async def _crash(self, number: int, target: Target, sort: Sort) -> Crash:
        new = await self._came_back(number, target, sort)
        # What came back before the last change is no precondition.
        reasons = [] if new else doubts(self.dry[number], sort, sort.case)
        called = self._called(number, target)
        written = reproducer(called, sort.kind, sort.message, sort.case)
        fails = bool(written) and await self._fails(written)
        call = called.call(sort.case)
        self.log(f"{call} → {sort.kind}: {sort.message} {'; '.join(reasons)}")
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

    def _called(self, number: int, target: Target) -> Called:
        dry, source = self.dry[number], text(self.plan.folder, target.path)
        typed = target.path.endswith(TYPED)
        modern = bool(re.search(r"^\s*(import|export)\b[^(]", source, re.MULTILINE))
        is_module = package(self.plan.folder).get("type") == "module"
        plain = not typed and (not modern or is_module or target.path.endswith(".mjs"))
        is_static = self.jobs[number].get("isStatic") is True
        return Called(target.path, target.symbol, dry.way, dry.made, is_static, typed, plain)

    async def _came_back(self, number: int, target: Target, sort: Sort) -> bool:
        """Whether the same call returned before the last change."""
        if not self.plan.earlier.get(target.path):
            return False
        lines = await self._replayed(number, replace(sort), times=1, before=True)
        return any(each.get("returned") is True for each in lines)

    async def _fails(self, written: str) -> bool:
        """Whether the test fails by its assertion, as a person would run it."""
        ran = await runner.alone(self.workspace, written, 45.0)
        return any(test.kind.endswith("AssertionError") for test in ran.of("failed"))


def _upper(found: re.Match[str]) -> str:
    return found[1].upper()
