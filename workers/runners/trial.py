"""Whether failing tests show bugs: run again, run backwards, traced, and alone in a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from workers.runners.base import Ended, Place, Ran, Runner, Suite, Wanted
from workers.runners.suspects import Suspect, suspects
from workers.sandbox import Workspace

_MOST_TESTS = 80
_MOST_FILES = 8
_MOST_CAUSES = 5
_FEW_EXAMPLES = 30
_QUICK_SECONDS = 30.0
_TRIES = 4
_NEAR = 20
_TIMES = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """A place to blame for failing tests, by their ids. `test` stands for them; `reproducer` is the
    text of a test that fails as it does, alone and each time; '' where there is none."""

    suspect: Suspect
    test: Ended
    tests: tuple[str, ...]
    reproducer: str


@dataclass(slots=True)
class Trial:
    """Of one suite in one workspace: its tests, or the examples of its documentation. `ran` and
    `passed` count tests, `absent` are packages that they want and nobody installed; `whole` says
    that all were run; `traced` is a traced run of all, where they are quick."""

    runner: Runner
    workspace: Workspace
    folder: Path
    suite: Suite
    places: Mapping[str, Sequence[Place]]
    log: Callable[[str], None]
    examples: bool = False
    until: float = 0.0
    ran: int = 0
    passed: int = 0
    absent: tuple[str, ...] = ()
    whole: bool = False
    traced: Ran | None = None
    failing: list[Ended] = field(default_factory=list)

    async def causes(self, seconds: float) -> list[Cause]:
        """What the tests show within so many seconds; the cause of most failures first."""
        if not (self.suite.shown if self.examples else self.suite.targets):
            return []
        self.until = until = time.monotonic() + seconds
        first = await self._run(Wanted(seconds * 0.45))
        self.ran, self.passed = len(first.tests), len(first.of("passed"))
        self.absent, self.whole = first.absent, first.whole
        accused = self._without_excuse(first)
        if not accused or (self.examples and not _are_kept(first)):
            if _are_quick(first) and not self.examples:
                self.traced = await self._run(Wanted(max(30.0, seconds * 0.25), trace=True))
            return []
        chosen = _spread(accused)
        again = Wanted(
            max(30.0, seconds * 0.15),
            only=tuple(test.id for test in chosen),
            elsewhere=True,
        )
        ran = await self._run(again)
        if not ran.tests:
            # Instances of a test that come out of a set have other names in another order.
            ran = await self._run(replace(again, only=tuple(dict.fromkeys(map(_function, chosen)))))
        self.failing = _same(chosen, ran)
        self.log(f"{len(self.failing)} of {len(chosen)} failed again, backwards and by themselves")
        if not self.failing:
            return []
        only = self._neighbours(first)
        traced = await self._run(Wanted(max(30.0, seconds * 0.25), only=only, trace=True))
        self.traced = None if only else traced
        causes = await self._blamed(traced, until)
        # Examples that nobody keeps up to date fail for several reasons, a bug for one.
        return causes if not self.examples or len(causes) == 1 else []

    def _neighbours(self, ran: Ran) -> tuple[str, ...]:
        """What is traced: all tests where they are quick, those of the same files otherwise."""
        if _are_quick(ran):
            return ()
        return tuple(dict.fromkeys(test.path for test in self.failing))[:_MOST_FILES]

    async def _run(self, wanted: Wanted) -> Ran:
        # A run that hangs must leave time for what was found so far to be told.
        most = min(wanted.seconds, max(5.0, (self.until - time.monotonic()) * 0.7))
        wanted = replace(wanted, examples=self.examples, seconds=most)
        ran = await self.runner.run(self.workspace, self.suite, wanted)
        self.log(
            f"{len(ran.of('passed'))} passed, {len(ran.of('failed'))} failed, "
            f"{len(ran.of('skipped'))} skipped"
            + (f"; not installed: {', '.join(ran.absent)}" if ran.absent else "")
            + ("" if ran.whole else "; cut short")
        )
        if not ran.tests:
            self.log(ran.complaint)
        return ran

    def _excuse(self, test: Ended) -> str:
        return self.runner.excuse(self.suite, test)

    def _without_excuse(self, ran: Ran) -> list[Ended]:
        accused = []
        for test in ran.of("failed"):
            excuse = self._excuse(test)
            self.log(f"failed: {test.id} ({test.kind}: {test.message[:200]}) {excuse}")
            if not excuse:
                accused.append(test)
        return accused

    async def _blamed(self, traced: Ran, until: float) -> list[Cause]:
        """One cause after the other: what the worst suspect does not explain has another."""
        open_tests = _failed_again(traced, self.failing)
        causes: list[Cause] = []
        while open_tests and len(causes) < _MOST_CAUSES and time.monotonic() < until:
            worst = suspects(traced, open_tests, self.places)
            if not worst:
                break
            guilty = worst[0].failing & open_tests.keys()
            tests = [open_tests[at] for at in guilty]
            if self._wavers(worst):
                self.log(f"{worst[0].place.symbol} depends on the version or the system")
                causes.append(Cause(worst[0], tests[0], tuple(test.id for test in tests), ""))
            else:
                causes.append(await self._cause(worst[0], tests, until))
            open_tests = {at: test for at, test in open_tests.items() if at not in guilty}
        return causes

    def _wavers(self, found: Sequence[Suspect]) -> bool:
        near = [each for each in found[:_NEAR] if each.score >= found[0].score / 5]
        return any(self.runner.wavers(self.folder, each.place) for each in near)

    async def _cause(self, suspect: Suspect, tests: Sequence[Ended], until: float) -> Cause:
        ids = tuple(sorted(test.id for test in tests))
        ordered = _one_of_each_file(
            sorted(tests, key=lambda test: (test.seconds > 2.0, len(test.id), test.id))
        )
        for test in ordered[:_TRIES]:
            texts = await self.runner.reproducers(self.workspace, self.folder, self.suite, test)
            for text in texts:
                if time.monotonic() > until:
                    break
                if await self._holds(text, test):
                    return Cause(suspect, test, ids, text)
        self.log(f"No test that stands alone fails as {ordered[0].id} does.")
        return Cause(suspect, ordered[0], ids, "")

    async def _holds(self, text: str, test: Ended) -> bool:
        """Whether a text fails alone, each time, and as the test did."""
        for _ in range(_TIMES):
            ran = await self.runner.alone(self.workspace, text, 60.0)
            failed = ran.of("failed")
            # What an example's own text says of an exception names files of the interpreter.
            excused = [] if test.examples else [*filter(self._excuse, failed)]
            if not failed or excused or not any(_is_as(each, test) for each in failed):
                self.log(f"alone, {test.id} ended otherwise: {ran.complaint[-600:]}")
                return False
        return True


def _is_as(alone: Ended, test: Ended) -> bool:
    if test.examples:
        return alone.kind.endswith("AssertionError")
    # A test that runs the repository's own in place fails by what that says to the terminal.
    return alone.kind == test.kind or test.id in alone.message or alone.id.endswith("_in_place")


def _are_kept(ran: Ran) -> bool:
    """Whether the examples of a repository are kept true: there are many, and most can be run and
    hold."""
    promised = sum(test.promised for test in ran.tests)
    return promised >= _FEW_EXAMPLES and len(ran.of("failed")) <= len(ran.tests) / 4


def _are_quick(ran: Ran) -> bool:
    return ran.whole and sum(test.seconds for test in ran.tests) < _QUICK_SECONDS


def _spread(tests: Sequence[Ended]) -> list[Ended]:
    """Some of many, the first instance of each test before second ones."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, int, Ended]] = []
    for test in tests:
        function = _function(test)
        seen[function] = seen.get(function, 0) + 1
        ranked.append((seen[function], len(ranked), test))
    return [test for _, _, test in sorted(ranked, key=lambda each: each[:2])[:_MOST_TESTS]]


def _one_of_each_file(tests: Sequence[Ended]) -> list[Ended]:
    """What keeps one test of a file from running alone keeps the others of it too."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, int, Ended]] = []
    for at, test in enumerate(tests):
        seen[test.path] = seen.get(test.path, 0) + 1
        ranked.append((seen[test.path], at, test))
    return [test for _, _, test in sorted(ranked, key=lambda each: each[:2])]


def _same(tests: Collection[Ended], again: Ran) -> list[Ended]:
    """Those that failed again, and in the same way."""
    failed = again.of("failed")
    after = {test.id: test.kind for test in failed}
    said = {(_function(test), test.kind, test.message) for test in failed}
    return [
        test
        for test in tests
        if after.get(test.id) == test.kind or (_function(test), test.kind, test.message) in said
    ]


def _function(test: Ended) -> str:
    """A test's id without what tells its instances apart."""
    return test.id.partition("[")[0]


def _failed_again(traced: Ran, failing: Sequence[Ended]) -> dict[int, Ended]:
    known = {test.id: test for test in failing}
    return {
        at: known[test.id]
        for at, test in enumerate(traced.tests)
        if test.verdict == "failed" and test.id in known
    }
