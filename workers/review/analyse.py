"""What analysers find in the files of a change, and did not find before it; and callers that the
change leaves behind. Everything that is run, is run in the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.db.findings import Claim
from core.db.thoughts import Subject
from core.words import many
from workers import git
from workers.engine.checkouts import Checkouts
from workers.languages import language_of
from workers.languages.definitions import definitions
from workers.linters.base import Part
from workers.linters.patch import added_lines
from workers.review.scope import File
from workers.sandbox import Sandbox
from workers.thoughts import scan_diff, smell_hunt
from workers.thoughts.base import digest
from workers.thoughts.reader import File as Indexed
from workers.thoughts.reader import Reader
from workers.thoughts.smell_hunt import Due, Hunt
from workers.thoughts.tools import Tools

SPEAKS = ("proven", "reproduced")
"""Evidence of what is told. What is merely suspected stays off GitHub."""


@dataclass(frozen=True, slots=True)
class Diff:
    """From `base`, where the pull request parted, to `head`."""

    mirror: Path
    repository_id: int
    base: str
    head: str


@dataclass(frozen=True, slots=True)
class Found:
    """`claims` are what the change introduces; `covered` the paths that were looked at whole."""

    claims: tuple[Claim, ...]
    covered: frozenset[str]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Of one diff. `checkouts` is where both of its sides are brought."""

    sandbox: Sandbox
    checkouts: Checkouts
    diff: Diff

    async def introduced(self, files: Sequence[File]) -> Found:
        """What analysers find at the head and not at the base, in these files."""
        before = await asyncio.to_thread(texts_before, self.diff, files)
        added = {each.path: added_lines(before.get(each.path, ""), each.text) for each in files}
        new = await self._hunted(self.diff.head, files, added)
        told = [claim for claim in new.claims if claim.evidence in SPEAKS]
        paths = {claim.path for claim in told}
        old = {each.before: each for each in files if each.path in paths and each.path in before}
        known = await self._known(
            {path: (each.path, before[each.path]) for path, each in old.items()}
        )
        return Found(tuple(c for c in told if not names(c) & known), new.covered)

    async def _known(self, old: Mapping[str, tuple[str, str]]) -> set[str]:
        """What was there already. `old` has by the path of the base the path and text of a file."""
        if not old:
            return set()
        files = [
            File(path, "", language_of(path, text.partition("\n")[0]), text)
            for path, (_, text) in old.items()
        ]
        found = await self._hunted(self.diff.base, files, {})
        return {name for claim in found.claims for name in names(claim, old[claim.path][0])}

    async def _hunted(
        self, commit: str, files: Sequence[File], added: Mapping[str, frozenset[int]]
    ) -> Found:
        code = await self.checkouts.code(self.diff.mirror, self.diff.repository_id, commit)
        return await self.hunted(code, files, added)

    async def hunted(
        self,
        code: Path,
        files: Sequence[File],
        added: Mapping[str, frozenset[int]] = MappingProxyType({}),
    ) -> Found:
        """What analysers find in files of a folder."""
        hunt = Hunt(
            "",
            files=tuple(Due(Indexed(each.path, 0, each.language), each.blob) for each in files),
            parts={each.path: _parts(each) for each in files},
            added=added,
            whole=True,
        )
        outcome = await smell_hunt.run(Tools(code, smell_hunt.LIMITS, self.sandbox), hunt)
        return Found(tuple(outcome.claims), frozenset(outcome.covered))


def names(claim: Claim, path: str = "") -> set[str]:
    """By which a claim is known again: for good, and by its code alone where the file moved."""
    place = digest(path or claim.path, claim.rule, claim.symbol, claim.content)
    return {claim.fingerprint, place}


def texts_before(diff: Diff, files: Iterable[File]) -> dict[str, str]:
    """The texts of files before the change, by their paths after it."""
    texts = {}
    for each in files:
        if each.before and (old := git.blob_at(diff.mirror, diff.base, each.before)):
            texts[each.path] = old[1].decode(errors="replace")
    return texts


def _parts(file: File) -> tuple[Part, ...]:
    """Of both sides by the same means, so that what is in a symbol is known again."""
    return tuple(
        Part(each.qualified, each.kind, each.start_line, each.end_line)
        for each in definitions(file.language, file.text) or ()
    )


@dataclass(frozen=True, slots=True)
class Left:
    """Callers that a change leaves behind; `unread` says of how many files they were not looked
    for, '' for none."""

    claims: tuple[Claim, ...] = ()
    unread: str = ""


async def callers(reader: Reader, sandbox: Sandbox | None, diff: Diff, ref: str) -> Left:
    """Callers that no longer fit, wherever in the repository they are."""
    about = Subject("diff", before=diff.base, after=diff.head, ref=ref)
    brief = await scan_diff.prepare(reader, about)
    if not isinstance(brief, scan_diff.Diff):
        return Left()
    outcome = await scan_diff.run(Tools(reader.code, scan_diff.LIMITS, sandbox), brief)
    unread = brief.left + int(outcome.metrics["unread"])
    return Left(
        tuple(claim for claim in outcome.claims if claim.evidence in SPEAKS),
        many(unread, "file") if unread else "",
    )
