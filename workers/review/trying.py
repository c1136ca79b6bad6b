"""Runs of the tests nearest to a change, on both of its sides: what fails with it each time, and
passes without it each time, the change broke.

Everything is run in the sandbox. What fails by chance, or for what the sandbox lacks, is not told.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from workers.review.unloaded import unloaded
from workers.runners.base import Ended, Place, Ran, Runner, Suite, Wanted
from workers.sandbox import Workspace
from workers.thoughts.base import Limits
from workers.thoughts.tools import Tools

LIMITS = Limits(wall_seconds=240, cpu_seconds=300, memory_mib=2048)
How = Literal["broken", "new"]

_FIRST, _SECOND, _THIRD = 0.35, 0.15, 0.1
"""Shares of the time: of the first run with the change, of each that fails again, and so on."""
_MOST_ACCUSED = 200
_MOST_BESIDE = 40
_QUICK_SECONDS = 15.0
_TIMES = 2
"""That each test is run where the order is shuffled."""
_SLOW_SECONDS = 5.0
"""Without the change: what hangs with it may merely be slow."""
_NEAR = 3
"""Lines around a frame in which what does other things elsewhere is looked for."""
_ASSERTED = re.compile(r"(AssertionError|_pytest\.outcomes\.Failed)$")
_OWN = r"(?:No module named|cannot import name '\w+' from(?: partially initialized module)?) '{}\b"
"""That a package of the repository itself is missing."""


@dataclass(frozen=True, slots=True)
class Side:
    """Of the change: what is run with, and the suite that is there."""

    tools: Tools
    suite: Suite


@dataclass(frozen=True, slots=True)
class Failing:
    """A test that fails because of the change. `how` is broken where it passed before it, and new
    where the change brought or rewrote it; `held` says that, as it was, it passed. `ran` is a
    traced run that has it, where there is one."""

    test: Ended
    how: How
    held: bool
    ran: Ran | None


@dataclass(frozen=True, slots=True)
class Tried:
    """Of one language. Numbers are of tests with the change: `both` fail without it, too, and
    `unsure` for reasons of their own; `cut` says that there was no time for all, `absent` what is
    not installed, and `why` what kept all of them from running."""

    ran: int = 0
    passed: int = 0
    failing: tuple[Failing, ...] = ()
    both: int = 0
    unsure: int = 0
    cut: bool = False
    absent: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Without:
    """Ids of tests and paths of files that pass each time without the change, and that fail there;
    `whole` says that their run was not cut short."""

    held: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(slots=True)
class Trying:
    """Of one language. `files` are those of tests, the nearest first; `changed` are sources whose
    lines are traced; `is_rewritten` says whether the change wrote a test, or wrote in it; `before`
    is what files were called that moved. `spots` are the lines of code that it touched, `alone`
    says that it touches nothing but tests."""

    runner: Runner
    head: Side
    base: Side | None
    files: Sequence[str]
    changed: Collection[str]
    is_rewritten: Callable[[Ended], bool]
    before: Mapping[str, str]
    spots: Mapping[str, Collection[int]]
    alone: bool
    seconds: float
    began: float = field(default_factory=time.monotonic)

    async def tried(self) -> Tried:
        async with self.head.tools.workspace() as workspace:
            first = await self._ran(workspace, self.head, _FIRST, self.files)
            accused = self._accused(first)
            sure, traced = await self._again(workspace, first, accused)
        ended = [each for each in first.tests if each.verdict != "skipped"]
        told = Tried(
            ran=len(ended),
            passed=len(first.of("passed")),
            cut=not first.whole,
            absent=first.absent,
            why="" if ended or accused else _why(first),
        )
        failing, both = await self._judged(first, sure, traced)
        failed = len(ended) - told.passed
        unsure = max(0, failed - both - sum("::" in each.test.id for each in failing))
        return replace(told, failing=tuple(failing), both=both, unsure=unsure)

    async def _ran(
        self,
        workspace: Workspace,
        side: Side,
        share: float,
        only: Sequence[str],
        *,
        trace: bool = False,
        seed: int = 0,
    ) -> Ran:
        seconds = max(5.0, min(share * self.seconds, self._left() - 5.0))
        if not only or self._left() < 10.0 or side.tools.cpu_seconds > LIMITS.cpu_seconds:
            return Ran((), whole=False)
        suite = side.suite
        if trace:
            suite = replace(suite, files=tuple(p for p in suite.files if p in self.changed))
        wanted = Wanted(seconds, tuple(only), trace=trace, seed=seed, times=_TIMES if seed else 1)
        return await self.runner.run(workspace, suite, wanted)

    def _left(self) -> float:
        return self.seconds - (time.monotonic() - self.began)

    def _accused(self, ran: Ran) -> list[Ended]:
        """Tests that failed, and files that could not be loaded, for no reason of the sandbox's."""
        every = [
            *ran.of("failed"),
            *(self._here(unloaded(path, why)) for path, why in ran.uncollected.items()),
        ]
        found = [each for each in every if not self._excuse(ran, each)]
        return found[:_MOST_ACCUSED]

    def _here(self, test: Ended) -> Ended:
        """What was written down in the sandbox may name other files than ours, too."""
        ours = tuple(each for each in test.frames if _exists(self.head.tools, each.path))
        return replace(test, frames=ours)

    def _excuse(self, ran: Ran, test: Ended) -> str:
        """What the repository itself no longer has is no matter of what is installed."""
        own = map(re.escape, self.head.suite.packages)
        if any(re.search(_OWN.format(name), test.message) for name in own):
            return ""
        if "::" not in test.id and ran.absent:
            return "something is not installed"
        return self.runner.excuse(self.head.suite, test)

    async def _again(
        self, workspace: Workspace, first: Ran, accused: Sequence[Ended]
    ) -> tuple[list[Ended], Ran | None]:
        """Those that fail two more times in the same way; with a run that says which lines they
        run, where one could be had."""
        if not accused:
            return [], None
        ids = [each.id for each in accused]
        traced = None
        if any(path in self.changed for path in self.head.suite.files):
            beside = _beside(first, accused)
            traced = await self._ran(workspace, self.head, _SECOND, [*ids, *beside], trace=True)
        second = traced
        if traced is None or not _as_before(accused, traced):
            second, traced = await self._ran(workspace, self.head, _SECOND, ids), None
        assert second is not None
        still = _as_before(accused, second)
        third = await self._ran(workspace, self.head, _THIRD, [each.id for each in still])
        return _as_before(still, third), traced

    async def _judged(
        self, first: Ran, sure: Sequence[Ended], traced: Ran | None
    ) -> tuple[list[Failing], int]:
        """And how many fail without the change, too."""
        if not sure:
            return [], 0
        without = await self._without(sure)
        found: list[Failing] = []
        both = 0
        for test in sure:
            was, rewritten = self._was(test.id), self.is_rewritten(test)
            if rewritten and not self._is_met(traced):
                continue
            if was in without.held:
                how: How = "new" if rewritten else "broken"
                found.append(Failing(test, how, held=True, ran=traced))
            elif was in without.failed:
                both += 1
            elif without.whole and rewritten and self._is_sound(first, test):
                found.append(Failing(test, "new", held=False, ran=traced))
        return found, both

    async def _without(self, sure: Sequence[Ended]) -> _Without:
        """What becomes of them without the change."""
        paths = list(dict.fromkeys(self._was(each.path) for each in sure))
        there = [path for path in paths if self.base and _exists(self.base.tools, path)]
        if self.base is None or not there:
            return _Without()
        wanted = {self._was(each.id) for each in sure}
        async with self.base.tools.workspace() as workspace:
            ran = await self._ran(workspace, self.base, _SECOND, there)
            passed = _passed(ran, wanted)
            again = await self._ran(workspace, self.base, _SECOND, sorted(passed), seed=11)
        held = passed & _passed(again, wanted)
        failed = {each.id for each in ran.of("failed")} | ran.uncollected.keys()
        slow = {each.id for each in ran.tests if each.seconds > _SLOW_SECONDS}
        hung = {self._was(each.id) for each in sure if each.hung}
        return _Without(frozenset(held - (slow & hung)), frozenset(failed & wanted), ran.whole)

    def _was(self, name: str) -> str:
        """The id or path without the change, where files may have been called otherwise."""
        path, colons, test = name.partition("::")
        return f"{self.before.get(path) or path}{colons}{test}"

    def _is_met(self, traced: Ran | None) -> bool:
        """Whether tests run what the change did to code. They may run what is built from it, which
        is done later; then a test that was written for it fails until then."""
        ran = traced.lines if traced else {}
        return self.alone or any(
            line in ran.get(path, {}) for path, lines in self.spots.items() for line in lines
        )

    def _is_sound(self, first: Ran, test: Ended) -> bool:
        """Nothing shows what becomes of a new test elsewhere: others have to pass here, and it has
        to fail by what it says itself, or in code of the repository."""
        if self._may_waver(test) or first.absent or not first.of("passed"):
            return False
        ours = any(frame.path in self.head.suite.files for frame in test.frames)
        return bool(_ASSERTED.search(test.kind)) or (ours and not test.foreign)

    def _may_waver(self, test: Ended) -> bool:
        """Whether code that it passed through does other things on another version or system."""
        near = [
            Place(each.path, each.symbol, max(1, each.line - _NEAR), each.line + _NEAR)
            for each in self._here(test).frames
        ]
        return any(self.runner.wavers(self.head.tools.code, each) for each in near)


def _as_before(accused: Sequence[Ended], ran: Ran) -> list[Ended]:
    kinds = {each.id: each.kind for each in ran.of("failed")}
    kinds |= {path: unloaded(path, why).kind for path, why in ran.uncollected.items()}
    return [each for each in accused if kinds.get(each.id) == each.kind]


def _passed(ran: Ran, wanted: Collection[str]) -> set[str]:
    """Ids of tests that passed; and files that could be loaded, and have one that did."""
    passed = {each.id for each in ran.of("passed")}
    files = {each.path for each in ran.of("passed")}
    folders = {path.rpartition("/")[0] or "." for path in files}
    return ((passed | files | folders) - ran.uncollected.keys()) & set(wanted)


def _beside(first: Ran, accused: Sequence[Ended]) -> list[str]:
    """Some that pass in the same files: what they run is less to blame."""
    paths = {each.path for each in accused}
    near = [e.id for e in first.of("passed") if e.path in paths and "[" not in e.id]
    quick = sum(e.seconds for e in first.tests if e.path in paths) < _QUICK_SECONDS
    return near[:: -(-len(near) // _MOST_BESIDE) or 1] if quick else []


def _exists(tools: Tools, path: str) -> bool:
    within = not path.startswith("/") and ".." not in path.split("/")
    target = tools.code / path
    return within and target.exists() and not target.is_symlink()


def _why(ran: Ran) -> str:
    if ran.absent:
        return "not installed"
    return "could not be loaded" if ran.uncollected else "nothing ran"
