"""Mutants: the code with a small mistake in it, which a test that is worth having sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from workers.explorers.base import Site
from workers.repairs.base import Draft, Edit, Repairer, Tried
from workers.sandbox import Workspace

_MOST = 12
_MOST_KILLERS = 60
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
            for edit in self._spread(lines)[:_MOST]
        ]
        seen = await self.seen(text, drafts)
        if not seen or not others:
            return seen
        return list((await self._tried(others[:_MOST_KILLERS], seen)).passed)

    async def seen(self, text: str, drafts: Sequence[Draft]) -> list[Draft]:
        """Those with which a test fails."""
        self.workspace.write(self.at, text)

        return list((await self._tried([self.at], drafts)).failed)

    async def _tried(self, tests: Sequence[str], drafts: Sequence[Draft]) -> Tried:
        return await self.repairer.tried(
            self.workspace,
            self.site.suite,
            tests,
            drafts,
            enough=len(drafts) + 1,
            seconds=_SECONDS,
        )

    def _spread(self, lines: Sequence[int]) -> list[Edit]:
        """One of each line before the second of any."""
        found: dict[int, list[Edit]] = {}
        for edit in self.repairer.edits(self.raw, dict.fromkeys(lines, 1.0)):
            found.setdefault(edit.line, []).append(edit)
        turns = zip_longest(*found.values())
        return [edit for turn in turns for edit in turn if edit is not None]
