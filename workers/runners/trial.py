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
_MOST_OTHERS = 100
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
    that all were run, `quick` that this took little time."""

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
    quick: bool = False
    failing: list[Ended] = field(default_factory=list)

    async def causes(self, seconds: float) -> list[Cause]:
        """What the tests show within so many seconds; the cause of most failures first."""
        if not (self.suite.shown if self.examples else self.suite.targets):
            return []
        self.until = until = time.monotonic() + seconds
        first = await self._run(Wanted(seconds * 0.45))
        self.ran, self.passed = len(first.tests), len(first.of("passed"))
        self.absent, self.whole = first.absent, first.whole
        self.quick = _are_quick(first)
        accused = self._without_excuse(first)
        if not accused or (self.examples and not _are_kept(first)):
            return []
        traced = await self._again(first, _spread(accused), seconds)
        causes = await self._blamed(traced, until) if traced else []
        # Examples that nobody keeps up to date fail for several reasons, a bug for one.
        return causes if not self.examples or len(causes) == 1 else []

    async def _again(self, first: Ran, chosen: Sequence[Ended], seconds: float) -> Ran | None:
        """A traced run of those that failed once more, which `failing` lists; None where none did.
        One run tells both, where they and some beside them are quick."""
        if near := _with_others(first, chosen):
            both = Wanted(max(30.0, seconds * 0.25), only=near, elsewhere=True, trace=True)
            ran = await self._run(both)
            if {test.id for test in chosen} <= {test.id for test in ran.tests}:
                return ran if self._failed_as_before(chosen, ran) else None
        ran = await self._elsewhere(chosen, seconds)
        if not self._failed_as_before(chosen, ran):
            return None
        only = self._neighbours(first)
        return await self._run(Wanted(max(30.0, seconds * 0.25), only=only, trace=True))

    async def _elsewhere(self, chosen: Sequence[Ended], seconds: float) -> Ran:
        ids = tuple(test.id for test in chosen)
        again = Wanted(max(30.0, seconds * 0.15), only=ids, elsewhere=True)
        ran = await self._run(again)
        if ran.tests:
            return ran
        # Instances of a test that come out of a set have other names in another order.
        return await self._run(replace(again, only=tuple(dict.fromkeys(map(_function, chosen)))))

    def _failed_as_before(self, chosen: Sequence[Ended], ran: Ran) -> bool:
        self.failing = _same(chosen, ran)
        self.log(f"{len(self.failing)} of {len(chosen)} failed again, backwards and by themselves")
        return bool(self.failing)

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
        for test, text in await self._candidates(ordered[:_TRIES]):
            if time.monotonic() > until:
                break
            if await self._holds(text, test):
                return Cause(suspect, test, ids, text)
        self.log(f"No test that stands alone fails as {ordered[0].id} does.")
        return Cause(suspect, ordered[0], ids, "")

    async def _candidates(self, tests: Sequence[Ended]) -> list[tuple[Ended, str]]:
        """The best text of each test before what is second best of any: that takes twice as long,
        and shows people less."""
        made = [
            (rank, test, text)
            for test in tests
            for rank, text in enumerate(
                await self.runner.reproducers(self.workspace, self.folder, self.suite, test)
            )
        ]
        return [(test, text) for _, test, text in sorted(made, key=lambda each: each[0])]

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


def _with_others(ran: Ran, accused: Sequence[Ended]) -> tuple[str, ...]:
    """Ids of those that are accused, and of some in their files that pass: what both run is less to
    blame. Empty where that takes long."""
    paths = {test.path for test in accused}
    # Instances may have other names the next time.
    passed = [test for test in ran.of("passed") if test.path in paths and "[" not in test.id]
    step = -(-len(passed) // _MOST_OTHERS) or 1
    chosen = [*accused, *passed[::step]]
    quick = sum(test.seconds for test in chosen) < _QUICK_SECONDS
    return tuple(test.id for test in chosen) if quick else ()


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
