"""Filters that tests go through before they are shown to anybody: they run, pass ten times in
random order, run a line that no test ran or see a mutant that no test saw, and can be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.words import many
from workers.explorers.base import Case, Explorer, Site
from workers.explorers.mutants import Mutants
from workers.repairs.base import Draft
from workers.runners.base import Ran, Runner
from workers.sandbox import Workspace

PASSES = 10
_SECONDS = 60.0
_MOST_SPARE = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of tests. `lines` are those of the code that it runs and nothing else does, `mutants`
    mistakes that it alone sees; `counts` are of tests, at each filter."""

    body: str
    cases: tuple[Case, ...]
    lines: tuple[int, ...]
    mutants: tuple[str, ...]
    counts: dict[str, int]

    @property
    def worth(self) -> str:
        """What they do, in words."""
        lines, mutants = len(self.lines), len(self.mutants)
        parts = [f"run {many(lines, 'line')} that no test runs"] if lines else []
        parts += [f"see {many(mutants, 'mistake')} that no test sees"] if mutants else []
        return " and ".join(parts)


@dataclass(slots=True)
class Filters:
    """Of one file's tests. `base` is the run of those that are there, traced. `mutants` is None
    where the language has none. `reached` are lines that other new tests run."""

    runner: Runner
    explorer: Explorer
    workspace: Workspace
    site: Site
    base: Ran
    mutants: Mutants | None
    log: Callable[[str], None]
    until: float
    reached: frozenset[int] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)

    async def kept(self) -> Kept | None:
        """None where no test is worth having."""
        seconds = max(5.0, (self.until - time.monotonic()) / 3)
        found = await self.explorer.explored(
            self.workspace, self.site, self.base, min(seconds, 40.0)
        )
        cases = [each for each in found if self.explorer.written(self.site, [each])]
        self._count("written", len(found))
        self._count("readable", len(cases))
        plain = [case for case in cases if case.law is None]
        # A law is worth having beside examples of the same lines: it tries them with more.
        laws = await self._useful([case for case in cases if case.law])
        useful = [*laws, *await self._useful([case for case in plain if not case.spare])]
        rest = [case for case in cases if case.law and case not in laws]
        seen = await self._seeing([*rest, *(case for case in plain if case.spare)])
        self._count("laws", sum(case.law is not None for case in [*laws, *seen]))
        chosen = await self._passing([*useful, *seen])
        self._count(f"passed {PASSES} times", len(chosen))
        told = ", ".join(f"{value} {name}" for name, value in self.counts.items())
        self.log(f"{self.site.path}: {told}")
        return self._made(chosen, seen)

    def _made(self, chosen: Sequence[Case], seen: Mapping[Case, Sequence[str]]) -> Kept | None:
        body = self.explorer.written(self.site, chosen)
        lines = {line for case in chosen for line in case.lines} - self.known
        kinds = [kind for case, found in seen.items() if case in chosen for kind in found]
        counts = dict(self.counts)
        made = Kept(body, tuple(chosen), tuple(sorted(lines)), tuple(kinds), counts)
        return made if body else None

    async def of_text(self, body: str) -> Kept | str:
        """A file of tests that somebody wrote, or why it is not worth having."""
        text = self.runner.alone_text(self.site.suite, body)
        if failed := await self._failure(text):
            return failed
        ran = await self._alone(text)
        lines = {line for line, tests in ran.lines.get(self.site.path, {}).items() if tests}
        more = tuple(sorted(lines - self.known))
        counts = {"written": len(ran.tests)}
        if more:
            return Kept(body, (), more, (), counts)
        kinds = tuple(draft.kind for draft in await self._seen(text, frozenset(lines)))
        return Kept(body, (), (), kinds, counts) if kinds else "its lines have tests already"

    @property
    def known(self) -> set[int]:
        """Lines that tests run."""
        ran = self.base.lines.get(self.site.path, {})
        return {line for line, tests in ran.items() if tests} | self.reached

    def _count(self, name: str, number: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

    def _text(self, cases: Sequence[Case]) -> str:
        body = self.explorer.written(self.site, cases)
        return self.runner.alone_text(self.site.suite, body)

    async def _useful(self, cases: Sequence[Case]) -> list[Case]:
        """Those that run lines that nothing ran before them."""
        ran = await self._alone(self._text(cases)) if cases else Ran((), whole=True)
        self._count("built", len(cases) if ran.tests else 0)
        if cases and not ran.tests:
            self.log(f"{self.site.path}: no test could be run: {ran.complaint[-1500:]}")
        traced = {line for line, tests in ran.lines.get(self.site.path, {}).items() if tests}
        known, kept = self.known, list[Case]()
        for case in cases:
            more = case.lines & traced - known
            if more:
                kept.append(case)
                known |= more
        self._count("run lines that no test ran", len(kept))
        return kept

    async def _seeing(self, cases: Sequence[Case]) -> dict[Case, list[str]]:
        """Those that see a mutant which no test sees, the first of several that see the same."""
        found: dict[Case, list[str]] = {}
        # Mistakes in lines that no test runs are seen by the tests that run them now.
        tested = self.known - self.reached
        few = [case for case in cases if case.lines <= tested][:_MOST_SPARE]
        lines = frozenset(line for case in few for line in case.lines)
        unseen = await self._seen(self._text(few), lines) if few else []
        for case in few:
            if not unseen or self.mutants is None or time.monotonic() > self.until - 60:
                break
            seen = await self.mutants.seen(self._text([case]), unseen)
            if seen:
                found[case] = [draft.kind for draft in seen]
                unseen = [draft for draft in unseen if draft not in seen]
        self._count("see a mistake that no test saw", len(found))
        return found

    async def _seen(self, text: str, lines: frozenset[int]) -> list[Draft]:
        """Mutants that a new test sees, and none that is there."""
        if self.mutants is None or time.monotonic() > self.until - 60:
            return []
        return await self.mutants.seen_first(text, sorted(lines), self._running(lines))

    async def _passing(self, cases: Sequence[Case]) -> list[Case]:
        """All, or by halves those that pass ten times in random order."""
        if not cases or time.monotonic() > self.until:
            return []
        failed = await self._failure(self._text(cases))
        if not failed:
            return list(cases)
        if len(cases) == 1:
            self.log(f"{cases[0].symbol}{cases[0].given} does not pass each time: {failed[:300]}")
            return []
        half = len(cases) // 2
        return [*await self._passing(cases[:half]), *await self._passing(cases[half:])]

    async def _failure(self, text: str) -> str:
        """Why a file does not pass ten times, in two processes; '' where it does."""
        for seed in (1, 2):
            ran = await self._alone(text, seed=seed, times=PASSES // 2)
            if failed := ran.of("failed"):
                return "\n".join(f"{each.id}: {each.kind}: {each.message[:300]}" for each in failed)
            if not ran.of("passed"):
                return ran.complaint[-1500:] or "nothing was collected"
        return ""

    async def _alone(self, text: str, seed: int = 0, times: int = 1) -> Ran:
        trace = () if seed else (self.site.path,)
        at = self.explorer.tried_at(self.site)
        return await self.runner.alone(
            self.workspace, text, _SECONDS, trace=trace, seed=seed, times=times, at=at
        )

    def _running(self, lines: frozenset[int]) -> list[str]:
        """Tests that run one of these lines."""
        ran = self.base.lines.get(self.site.path, {})
        at = {test for line in lines for test in ran.get(line, ())}
        quick = sorted(at, key=lambda each: self.base.tests[each].seconds)
        return [self.base.tests[each].id for each in quick]
