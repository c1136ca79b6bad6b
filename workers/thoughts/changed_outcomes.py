"""The code as it was before the last commit is an oracle: the same calls come to the same, unless
somebody says that they should not. What differs is suspected, one thing a commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.db.findings import Claim, Finding
from core.db.symbol_graph import Definition
from workers.probers import PROBERS
from workers.probers.base import Recalled
from workers.sandbox import Workspace
from workers.thoughts.base import digest, fingerprint
from workers.thoughts.last_commit import Before, fails, holds, overlay
from workers.thoughts.tools import Tools

RULE = "changed-outcome"
_MOST_CALLS = 400
_MOST_ENDED = 0.5
_TRIES = 3
_ALSO = 5
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What a call comes to, and what it came to before the last commit."""

    now: Recalled
    before: Recalled

    @property
    def words(self) -> tuple[str, str]:
        """Of before, and of now."""
        return _told(self.before, "ended in", "gave"), _told(self.now, "ends in", "gives")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one language; `paths` are all files of the code."""

    tools: Tools
    language: str
    paths: Sequence[str]
    last: Before

    async def claims(self) -> list[Claim]:
        """At most one: of what was changed itself, what was written down comes first."""
        async with self.tools.workspace() as here, self.tools.workspace() as there:
            overlay(there, self.last)
            found = await self._differences(here, there)
            self.tools.log(f"{len(found)} calls come to something else than before")
            toolchain = here.toolchain.folder
        for each in sorted(found, key=self._order)[:_TRIES]:
            then = replace(each.before, symbol=each.now.symbol, imports=each.now.imports)
            test = PROBERS[self.language].as_before(self.tools.code, self.paths, then, toolchain)
            if test and await self._shows(test):
                return [_claim(self.tools.code, each, test, found, self.last)]
        return []

    async def _differences(self, here: Workspace, there: Workspace) -> list[Difference]:
        """What differs twice, with other seeds of what is random, and is the same otherwise."""
        first = await self._recall(here, (), 0)
        was = {each.text: each for each in await self._recall(there, first, 1)}
        pairs = [Difference(each, was[each.text]) for each in first if each.text in was]
        found = [each for each in pairs if each.before.outcome not in ("", each.now.outcome)]
        ended = [each for each in found if each.before.outcome.startswith("!")]
        if len(ended) > _MOST_ENDED * len(found):
            return []  # Most of it could not be called before: that is something new.
        chosen = [each.now for each in found[:_MOST_CALLS]]
        if not chosen:
            return []
        again = {each.text: each.outcome for each in await self._recall(here, chosen, 1)}
        before = {each.text: each.outcome for each in await self._recall(there, chosen, 0)}
        return [
            each
            for each in found
            if again.get(each.now.text) == each.now.outcome
            and before.get(each.now.text) == each.before.outcome
        ]

    async def _recall(
        self, workspace: Workspace, calls: Sequence[Recalled], seed: int
    ) -> list[Recalled]:
        return await PROBERS[self.language].recall(
            workspace,
            self.tools.code,
            self.paths,
            calls=[each.text for each in calls],
            seed=seed,
            log=self.tools.log,
        )

    def _order(self, each: Difference) -> tuple[bool, bool, bool]:
        changed = {(one.path, one.qualified) for one in self.last.changed}
        return (
            (each.now.path, each.now.symbol) not in changed,
            not self.last.is_about(each.now.path),
            each.before.outcome.startswith("!"),
        )

    async def _shows(self, test: str) -> bool:
        now = await fails(self.tools, self.language, test)
        return now and await holds(self.tools, self.language, test, self.last)


async def differing(
    tools: Tools, languages: Collection[str], paths: Sequence[str], last: Before
) -> list[Claim]:
    """At most one suspicion of each language; none where the commit says that outcomes change."""
    if last.announced:
        tools.log(f"What the last commit changed is not compared: {last.announced}")
    if not last.changed or last.announced:
        return []
    found = [await Comparison(tools, each, paths, last).claims() for each in languages]
    return [claim for claims in found for claim in claims]


def again(finding: Finding) -> Claim:
    """What was claimed at an earlier commit."""
    known = {each: getattr(finding, each) for each in Claim.__dataclass_fields__}
    return Claim(**{**known, "artifacts": ()})


async def still(tools: Tools, languages: Collection[str], standing: Sequence[Claim]) -> list[Claim]:
    """Those whose tests fail at this commit too."""
    return [
        each
        for each in standing
        for language in languages
        if each.reproducer and await fails(tools, language, each.reproducer)
    ]


def _claim(
    code: Path, shown: Difference, test: str, found: Sequence[Difference], last: Before
) -> Claim:
    blamed = _blamed(shown.now, last)
    before, now = shown.words
    told = f"`{shown.now.text}` {now}; before the last commit it {before}"
    return Claim(
        fingerprint(RULE, blamed.path, blamed.qualified, shown.now.text),
        *(RULE, "medium", "suspected", blamed.path, blamed.start_line, blamed.end_line),
        f"{told}."[:500],
        symbol=blamed.qualified,
        explanation=_explanation(found, shown, last),
        reproducer=test,
        content=digest(_read(code, blamed.path)),
    )


def _blamed(now: Recalled, last: Before) -> Definition:
    """What was called, where the commit changed it; else what it changed in the same file."""
    place = (now.path, now.symbol)
    return min(
        last.changed,
        key=lambda each: ((each.path, each.qualified) != place, each.path != now.path),
    )


def _told(recalled: Recalled, ends: str, gives: str) -> str:
    if recalled.outcome.startswith("!"):
        return f"{ends} {recalled.outcome[1:]}"
    return f"{gives} `{recalled.outcome[1:][:_LONGEST]}`"


def _explanation(found: Sequence[Difference], shown: Difference, last: Before) -> str:
    told = (
        f"Commit {last.commit[:9]} (“{last.subject[:100]}”) changed what comes back, and neither "
        "its message nor documentation, tests or a list of changes say that it should. The test "
        "fails at this commit and passes on the code as it was. If the change is meant, dismiss "
        "this."
    )
    others = [each for each in found if each.now.text != shown.now.text]
    if others:
        rows = [(each.now.text[:_LONGEST], *each.words) for each in others[:_ALSO]]
        lines = "\n".join(f"    {text}  # {before}, now {now}" for text, before, now in rows)
        told += f"\n\nSo do {len(others)} more of the calls that were tried:\n\n{lines}"
    return told


def _read(code: Path, path: str) -> str:
    target = code / path
    return "" if target.is_symlink() or not target.is_file() else target.read_text(errors="replace")
