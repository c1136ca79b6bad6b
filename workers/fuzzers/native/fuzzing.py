"""Harnesses of C and C++ that a repository has, run by libFuzzer under the address sanitizer."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.fuzzers.native.compiler import Compiler, compiler
from workers.fuzzers.native.doubts import doubts
from workers.fuzzers.native.reproducer import call, reproducer
from workers.fuzzers.native.scan import Scanned, scan, seeds
from workers.fuzzers.native.told import Ran, ran, report
from workers.fuzzers.pythonic import told
from workers.runners.base import Frame
from workers.sandbox import Limits, Workspace

_INSIDE = Path(__file__).parent / "inside"
_FOLDER = ".ponder-fuzz"
_BUILD_SECONDS = 150.0
_TIMES = 5
ABSENT = "there is no clang with libFuzzer on this machine: 'ponder doctor' says how to get it"


async def fuzz(workspace: Workspace, plan: Plan, log: Callable[[str], None]) -> list[Fuzzed]:
    """Build the best harnesses, run each for its time, and see what broke again."""
    if not plan.targets:
        return []
    found = compiler()
    if found is None:
        return [Fuzzed(each, why=ABSENT) for each in plan.targets]
    scanned = scan(plan.folder, plan.paths)
    return await _Fuzzing(workspace, plan, log, found, scanned).fuzzed()


@dataclass(frozen=True, slots=True)
class _Fuzzing:
    workspace: Workspace
    plan: Plan
    log: Callable[[str], None]
    compiler: Compiler
    scanned: Scanned

    async def fuzzed(self) -> list[Fuzzed]:
        chosen = self.plan.targets[self.plan.skipped : self.plan.skipped + self.plan.most]
        lines = {line.get("id"): line for line in await self._driven(chosen)}
        outcomes = []
        for at, each in enumerate(chosen):
            found = ran(lines.get(at, {}), self.scanned.sources)
            self.log(f"{each.name}: {found.why or f'{found.executions} executions'}")
            crashes = await self._crashes(each, found)
            done = max(0, found.executions - len(crashes))
            outcomes.append(
                Fuzzed(each, found.why, found.executions, found.seconds, done, crashes=crashes,
                       corpus=found.corpus)
            )  # fmt: skip
        left = [each for each in self.plan.targets if each not in chosen]
        return [*outcomes, *(Fuzzed(each, why="others come first") for each in left)]

    async def _driven(self, chosen: Sequence[Target]) -> list[dict[str, Any]]:
        left = max(30.0, min(self.plan.until - time.monotonic(), 3600.0))
        seconds = max(1.0, min(self.plan.seconds, left / (len(chosen) + 1)))
        results = f"{_FOLDER}/fuzzed.jsonl"
        settings = {
            "sources": self.scanned.sources,
            "includes": self.scanned.includes,
            "c": self.compiler.c,
            "cpp": self.compiler.cpp,
            "archive": self.compiler.archive,
            "seconds": min(_BUILD_SECONDS, left) + seconds * len(chosen),
            "results": results,
            "jobs": [self._job(at, each, seconds) for at, each in enumerate(chosen)],
        }
        self.workspace.write(f"{_FOLDER}/drive.py", (_INSIDE / "drive.py").read_bytes())
        self.workspace.write(f"{_FOLDER}/jobs.json", json.dumps(settings))
        self.workspace.write(results, b"")
        whole = _BUILD_SECONDS + (seconds + 60) * len(chosen)
        said = await self.workspace.run(
            [self.workspace.toolchain.python, f"{_FOLDER}/drive.py", f"{_FOLDER}/jobs.json"],
            limits=Limits(whole, 2 * whole, memory_mib=3072, disk_mib=2048),
        )
        if not said.ok:
            self.log(f"the driver ended: {said.status} {said.stderr[-500:]}")
        return told.lines(self.workspace.read(results, most=32 * 1024 * 1024))

    def _job(self, number: int, target: Target, seconds: float) -> dict[str, Any]:
        kept = self.plan.corpora.get(target.name, ())
        given = [*seeds(self.plan.folder, self.plan.paths, target), *kept]
        told_seeds = [base64.b64encode(each).decode() for each in given]
        return {"id": number, "path": target.path, "seconds": seconds, "seeds": told_seeds}

    async def _crashes(self, target: Target, found: Ran) -> tuple[Crash, ...]:
        """The first, where five fresh starts end the same way."""
        same = {each.signature for each in found.reports}
        if found.case is None or len(found.reports) != _TIMES or len(same) != 1:
            return ()
        first = found.reports[0]
        reasons = doubts(target, first)
        text = reproducer(target.path, first.kind, found.case, found.used, self.scanned)
        fails = await self._fails(text, first.kind)
        if not fails:
            reasons.append("a script of its own did not show it")
        frames = first.frames or (Frame(target.path, target.start_line, target.symbol),)
        self.log(f"{call(found.case)} → {first.kind}: {'; '.join(reasons)}")
        kind = "Hang" if first.kind == "timeout" else first.kind
        shown = text if fails else ""
        return (Crash(kind, "", call(found.case), frames, tuple(reasons), shown, 1),)

    async def _fails(self, text: str, kind: str) -> bool:
        """Whether the script fails as it says, as a person would run it."""
        self.workspace.write("reproducer.sh", text)
        said = await self.workspace.run(
            ["sh", "reproducer.sh"],
            limits=Limits(120, 180, memory_mib=3072),
            environment={"CC": " ".join(self.compiler.c), "CXX": " ".join(self.compiler.cpp)},
        )
        self.workspace.write("reproducer.sh", "")
        seen = report(said.stderr)
        if seen is None:
            self.log(f"its script: {said.status} {said.exit_code} {said.stderr[-500:]}")
        return not said.ok and seen is not None and seen.kind == kind
