"""What a model suspects of the definitions that a change touches: each suspicion quotes the code,
and is told only where a test of it fails at the head each time, and passes before the change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.db.findings import Claim
from core.db.review_findings import ReviewFinding
from workers.changes.definitions import Changed, Compared, changes
from workers.languages.definitions import definitions
from workers.linters.places import aside
from workers.review.scope import File
from workers.runners import RUNNERS
from workers.runners.base import Runner, Suite
from workers.thoughts import generate_tests, suspicions
from workers.thoughts.base import Limits, digest
from workers.thoughts.generate_tests import Suspicion
from workers.thoughts.suspicions import Aim
from workers.thoughts.tools import Tools

LIMITS = Limits(wall_seconds=300, cpu_seconds=300, model_tokens=60_000, memory_mib=2048)
MOST_AIMS = 4
MOST_TESTED = 3
_MOST_LINES = 200
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Suspecting:
    """`tools` are of the head, and have a model where one may be asked; `before` are the files of
    where the pull request parted; `guidance` is what the default branch says should be looked for,
    by path."""

    tools: Tools
    paths: Sequence[str]
    before: Path
    guidance: Mapping[str, Sequence[str]] = field(default_factory=dict)

    async def reproduced(self, files: Sequence[File], texts: Mapping[str, str]) -> list[Claim]:
        """Of files in their order; `texts` are those before the change, by the paths after it."""
        if self.tools.model is None:
            return []
        found: list[Claim] = []
        tested = 0
        for file, change in touched(files, texts)[:MOST_AIMS]:
            for claim in await suspicions.suspected(self.tools, self._aim(file, change)):
                if tested < MOST_TESTED:
                    tested += 1
                    found += await self._shown(file, change, claim)
        return found

    def _aim(self, file: File, change: Changed) -> Aim:
        return replace(_aim(file, change), guidance=tuple(self.guidance.get(file.path, ())))

    async def _shown(self, file: File, change: Changed, claim: Claim) -> list[Claim]:
        runner, suite = self._suite(file)
        if runner is None or suite is None:
            return []
        text = _aim(file, change).text
        about = Suspicion(digest(text, claim.message), claim, text, file.language, suite)
        outcome = await generate_tests.run(self.tools, about)
        test = next((each.reproducer for each in outcome.changes if each.reproducer), None)
        if test is None or not (change.how == "added" or await self._held(runner, test)):
            return []
        return [
            replace(
                claim,
                evidence="reproduced",
                reproducer=test,
                explanation=f"{claim.explanation}\n\n{_told(file.language, change, test)}",
            )
        ]

    async def _held(self, runner: Runner, test: str) -> bool:
        """Whether a test passes before the change: else it is nothing that the change brings."""
        tools = Tools(self.before, LIMITS, self.tools.sandbox)
        return await _passes(tools, runner, test)

    async def still(
        self, rows: Sequence[ReviewFinding], files: Sequence[File], found: Sequence[Claim]
    ) -> list[Claim]:
        """Those of earlier rounds whose tests fail at the head, of files that were changed since: a
        model that says nothing of them this time has mended nothing."""
        known = {each.fingerprint for each in found}
        now = {each.path: each for each in files}
        kept = []
        for row in rows:
            if row.fingerprint in known or row.path not in now:
                continue
            runner, _ = self._suite(now[row.path])
            tools = Tools(self.tools.code, LIMITS, self.tools.sandbox)
            if runner is None or not await _passes(tools, runner, row.reproducer or ""):
                kept.append(row.claim)
        return kept

    def _suite(self, file: File) -> tuple[Runner | None, Suite | None]:
        runner = RUNNERS.get(file.language)
        return runner, runner.suite(self.tools.code, list(self.paths)) if runner else None


async def _passes(tools: Tools, runner: Runner, test: str) -> bool:
    async with tools.workspace() as workspace:
        ran = await runner.alone(workspace, test, _SECONDS)
    return bool(ran.of("passed")) and not ran.of("failed")


def touched(files: Sequence[File], texts: Mapping[str, str]) -> list[tuple[File, Changed]]:
    """The functions that a change added or changed; `texts` are those before it."""
    return [(each, change) for each in files for change in _of(each, texts.get(each.path, ""))]


def _of(file: File, before: str) -> list[Changed]:
    old = definitions(file.language, before) if before else []
    new = definitions(file.language, file.text)
    if old is None or new is None or aside(file.path):
        return []
    found = changes(Compared(file.path, file.language, before, file.text, old, new))
    return [c for c in found if c.how != "removed" and c.kind in ("function", "method")]


def _aim(file: File, change: Changed) -> Aim:
    end = min(change.end_line, change.start_line + _MOST_LINES)
    lines = file.text.split("\n")[change.start_line - 1 : end]
    return Aim(file.path, change.symbol, change.start_line, "\n".join(lines))


def _told(language: str, change: Changed, test: str) -> str:
    """The test, in a fence that nothing in it ends."""
    longest = max(map(len, re.findall("`+", test)), default=0)
    fence = "`" * max(3, longest + 1)
    before = "" if change.how == "added" else ", and passes before this change"
    return f"This test fails each time{before}:\n\n{fence}{language}\n{test.rstrip()}\n{fence}"
