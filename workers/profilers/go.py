"""Go: benchmarks of functions with the calls of their tests, now and before, taking turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from workers.fuzzers.go import harnesses, targets
from workers.fuzzers.golang.bench import BEFORE, Bench
from workers.fuzzers.golang.harness import Harness
from workers.fuzzers.golang.scan import scan
from workers.profilers.base import Profiled, Slower, Wanted
from workers.profilers.compare import interval
from workers.sandbox import Workspace, go

__all__ = ["profile", "targets"]

SLOWER = 1.3
_MOST = 30
_TURNS = 4
_Pair = tuple[list[float], list[float]]


async def profile(workspace: Workspace, wanted: Wanted, log: Callable[[str], None]) -> Profiled:
    """Only what the last commit may have made slower: there is nothing else to compare with."""
    changed = [each for each in wanted.targets if wanted.earlier.get(each.path)][:_MOST]
    if not changed:
        return Profiled()
    scanned = scan(wanted.folder, wanted.paths)
    found, _ = harnesses(scanned, changed)
    bench = Bench(await go(workspace), scanned, log)
    await bench.prepare()
    await bench.copied(wanted.earlier)
    measuring = _Measuring(bench, found, {})
    await measuring.compile()
    slower = await measuring.slower(wanted.seconds)
    return Profiled(
        slower=tuple(slower), grown=len(measuring.binaries), compared=len(measuring.binaries)
    )


@dataclass(frozen=True, slots=True)
class _Measuring:
    """`binaries` are by a harness's number: now, before."""

    bench: Bench
    found: Mapping[int, Harness]
    binaries: dict[int, tuple[str, str]]

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
        """Those that are slower in two runs, each of several turns."""
        first = await self._turns(list(self.binaries), seconds / 2)
        suspects = [at for at, pair in first.items() if interval(*pair)[0] > SLOWER]
        second = await self._turns(suspects, seconds / 2) if suspects else {}
        return [made for at, pair in second.items() if (made := self._slower(at, pair))]

    def _slower(self, number: int, pair: _Pair) -> Slower | None:
        low, high = interval(*pair)
        if low <= SLOWER:
            return None
        now, before = median(pair[0]), median(pair[1])
        target = self.found[number].target
        self.bench.log(f"{target.name}: {now:.3g} s, before {before:.3g} s, {low:.2f}..{high:.2f}")
        # A test that compares would have to bring the old package along.
        return Slower(target, now, before, low, high, "")

    async def _turns(self, numbers: Sequence[int], seconds: float) -> dict[int, _Pair]:
        """Seconds of a round now and before, by number; where both make the same calls."""
        jobs = [self._job(number) for number in numbers]
        lines = await self.bench.driven(jobs, max(30.0, seconds), mode="time")
        found: dict[int, _Pair] = {}
        for line in lines:
            number = line.get("id")
            pair = _samples(line)
            if isinstance(number, int) and number in self.binaries and pair:
                found[number] = pair
        return found

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


def _samples(line: Mapping[str, Any]) -> _Pair | None:
    """None where one has none, or they do not call the same: hostile like all that comes out."""
    taken: list[list[float]] = []
    calls = set[float]()
    for when in ("now", "before"):
        listed = line.get(when)
        pairs = listed[:100] if isinstance(listed, list) else []
        good = [
            (float(each[0]), float(each[1]))
            for each in pairs
            if isinstance(each, list) and len(each) == 2 and all(_is_positive(n) for n in each)
        ]
        calls |= {count for _, count in good}
        taken.append([nanoseconds * 1e-9 for nanoseconds, _ in good])
    return (taken[0], taken[1]) if all(taken) and len(calls) == 1 else None


def _is_positive(number: Any) -> bool:
    return isinstance(number, int | float) and 0 < number < 1e15
