"""Suggestions that a person can commit with a click: each was applied as GitHub would apply it, to
a scratch copy, where the file parses and neither its analysers nor the tests are worse off."""

from __future__ import annotations

import asyncio
import difflib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.db.findings import Claim
from workers.git import Shown
from workers.languages.definitions import is_broken
from workers.repairs import REPAIRS
from workers.repairs.base import Draft
from workers.repairs.diff import Refused, fitted
from workers.repairs.workbench import Workbench
from workers.review.analyse import Analysis
from workers.review.scope import File
from workers.runners import RUNNERS
from workers.thoughts import draft_patch
from workers.thoughts.tools import Tools

MOST = 3
"""Tried in one round: tests may take minutes."""
MOST_LINES = 20
_TEST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` instead of the lines from `start` to `end`, 1-based and inclusive."""

    start: int
    end: int
    text: str

    def applied(self, text: str) -> str:
        """As GitHub does it: whole lines are replaced, and nothing else is looked at."""
        lines = text.split("\n")
        new = self.text.split("\n") if self.text else []
        return "\n".join([*lines[: self.start - 1], *new, *lines[self.end :]])


def suggested(patch: str, path: str, text: str) -> Suggestion | None:
    """The one block of lines that a patch changes; None where it does not fit, or is no one's to
    read at a glance. What is only added takes the line before it along."""
    try:
        changed = fitted(patch, {path: text}).get(path)
    except Refused:
        return None
    if changed is None or "\r" in text:
        return None
    old, new = text.split("\n"), changed.split("\n")
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    parts = [each for each in blocks if each[0] != "equal"]
    if not parts:
        return None
    (_, i, _, k, _), (_, _, j, _, m) = parts[0], parts[-1]
    if i == j and i:
        i, k = i - 1, k - 1
    found = Suggestion(i + 1, j, "\n".join(new[k:m]))
    return found if i < j <= i + MOST_LINES and found.applied(text) == changed else None


@dataclass(frozen=True, slots=True)
class Trying:
    """Of one head: `code` are its files, `paths` what is indexed of them."""

    analysis: Analysis
    code: Path
    paths: Sequence[str]
    shown: Mapping[str, Shown]

    async def suggestions(
        self, claims: Sequence[Claim], files: Mapping[str, File]
    ) -> dict[str, Suggestion]:
        """By fingerprint, of claims in their order."""
        found: dict[str, Suggestion] = {}
        wanted = [each for each in claims if each.patch and each.path in files]
        for claim in wanted[:MOST]:
            file = files[claim.path]
            made = suggested(claim.patch or "", file.path, file.text)
            if made and self._is_shown(file.path, made) and await self._holds(claim, file, made):
                found[claim.fingerprint] = made
        return found

    def _is_shown(self, path: str, made: Suggestion) -> bool:
        """A suggestion stands on lines of one hunk."""
        if path not in self.shown:
            return False
        hunks = {self.shown[path].hunk(line) for line in (made.start, made.end)}
        return len(hunks) == 1 and None not in hunks

    async def _holds(self, claim: Claim, file: File, made: Suggestion) -> bool:
        changed = made.applied(file.text)
        if is_broken(file.language, changed) and not is_broken(file.language, file.text):
            return False
        return await self._is_quieter(claim, file, changed) and await self._passes(file, changed)

    async def _is_quieter(self, claim: Claim, file: File, changed: str) -> bool:
        """Analysers find this no more, and nothing else that they did not find before."""
        before = await self.analysis.hunted(self.code, [file])
        async with _scratch(self.code, file.path, changed) as code:
            after = await self.analysis.hunted(
                code, [File(file.path, "", file.language, changed, file.before)]
            )
        left = {each.fingerprint for each in after.claims}
        new = {(c.rule, c.symbol) for c in after.claims} - {
            (c.rule, c.symbol) for c in before.claims
        }
        return claim.fingerprint not in left and not new and file.path in after.covered

    async def _passes(self, file: File, changed: str) -> bool:
        """Tests that passed still do; where there are none, there is nothing to break."""
        runner, repairer = RUNNERS.get(file.language), REPAIRS.get(file.language)
        suite = runner.suite(self.code, list(self.paths)) if runner else None
        if runner is None or repairer is None or suite is None:
            return True
        tools = Tools(self.code, draft_patch.LIMITS, self.analysis.sandbox)
        async with tools.workspace() as workspace:
            texts = {file.path: file.text.encode()}
            bench = Workbench(runner, repairer, workspace, suite, texts, "", tools.log)
            await bench.examine(_TEST_SECONDS)
            draft = Draft("a suggestion", {file.path: changed.encode()})
            return await bench.holds(draft, _TEST_SECONDS) is not None


@asynccontextmanager
async def _scratch(code: Path, path: str, text: str) -> AsyncIterator[Path]:
    """The same files with another text in one of them."""
    folder = Path(tempfile.mkdtemp(prefix="new-", dir=code.parent))
    made = folder / "code"
    try:
        await asyncio.to_thread(shutil.copytree, code, made, symlinks=True, copy_function=os.link)
        target = made / path
        target.unlink()
        target.write_text(text, newline="")
        yield made
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
