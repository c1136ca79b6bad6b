"""Whether two findings are one bug: a bug is told once, with all that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db.findings import Change, Finding
from core.words import many
from workers.causes import CAUSES
from workers.causes.base import Explained, Shown
from workers.runners import RUNNERS
from workers.runners.base import Ended, Frame, Runner, Suite
from workers.thoughts import failing_tests
from workers.thoughts.base import Brief, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NOTE = "cause"
"""Of a subject that is compared with other findings."""
_MOST = 6
LOOKED_AT = 40
"""How many findings others are chosen from."""
_SECONDS = 120.0
_ALONE_SECONDS = 30.0
_ON_PURPOSE = re.compile(r"\s*(raise|throw|panic|assert)\b")


@dataclass(frozen=True, slots=True)
class Alike(Brief):
    """A finding, and others that may have the same cause."""

    finding: Finding
    others: tuple[Finding, ...]
    language: str
    suite: Suite

    @property
    def all(self) -> tuple[Finding, ...]:
        return (self.finding, *self.others)


async def prepare(
    read: Reader,
    found: Finding,
    suite: tuple[str, Suite],
    languages: Mapping[str, str],
    code: Sequence[str],
) -> Alike | None:
    """None where it belongs to another one already, or there is no other in its language, whose
    `suite` this is. `languages` are those of all files."""
    if found.cause or found.ref or found.state == "fixed" or not found.reproducer:
        return None
    others = await near(read, found, languages)
    names = [f"{each.fingerprint} {each.reproducer}" for each in (found, *others)]
    content = digest(NOTE, *names, *code)
    return Alike(content, found, others, *suite) if others else None


async def near(read: Reader, found: Finding, languages: Mapping[str, str]) -> tuple[Finding, ...]:
    """What tests show in the same language, and first of all in the same file."""
    others = [
        each
        for each in await read.shown(LOOKED_AT)
        if each.fingerprint != found.fingerprint
        and languages.get(each.path) == languages.get(found.path)
    ]
    return tuple(sorted(others, key=lambda each: each.path != found.path)[:_MOST])


async def mended(
    tools: Tools,
    runner: Runner,
    found: Finding,
    others: Sequence[Finding],
    changed: Mapping[str, str],
) -> list[Change]:
    """What the patch of a finding mends as well, where it changes one place: that is one bug.
    `changed` are the texts of its files."""
    hunks = [line for line in (found.patch or "").splitlines() if line.startswith("@@")]
    if len(hunks) != 1 or found.cause:
        return []
    links: list[Explained] = []
    async with tools.workspace() as before, tools.workspace() as after:
        for path, text in changed.items():
            after.write(path, text)
        for at, each in enumerate(others, 1):
            test = each.reproducer or ""
            was = await runner.alone(before, test, _ALONE_SECONDS)
            now = await runner.alone(after, test, _ALONE_SECONDS)
            if was.of("failed") and now.of("passed") and not now.of("failed"):
                links.append(Explained(0, at, "the same change at one place mends both"))
    return merged([found, *others], links)


async def run(tools: Tools, brief: Alike) -> Outcome:
    runner = RUNNERS[brief.language]
    links = await _crashes(tools, runner, brief)
    if brief.language in CAUSES:
        shown = [
            Shown(
                each.reproducer or "",
                *(each.path, each.start_line, each.end_line, each.rule == failing_tests.RULE),
            )
            for each in brief.all
        ]
        async with tools.workspace() as workspace:
            links += await CAUSES[brief.language].explained(
                workspace, brief.suite, shown, _SECONDS, tools.log
            )
    changes = merged(brief.all, links)
    told = many(len(brief.others), "other finding")
    same = many(sum(bool(each.cause) for each in changes), "has", "have")
    return Outcome(
        f"Compared with {told}: {same} the same cause.",
        changes=changes,
        metrics={"compared": float(len(brief.others)), "merged": float(len(changes) // 2)},
    )


async def _crashes(tools: Tools, runner: Runner, brief: Alike) -> list[Explained]:
    """Those that end in the same exception at the same place."""
    ended = []
    for each in brief.all:
        async with tools.workspace() as workspace:
            ran = await runner.alone(workspace, each.reproducer or "", _ALONE_SECONDS)
        ended.append(ran.of("failed"))
    return [
        Explained(0, other, "it ends in the same exception at the same place")
        for other in range(1, len(ended))
        if any(same_crash(tools.code, one, two) for one in ended[0] for two in ended[other])
    ]


def same_crash(code: Path, one: Ended, two: Ended) -> bool:
    """Whether two tests were ended by one exception of the code, on one way through it. What is
    raised on purpose tells of what came before, which may differ."""
    first, second = (_ours(code, each.frames) for each in (one, two))
    shorter = min(len(first), len(second))
    if one.kind != two.kind or not shorter or first[-shorter:] != second[-shorter:]:
        return False
    lines = (code / first[-1].path).read_text(errors="replace").splitlines()
    return not any(map(_ON_PURPOSE.match, lines[first[-1].line - 1 : first[-1].line]))


def _ours(code: Path, frames: Sequence[Frame]) -> list[Frame]:
    """Those in files of the commit: a reproducer is none."""
    return [
        each
        for each in frames
        if (code / each.path).resolve().is_relative_to(code.resolve())
        and (code / each.path).is_file()
    ]


def merged(findings: Sequence[Finding], links: Sequence[Explained]) -> list[Change]:
    """What the first of the findings belongs to, or what belongs to it. The surest stands for the
    others; then what people dealt with, so that it keeps its name; then the cause of the other,
    and what was known first."""
    whys = {(each.cause, each.other): each.why for each in links if 0 in (each.cause, each.other)}
    near = sorted({at for pair in whys for at in pair if at})
    above = [at for at in near if _rank(findings, whys, at, 0) > _rank(findings, whys, 0, at)]
    if not above:
        return [
            change
            for at in near
            for change in _joined(findings[0], findings[at], whys.get((0, at)) or whys[at, 0])
        ]
    best = max(above, key=lambda at: _rank(findings, whys, at, 0))
    return _joined(findings[best], findings[0], whys.get((best, 0)) or whys[0, best])


def _rank(
    findings: Sequence[Finding], whys: Mapping[tuple[int, int], str], at: int, other: int
) -> tuple[bool, bool, bool, int]:
    found = findings[at]
    dealt_with = found.state != "open" or bool(found.read_at or found.vote or found.patch)
    causes = (at, other) in whys and (other, at) not in whys
    return (found.evidence == "reproduced", dealt_with, causes, -found.id)


def _joined(stands: Finding, belongs: Finding, why: str) -> list[Change]:
    said = f"It has the same cause as “{stands.message[:200]}”: {why}."
    also = f"“{belongs.message[:200]}” has the same cause, and is told here."
    return [
        Change(belongs.fingerprint, said, cause=stands.fingerprint),
        Change(stands.fingerprint, also),
    ]
