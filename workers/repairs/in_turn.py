"""Edits of a dialect with braces, tried one after the other by the runner of the language."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.repairs.base import Draft, Edit, Tried
from workers.repairs.braced.edits import Dialect
from workers.repairs.braced.edits import edits as of_dialect
from workers.runners.base import Ran, Runner, Suite, Wanted
from workers.sandbox import Workspace

_EACH_SECONDS = 15.0
_FURTHER = 15


@dataclass(frozen=True, slots=True)
class InTurn:
    """A language's repairer."""

    runner: Runner
    dialect: Dialect

    def edits(self, raw: bytes, lines: Mapping[int, float]) -> list[Edit]:
        """Edits at suspected lines; what seems best comes first."""
        return of_dialect(self.dialect, raw, lines)

    async def tried(
        self,
        workspace: Workspace,
        suite: Suite,
        tests: Sequence[str],
        drafts: Sequence[Draft],
        *,
        enough: int,
        seconds: float,
    ) -> Tried:
        """Drafts in their order, until tests pass with `enough` of them. What seems much worse than
        one that passes is hardly better."""
        until = time.monotonic() + seconds
        found: list[Draft] = []
        failed: list[Draft] = []
        last = len(drafts)
        for at, draft in enumerate(drafts):
            if time.monotonic() > until or len(found) == enough or at > last:
                break
            ran = await self._run(workspace, suite, tests, draft)
            if ran.of("failed"):
                failed.append(draft)
            elif ran.whole and ran.of("passed"):
                found.append(draft)
                last = min(last, at + _FURTHER) if enough < len(drafts) else last
        return Tried(tuple(found), tuple(failed))

    async def _run(
        self, workspace: Workspace, suite: Suite, tests: Sequence[str], draft: Draft
    ) -> Ran:
        before = {path: workspace.read(path) or b"" for path in draft.files}
        try:
            for path, raw in draft.files.items():
                workspace.write(path, raw)
            return await self.runner.run(workspace, suite, Wanted(_EACH_SECONDS, only=tuple(tests)))
        finally:
            for path, raw in before.items():
                workspace.write(path, raw)
