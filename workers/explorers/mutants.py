"""Mutants: the code with a small mistake in it, which a test that is worth having sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.explorers.base import Site
from workers.repairs.base import Draft, Repairer
from workers.sandbox import Workspace

_MOST = 8
_MOST_KILLERS = 20
_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Mutants:
    """Of one file, in a workspace. `raw` is the file as it is, `at` where a new test is tried."""

    repairer: Repairer
    workspace: Workspace
    site: Site
    raw: bytes
    at: str

    async def seen_first(
        self, text: str, lines: Sequence[int], others: Sequence[str]
    ) -> list[Draft]:
        """Mutants of these lines that a test sees and others, by their ids, do not."""
        drafts = [
            Draft(f"{edit.kind} in line {edit.line}", {self.site.path: edit.applied(self.raw)})
            for edit in self.repairer.edits(self.raw, dict.fromkeys(lines, 1.0))[:_MOST]
        ]
        seen = await self.seen(text, drafts)
        if not seen or not others:
            return seen
        known = await self._failing(others[:_MOST_KILLERS], seen)
        return [draft for draft in seen if draft not in known]

    async def seen(self, text: str, drafts: Sequence[Draft]) -> list[Draft]:
        """Those with which a test fails."""
        self.workspace.write(self.at, text)
        return await self._failing([self.at], drafts)

    async def _failing(self, tests: Sequence[str], drafts: Sequence[Draft]) -> list[Draft]:
        passed = await self.repairer.tried(
            self.workspace,
            self.site.suite,
            tests,
            drafts,
            enough=len(drafts) + 1,
            seconds=_SECONDS,
        )
        return [draft for draft in drafts if draft not in passed]
