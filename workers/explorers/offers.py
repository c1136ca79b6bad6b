"""Tests of promises, tried before they are shown to anybody: they run, pass ten times, and run a
line that no test ran; or they fail each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.explorers.base import MEANT, Explorer, Site
from workers.explorers.filters import PASSES
from workers.oracles.base import Promise
from workers.runners.base import Ended, Place, Ran, Runner
from workers.sandbox import Workspace

_FAILS = 3
_MOST = 6
_SECONDS = 30.0
_MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A test's body, as it would stand among the others. `lines` are those of the code that it runs
    and nothing else does; `failure` is how it fails each time, by what proves most, None where it
    passes each time."""

    promise: Promise
    body: str
    lines: tuple[int, ...]
    failure: Ended | None

    def is_sure(self, runner: Runner, site: Site) -> bool:
        """Whether what failed is a law that nobody breaks on purpose, in code that does the same
        everywhere."""
        whole = Place(site.path, "", 1, _MOST_LINES)
        if self.failure is None or self.promise.oracle != "laws":
            return False
        return MEANT not in self.failure.message and not runner.wavers(site.folder, whole)


@dataclass(frozen=True, slots=True)
class Offers:
    """Of one file's promises, in one workspace."""

    runner: Runner
    explorer: Explorer
    workspace: Workspace
    site: Site
    log: Callable[[str], None]

    async def of(self, promises: Sequence[Promise], base: Ran, seconds: float) -> list[Offer]:
        """`base` is a run of the tests that are there, traced, with their calls of the file."""
        until = time.monotonic() + seconds
        path = self.site.path
        known = {line for line, tests in base.lines.get(path, {}).items() if tests}
        bodies = self.explorer.promised(self.site, promises, base)
        self.log(f"{len(bodies)} of {len(promises)} promises have values to be tried with")
        offers: list[Offer] = []
        for promise in promises:
            if promise.symbol in bodies and time.monotonic() < until and len(offers) < _MOST:
                offer = await self._tried(promise, bodies.pop(promise.symbol), known)
                offers += [offer] if offer else []
        return offers

    async def _tried(self, promise: Promise, body: str, known: set[int]) -> Offer | None:
        path = self.site.path
        text = self.runner.alone_text(self.site.suite, body)
        ran = await self.runner.alone(self.workspace, text, _SECONDS, trace=(path,))
        failed = ran.of("failed")
        if not ran.tests or any(self.runner.excuse(self.site.suite, test) for test in failed):
            self.log(f"{promise.says}: could not be tried")
            return None
        lines = {line for line, tests in ran.lines.get(path, {}).items() if tests} - known
        # What fails is tried in processes of its own; what passes, in two orders.
        rounds = [(0, 1)] * (_FAILS - 1) if failed else [(1, PASSES // 2), (2, PASSES // 2)]
        for seed, times in rounds:
            again = await self.runner.alone(self.workspace, text, _SECONDS, seed=seed, times=times)
            if {test.id for test in again.of("failed")} != {test.id for test in failed}:
                self.log(f"{promise.says}: does not end the same way each time")
                return None
        self.log(f"{promise.says}: {'does not hold' if failed else 'holds'}")
        failure = min(failed, key=lambda test: MEANT in test.message, default=None)
        return Offer(promise, body, tuple(sorted(lines)), failure)
