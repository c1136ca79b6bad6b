"""Python: stacks of the tests' run, sizes doubled, and two versions taking turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from workers.fuzzers.base import Target
from workers.fuzzers.inside import terms
from workers.fuzzers.python import targets
from workers.fuzzers.pythonic import told
from workers.fuzzers.pythonic.bench import BEFORE, FOLDER, Bench
from workers.fuzzers.pythonic.reproducer import Called, called
from workers.fuzzers.pythonic.scan import scan
from workers.profilers import tests_of_time
from workers.profilers.base import Growth, Profiled, Slower, Wanted
from workers.profilers.compare import SLOWER, bound, interval
from workers.runners import python as runner
from workers.runners.pythonic.layout import module, suite
from workers.sandbox import CODE, Workspace

__all__ = ["profile", "targets"]

SQUARE = 1.75
"""An exponent from which on growth counts as a square's."""
_MOST = 40
_TURNS = 3
_MEASURABLE_SECONDS = 0.01
_Calls = Mapping[str, Sequence[dict[str, Any]]]


async def profile(workspace: Workspace, wanted: Wanted, log: Callable[[str], None]) -> Profiled:
    """See where tests spend their time, then measure growth, then compare with before."""
    found = suite(wanted.folder, wanted.paths)
    if found is None:
        return Profiled()
    bench = _Measuring(workspace, found, log, wanted)
    bench.prepare()
    scanned = scan(wanted.folder, wanted.paths, found.files)
    calls = await bench.recorded(wanted.targets, scanned, ["-p", "ponder_fuzz.stacks"])
    chosen = [each for each in wanted.targets if calls[each.name]][:_MOST]
    changed = [each for each in chosen if wanted.earlier.get(each.path)]
    if wanted.earlier:
        await bench.copied(wanted.earlier)
    return Profiled(
        told.stacks(workspace.read(f"{FOLDER}/stacks.json")),
        tuple(await bench.growths(chosen, calls)),
        tuple(await bench.slower(changed, calls)) if changed else (),
        len(chosen),
        len(changed),
    )


@dataclass(frozen=True, slots=True)
class _Measuring(Bench):
    wanted: Wanted

    async def _lines(
        self, program: str, targets: Sequence[Target], calls: _Calls, *, before: bool
    ) -> dict[int, dict[str, Any]]:
        results = f"{FOLDER}/{program}.jsonl"
        jobs = [
            {
                "id": at,
                "module": module(each.path, self.suite.roots),
                "symbol": each.symbol,
                "calls": calls[each.name],
            }
            for at, each in enumerate(targets)
        ]
        settings = json.dumps({"jobs": jobs, "results": f"{CODE}/{results}"})
        self.workspace.write(f"{FOLDER}/{program}.json", settings)
        self.workspace.write(results, b"")
        code = f"{CODE}/{BEFORE}" if before else CODE
        argv = ["-m", f"ponder_fuzz.{program}", f"{CODE}/{FOLDER}/{program}.json"]
        await self.python(argv, 30.0 + 6.0 * len(targets), code)
        lines = told.lines(self.workspace.read(results))
        return {each["id"]: each for each in lines if type(each.get("id")) is int}

    async def growths(self, targets: Sequence[Target], calls: _Calls) -> list[Growth]:
        """Those that grow with a square, each measured twice."""
        first = await self._lines("growth", targets, calls, before=False)
        steep = [at for at, line in first.items() if _exponent(line) >= SQUARE]
        if not steep:
            return []
        again = [targets[at] for at in steep if 0 <= at < len(targets)]
        second = await self._lines("growth", again, calls, before=False)
        earlier = {}
        if self.wanted.earlier:
            earlier = await self._lines("growth", again, calls, before=True)
        found = []
        for at, each in enumerate(again):
            line = second.get(at, {})
            if _exponent(line) >= SQUARE:
                old = _exponent(earlier[at]) if at in earlier else None
                growth = await self._growth(each, line, old)
                found += [growth] if growth else []
        return found

    async def _growth(
        self, target: Target, line: dict[str, Any], before: float | None
    ) -> Growth | None:
        try:
            points = tuple((int(size), float(seconds)) for size, seconds in line["points"])
            start, part = terms.unpacked(line["start"]), terms.unpacked(line["part"])
            case = {str(name): terms.unpacked(each) for name, each in line["case"].items()}
            order, main = [str(each) for each in line["order"]], str(line["main"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        if not all(name.isidentifier() for name in (*case, *order, main)) or not len(part):
            return None
        size = next((size for size, taken in points[:-2] if taken > _MEASURABLE_SECONDS), 0)
        dotted = module(target.path, self.suite.roots)
        call = called(dotted, target.symbol, order, {**case, main: _Value()})
        parts = (terms.source(start, set()), terms.source(part, set()), len(part))
        text = tests_of_time.growth(target.symbol, call, self.suite.roots, parts, size)
        fails = bool(size) and await self._fails(text)
        self.log(f"{target.name} grows with {_exponent(line):.2f}: {points}")
        return Growth(target, _exponent(line), points, before, text if fails else "")

    async def slower(self, targets: Sequence[Target], calls: _Calls) -> list[Slower]:
        """Those that are slower in two runs, each of several turns."""
        first = await self._turns(targets, calls)
        suspects = [each for each in targets if each.name in first and first[each.name][2] > SLOWER]
        second = await self._turns(suspects, calls) if suspects else {}
        found = []
        for each in suspects:
            if each.name in second and second[each.name][2] > SLOWER:
                now, before, low, high = second[each.name]
                text = await self._slower_test(each, calls[each.name], now, low)
                found.append(Slower(each, now, before, low, high, text))
                self.log(f"{each.name}: {now:.3g} s, before {before:.3g} s, {low:.2f}..{high:.2f}")
        return found

    async def _turns(
        self, targets: Sequence[Target], calls: _Calls
    ) -> dict[str, tuple[float, float, float, float]]:
        """Medians now and before, and the interval of their ratio, by name; A/B/A/B."""
        now: dict[int, list[float]] = {}
        rounds: dict[int, set[int]] = {}
        before: dict[int, list[float]] = {}
        for _ in range(_TURNS):
            for taken, is_before in ((now, False), (before, True)):
                lines = await self._lines("timing", targets, calls, before=is_before)
                for at, line in lines.items():
                    taken.setdefault(at, []).extend(_seconds(line))
                    rounds.setdefault(at, set()).add(line.get("calls", 0))
        found = {}
        for at, each in enumerate(targets):
            if now.get(at) and before.get(at) and len(rounds[at]) == 1:
                low, high = interval(now[at], before[at])
                found[each.name] = (median(now[at]), median(before[at]), low, high)
        return found

    async def _slower_test(
        self, target: Target, calls: Sequence[dict[str, Any]], now: float, low: float
    ) -> str:
        """'' where it does not show."""
        dotted = module(target.path, self.suite.roots)
        told_calls = _written(dotted, target.symbol, calls)
        text = self.wanted.earlier.get(target.path)
        if not told_calls or "." in target.symbol or not text:
            return ""
        times = max(1, min(100_000, int(0.02 / max(now, 1e-7))))
        made = tests_of_time.slower(
            target.symbol,
            told_calls,
            self.suite.roots,
            (dotted, target.path, text),
            times=times,
            bound=bound(low),
        )
        return made if await self._fails(made) else ""

    async def _fails(self, text: str) -> bool:
        ran = await runner.alone(self.workspace, text, 60.0)
        return any(test.kind.endswith("AssertionError") for test in ran.of("failed"))


class _Value:
    """Stands for the argument that is made of a size."""

    def __repr__(self) -> str:
        return "value"


def _written(dotted: str, symbol: str, calls: Sequence[dict[str, Any]]) -> list[Called]:
    found = []
    for call in calls[:10]:
        try:
            given = [terms.source(terms.unpacked(each), set()) for each in call["arguments"]]
            named = [
                f"{name}={terms.source(terms.unpacked(each), set())}"
                for name, each in call["keywords"].items()
                if name.isidentifier()
            ]
        except (terms.NoTerm, KeyError, TypeError, AttributeError):
            continue
        text = f"{symbol}({', '.join([*given, *named])})"
        found.append(Called(text, frozenset({(dotted, symbol.partition(".")[0])})))
    return found


def _exponent(line: Mapping[str, Any]) -> float:
    value = line.get("exponent", 0.0)
    return float(value) if isinstance(value, int | float) else 0.0


def _seconds(line: Mapping[str, Any]) -> list[float]:
    listed = line.get("samples")
    if not isinstance(listed, list):
        return []
    return [float(each) for each in listed[:50] if isinstance(each, int | float) and each > 0]
