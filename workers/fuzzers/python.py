"""Python: atheris on the package's own code, with arguments made of types and of real calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.fuzzers.pythonic import told
from workers.fuzzers.pythonic.bench import BEFORE, FOLDER, Bench
from workers.fuzzers.pythonic.doubts import doubts, promised
from workers.fuzzers.pythonic.reproducer import called, reproducer
from workers.fuzzers.pythonic.scan import scan
from workers.runners import python as runner
from workers.runners.pythonic.layout import module, shared, suite
from workers.sandbox import CODE, Workspace

__all__ = ["fuzz", "targets"]

_MOST_DRY = 250
_SMALLER_SECONDS = 4.0
_MOST_CRASHES = 4
_MOST_BYTES = 8 * 1024
"""Of one input that is kept."""


def targets(folder: Path, paths: Sequence[str]) -> list[Target]:
    """The best first; none where there is no Python to import."""
    found = suite(folder, paths)
    return scan(folder, paths, found.files).targets if found else []


async def fuzz(workspace: Workspace, plan: Plan, log: Callable[[str], None]) -> list[Fuzzed]:
    """Record calls, see which functions have a harness, fuzz the best of those, and make each crash
    small."""
    found = suite(plan.folder, plan.paths)
    if found is None:
        return []
    bench = _Fuzzing(workspace, found, log, plan)
    bench.prepare()
    tried = plan.targets[:_MOST_DRY]
    calls = await bench.recorded(tried, scan(plan.folder, plan.paths, found.files))
    dry = await bench.driven(tried, calls, seconds=2.0, dry=True)
    valid = [each for each in tried if _works(dry.get(each.name))]
    log(f"{len(valid)} of {len(tried)} functions have a harness")
    chosen = valid[plan.skipped : plan.skipped + plan.most]
    if plan.earlier:
        await bench.copied(plan.earlier)
    results = await bench.driven(chosen, calls, seconds=plan.seconds, dry=False)
    outcomes = [
        await bench.weighed(each, results[each.name], calls.get(each.name, []))
        for each in chosen
        if each.name in results
    ]
    left = [_without(each, dry.get(each.name)) for each in tried if each not in chosen]
    return [*outcomes, *left]


def _works(result: Mapping[str, Any] | None) -> bool:
    """A guess counts where a call comes back with it."""
    if result is None or result.get("why") != "":
        return False
    guessed = any(origin == "name" for origin, _ in result["origins"].values())
    return not guessed or result["returned"] > 0


def _without(target: Target, result: Mapping[str, Any] | None) -> Fuzzed:
    if result is None or "died" in result:
        return Fuzzed(target, why="trying it ended the interpreter")
    why = "others come first" if _works(result) else "nobody knows what it takes"
    return Fuzzed(target, why=result["why"] or why, seeds=result["seeds"])


@dataclass(frozen=True, slots=True)
class _Fuzzing(Bench):
    """By a plan."""

    plan: Plan

    async def driven(
        self,
        targets: Sequence[Target],
        calls: Mapping[str, Sequence[dict[str, Any]]],
        *,
        seconds: float,
        dry: bool,
    ) -> dict[str, dict[str, Any]]:
        """What the driver counted, by a target's name."""
        jobs = []
        for at, each in enumerate(targets):
            corpus = f"{FOLDER}/corpus/{at}"
            for number, raw in enumerate(self.plan.corpora.get(each.name, ()) if not dry else ()):
                self.workspace.write(f"{corpus}/kept-{number}", raw)
            jobs.append(
                {
                    "id": at,
                    "module": module(each.path, self.suite.roots),
                    "symbol": each.symbol,
                    "calls": calls.get(each.name, []),
                    "seconds": seconds,
                    "corpus": corpus,
                    "dry": dry,
                }
            )
        results = f"{FOLDER}/{'dry' if dry else 'fuzzed'}.jsonl"
        settings = {
            "root": f"{CODE}/",
            "packages": self.suite.packages,
            "jobs": jobs,
            "results": results,
        }
        name = f"{FOLDER}/{'dry' if dry else 'fuzz'}.json"
        self.workspace.write(name, json.dumps(settings))
        self.workspace.write(results, b"")
        most = 60.0 + (0.4 if dry else seconds + 1) * len(jobs)
        await self.python(["-m", "ponder_fuzz.drive", name], most)
        found = told.fuzzed(self.workspace.read(results))
        return {each.name: found[at] for at, each in enumerate(targets) if at in found}

    async def weighed(
        self, target: Target, result: dict[str, Any], calls: Sequence[dict[str, Any]]
    ) -> Fuzzed:
        """Crashes that are the same five times over, as small as they get, with their doubts."""
        if "died" in result:
            return Fuzzed(target, why=f"fuzzing it ended the interpreter ({result['died']})")
        self.log(
            f"{target.name}: {result['executions']} executions, {result['returned']} returned, "
            f"{result['refused']} refused, {result['seeds']} seeds, "
            f"{len(result['crashes'])} sorts of crashes {result['why']}"
        )
        crashes = []
        for each in await self._replayed(target, result, calls):
            if each is not None:
                crashes.append(each)
        return Fuzzed(
            target,
            result["why"],
            result["executions"],
            result["seconds"],
            result["returned"],
            result["refused"],
            result["seeds"],
            tuple(crashes),
            self._kept(result["id"]),
        )

    def _kept(self, number: int) -> tuple[bytes, ...]:
        """Inputs that reached something new, and those that fuzzing began with."""
        names = self.workspace.names(f"{FOLDER}/corpus/{number}", most=2_000)
        found = [self.workspace.read(name, most=_MOST_BYTES) for name in names]
        return tuple(raw for raw in found if raw is not None and len(raw) < _MOST_BYTES)

    async def _replayed(
        self, target: Target, result: dict[str, Any], calls: Sequence[dict[str, Any]]
    ) -> list[Crash | None]:
        unasked = [each for each in result["crashes"] if not promised(target, each["kind"])]
        unasked.sort(key=lambda each: (each["grade"] != "strong", each["kind"]))
        worst = unasked[:_MOST_CRASHES]
        if not worst:
            return []
        place = {"module": module(target.path, self.suite.roots), "symbol": target.symbol}
        asked = [
            {**place, "calls": calls, "case": each["case"], "signature": each["signature"]}
            for each in worst
        ]
        results = f"{FOLDER}/replayed.jsonl"
        settings = {
            "root": f"{CODE}/",
            "crashes": asked,
            "results": results,
            "seconds": _SMALLER_SECONDS,
        }
        self.workspace.write(f"{FOLDER}/replay.json", json.dumps(settings))
        self.workspace.write(results, b"")
        seconds = 40.0 + 20.0 * len(worst)
        await self.python(["-m", "ponder_fuzz.replay", f"{FOLDER}/replay.json"], seconds)
        found = []
        for line in told.lines(self.workspace.read(results)):
            at, again, raw = line.get("at"), line.get("again"), line.get("case")
            if (
                again == 5
                and isinstance(raw, dict)
                and isinstance(at, int)
                and 0 <= at < len(worst)
            ):
                found.append(await self._crash(target, result, {**worst[at], "calls": calls}, raw))
        return found

    async def _crash(
        self, target: Target, result: dict[str, Any], crash: dict[str, Any], raw: dict[str, Any]
    ) -> Crash | None:
        case = told.case(raw)
        if case is None or not all(name == "self " or name.isidentifier() for name in case):
            return None
        new = await self._came_back(target, crash["calls"], raw)
        # What came back before the last change is no precondition.
        reasons = [] if new else doubts(result, crash, case)
        dotted = module(target.path, self.suite.roots)
        call = called(dotted, target.symbol, list(result["origins"]), case)
        known = shared(self.suite.packages, self.workspace.toolchain.folder)
        text = reproducer(target.symbol, crash["kind"], call, self.suite.roots, known)
        fails = await self._fails(text)
        self.log(f"{call.text} → {crash['kind']}: {crash['message']} {'; '.join(reasons)}")
        if not fails:
            reasons.append("a test of its own did not show it")
        return Crash(
            crash["kind"],
            crash["message"],
            call.text,
            crash["frames"],
            tuple(reasons),
            text if fails else "",
            crash["times"],
            new,
        )

    async def _came_back(
        self, target: Target, calls: Sequence[dict[str, Any]], raw: dict[str, Any]
    ) -> bool:
        """Whether the same call returned before the last change."""
        if not self.plan.earlier.get(target.path):
            return False
        results = f"{FOLDER}/returned.jsonl"
        place = {"module": module(target.path, self.suite.roots), "symbol": target.symbol}
        crash = {**place, "calls": calls, "case": raw, "signature": ""}
        settings = {"root": "", "crashes": [crash], "results": results, "returns": True}
        self.workspace.write(f"{FOLDER}/returns.json", json.dumps(settings))
        self.workspace.write(results, b"")
        argv = ["-m", "ponder_fuzz.replay", f"{FOLDER}/returns.json"]
        await self.python(argv, 60.0, f"{CODE}/{BEFORE}")
        lines = told.lines(self.workspace.read(results))
        return any(line.get("returns") is True for line in lines)

    async def _fails(self, text: str) -> bool:
        """Whether the test fails by its assertion, as a person would run it."""
        ran = await runner.alone(self.workspace, text, 45.0)
        return any(test.kind.endswith("AssertionError") for test in ran.of("failed"))
