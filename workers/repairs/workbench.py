"""A workspace in which drafts are tried: against the test that fails, then against all others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workers.repairs.base import Draft, Repairer
from workers.runners.base import Place, Ran, Runner, Suite, Wanted
from workers.sandbox import Workspace

_MOST_DRAFTS = 250
_SUITE_SECONDS = 120.0
_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Held:
    """A draft with which the test passes and nothing else breaks. `passed` counts the tests that
    passed before and still do, `mended` those that failed before."""

    draft: Draft
    passed: int
    mended: int


@dataclass(slots=True)
class Workbench:
    """`files` may be changed, by path. `test` is the text of a test that fails; '' for none."""

    runner: Runner
    repairer: Repairer
    workspace: Workspace
    suite: Suite
    files: Mapping[str, bytes]
    test: str
    log: Callable[[str], None]
    before: Ran = field(default_factory=lambda: Ran((), whole=False))

    @property
    def at(self) -> str:
        """Where the test stands."""
        return self.runner.place(self.test)

    def _lay(self, text: str) -> None:
        if self.test:
            self.workspace.write(self.at, text or self.runner.blank(self.test))

    async def examine(self, seconds: float) -> bool:
        """Run everything once, and remember what passes; whether the test fails as it should."""
        only = (*self.suite.targets, self.at) if self.test else self.suite.targets
        self._lay(self.test)
        wanted = Wanted(min(seconds, _SUITE_SECONDS), only=only, trace=bool(self.test))
        self.before = await self.runner.run(self.workspace, self.suite, wanted)
        self.log(f"before: {len(self.passing)} tests pass, {len(self.failing)} fail")
        return not self.test or await self._fails()

    @property
    def passing(self) -> list[str]:
        return [each.id for each in self.before.of("passed") if each.path != self.at]

    @property
    def failing(self) -> list[str]:
        return [each.id for each in self.before.of("failed") if each.path != self.at]

    async def _fails(self) -> bool:
        """In the run of all tests; or alone, where that run was cut short."""
        own = [each.verdict for each in self.before.tests if each.path == self.at]
        if not own:
            own = [
                e.verdict for e in (await self.runner.alone(self.workspace, self.test, 60)).tests
            ]
            self._lay(self.test)
        return "failed" in own

    def suspicion(self, place: Place) -> dict[str, dict[int, float]]:
        """By path and line, between 0 and 1: what the failing test ran and passing ones left out,
        and more of it where the finding points to."""
        guilty = {
            at
            for at, test in enumerate(self.before.tests)
            if test.path == self.at and test.verdict == "failed"
        }
        fails = {at for at, test in enumerate(self.before.tests) if test.verdict == "failed"}
        blamed: dict[str, dict[int, float]] = {}
        for path, lines in self.before.lines.items():
            if path in self.files:
                blamed[path] = {
                    line: 0.5 / (1 + math.log1p(len(tests - fails)))
                    for line, tests in lines.items()
                    if tests & guilty
                }
        pointed = blamed.setdefault(place.path, {})
        for line in range(place.start_line, place.end_line + 1):
            pointed[line] = 2 * pointed.get(line, 0.25)
        return {path: lines for path, lines in blamed.items() if lines}

    def drafts(self, suspicion: Mapping[str, Mapping[int, float]]) -> list[Draft]:
        """Small edits at the suspected lines, the best first."""
        found: list[tuple[float, Draft]] = []
        for path, lines in suspicion.items():
            raw = self.files[path]
            for edit in self.repairer.edits(raw, lines):
                worth = edit.weight * lines.get(edit.line, max(lines.values()) / 2)
                kind = f"{edit.kind} ({path}, line {edit.line})"
                found.append((worth, Draft(kind, {path: edit.applied(raw)})))
        ranked = sorted(found, key=lambda each: -each[0])
        return [draft for _, draft in ranked[:_MOST_DRAFTS]]

    async def passes(self, drafts: Sequence[Draft], seconds: float) -> list[Draft]:
        """The first with which the test passes."""
        tried = await self.repairer.tried(
            self.workspace, self.suite, [self.at], drafts, enough=_ENOUGH, seconds=seconds
        )
        count = len(tried.passed) + len(tried.failed)
        self.log(f"with {len(tried.passed)} of {count} drafts the test passes")
        return list(tried.passed)

    async def holds(self, draft: Draft, seconds: float) -> Held | None:
        """A draft tried for good: the test alone, as a person would run it, then all tests that
        passed before; None where one of them does not pass any more."""
        self._write(draft.files)
        try:
            if self.test and not await self._mended():
                return None
            after = await self._after(min(seconds, _SUITE_SECONDS))
            broken = sorted(set(self.passing) - after)
            if broken:
                self.log(f"{draft.kind}: breaks {', '.join(broken[:5])}")
                return None
            return Held(draft, len(self.passing), len(after & set(self.failing)))
        finally:
            self._write({path: self.files[path] for path in draft.files})

    def _write(self, files: Mapping[str, bytes]) -> None:
        for path, raw in files.items():
            self.workspace.write(path, raw)

    async def _mended(self) -> bool:
        alone = await self.runner.alone(self.workspace, self.test, 60)
        return bool(alone.of("passed")) and not alone.of("failed")

    async def _after(self, seconds: float) -> set[str]:
        """What passes now. What did not is asked once more by itself: it may have been in haste."""
        self._lay("")
        only = () if self.before.whole else tuple([*self.passing, *self.failing])
        ran = await self.runner.run(self.workspace, self.suite, Wanted(seconds, only=only))
        passed = {each.id for each in ran.of("passed")}
        missed = tuple(sorted(set(self.passing) - passed))
        if missed and len(missed) <= 5:
            ran = await self.runner.run(self.workspace, self.suite, Wanted(seconds, only=missed))
            passed |= {each.id for each in ran.of("passed")}
        self._lay(self.test)
        return passed
