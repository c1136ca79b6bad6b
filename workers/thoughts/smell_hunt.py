"""Smell hunt: what analysers find in files that changed since they were looked at last.

Evidence: `proven` for a named rule that is right about what the code does, `suspected` for one that
may be wrong. Limits: the time of a run; what an analyser did not get to, or did not get through, is
looked at by that analyser alone in a later one. It needs no model.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.db.findings import Change, Finding
from core.db.looks import Look
from core.db.rule_votes import Standing
from core.db.thoughts import Subject
from core.words import many
from workers import linters
from workers.linters import LINTERS, dead_code, given, looks, sources
from workers.linters.base import Part, Source
from workers.linters.merge import merged
from workers.linters.patch import added_lines
from workers.linters.places import is_ours, quiet
from workers.linters.turn import Room, Turn
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import File, Reader
from workers.thoughts.smells import claimed, leads
from workers.thoughts.tools import Tools

NAME = "smell_hunt"
LIMITS = Limits(wall_seconds=420, cpu_seconds=300, memory_mib=2048)

MOST_FILES = 4_000
MOST_BYTES = 40_000_000
DOUBTED = "People found too much of what its rule finds useless, so that it is merely suspected."
ENDED = "It is not found there any more."


@dataclass(frozen=True, slots=True)
class Due:
    """A file to be looked at. `content` is a digest of all that decides what comes out; `by` are
    the analysers that have not got through it yet, empty for all."""

    file: File
    content: str
    by: tuple[str, ...] = ()

    def asks(self, name: str) -> bool:
        return not self.by or name in self.by


@dataclass(frozen=True, slots=True)
class Hunt(Brief):
    """`files` are to be looked at now; `left` is how many follow. `gone` are paths with open
    findings that are no more, `doubted` findings whose rule lost people's trust, `added` the lines,
    by path, that the diff at hand adds, `known` what is open in files that an analyser did not get
    through before, `habits` how often each rule is right elsewhere in the repository. `whole`: who
    asks compares, and none is to be left out for being one of many."""

    files: tuple[Due, ...]
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    added: Mapping[str, frozenset[int]] = field(default_factory=dict)
    standing: Mapping[str, Standing] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    left: int = 0
    unused: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    known: tuple[Finding, ...] = ()
    habits: Mapping[str, int] = field(default_factory=dict)
    whole: bool = False


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where all that there is was looked at, or nothing can be executed."""
    if not read.has_sandbox:
        return None
    due = await _due(read, subject)
    standing = {each.rule: each.standing for each in await read.rule_votes(NAME)}
    found = await read.findings(state=["open"], thought=[NAME])
    gone = await _gone(read, found)
    doubted = _doubted(found, standing)
    if not due and not gone and not doubted:
        return None
    batch = await asyncio.to_thread(_batch, read.code, due)
    paths = {each.file.path for each in batch}
    parts = await _parts(read, paths)
    return Hunt(
        digest(*(f"{due.file.path}\0{due.content}\0{due.by}" for due in batch), *gone, *doubted),
        files=tuple(batch),
        parts=parts,
        added=await _added(read, subject, sorted(paths)),
        standing=standing,
        gone=gone,
        doubted=doubted,
        left=len(due) - len(batch),
        unused=await _unused(read, batch, parts),
        known=tuple(each for each in found if each.path in paths),
        habits=Counter(each.rule for each in found if each.path not in paths),
    )


async def _due(read: Reader, subject: Subject) -> list[Due]:
    paths, known = await _of_subject(read, subject), await read.looked(NAME)
    present, found = _present(), []
    for file in await read.files():
        if not is_ours(file.path) or (paths is not None and file.path not in paths):
            continue
        content = digest(str(file.blob_id), linters.version())
        by = looks.due(known.get(file.path), content, present)
        if by is not None:
            found.append(Due(file, content, by))
    return found


async def _of_subject(read: Reader, subject: Subject) -> set[str] | None:
    """The paths that a subject means; None for all."""
    if subject.kind == "diff":
        changed = await read.changed(subject.before, subject.after)
        return {os.fsdecode(each.path) for each in changed}
    return {subject.path} if subject.path else None


def _present() -> list[str]:
    """What can be run here: a tool that is installed later has all files before it."""
    return [name for name, linter in LINTERS.items() if linters.is_installed(linter)]


def _batch(code: Path, due: Sequence[Due]) -> list[Due]:
    """As much as one run can look at; code that people run before tests and examples."""
    batch: list[Due] = []
    size = 0
    for each in sorted(due, key=lambda due: (quiet(due.file.path) != "", due.file.path)):
        try:
            size += min((code / each.file.path).stat().st_size, sources.LARGEST)
        except (OSError, ValueError):
            size += 0
        if batch and (len(batch) >= MOST_FILES or size > MOST_BYTES):
            break
        batch.append(each)
    return batch


async def _parts(read: Reader, paths: set[str]) -> dict[str, tuple[Part, ...]]:
    outlines = await read.outlines(list(paths))
    return {
        path: tuple(
            Part(each.qualified, each.kind, each.start_line, each.end_line) for each in found
        )
        for path, found in outlines.items()
    }


async def _gone(read: Reader, found: Sequence[Finding]) -> tuple[str, ...]:
    """Paths of open findings that are no more."""
    there = {file.path for file in await read.files()}
    return tuple(sorted({each.path for each in found} - there))


def _doubted(found: Sequence[Finding], standing: Mapping[str, Standing]) -> tuple[str, ...]:
    """Fingerprints of what rules prove that people do not trust any more."""
    doubted = (each for each in found if standing.get(each.rule, "good") != "good")
    return tuple(sorted(each.fingerprint for each in doubted if each.evidence == "proven"))


async def _unused(
    read: Reader, batch: Sequence[Due], parts: Mapping[str, tuple[Part, ...]]
) -> dict[str, tuple[Part, ...]]:
    asked = [(due.file.path, due.file.language) for due in batch if due.asks("dead_code")]
    found = await asyncio.to_thread(sources.read, read.code, asked, parts)
    if not any(map(dead_code.candidates, found.values())):
        return {}
    return await dead_code.unused(await read.graph(), list(found.values()))


async def _added(read: Reader, subject: Subject, paths: Sequence[str]) -> dict[str, frozenset[int]]:
    if subject.kind != "diff":
        return {}
    found = {}
    for path in paths:
        before = await read.text(path, subject.before) or ""
        found[path] = added_lines(before, await read.text(path) or "")
    return found


async def run(tools: Tools, brief: Hunt) -> Outcome:
    files = [(due.file.path, due.file.language) for due in brief.files]
    found = await asyncio.to_thread(sources.read, tools.code, files, brief.parts)
    there = {path: replace(s, unused=brief.unused.get(path, ())) for path, s in found.items()}
    turns = await _turns(tools, brief, there)
    reports = [report for turn in turns for report in turn.reports]
    smells = await asyncio.to_thread(
        merged,
        reports,
        there,
        standing=brief.standing,
        added=brief.added,
        habits=brief.habits,
        whole=brief.whole,
    )
    smells = await asyncio.to_thread(given.weighed, tools.code, smells)
    for smell in smells:
        tools.log(f"{smell.path}:{smell.start_line} {smell.strongest.name} {smell.evidence}")
    claims = claimed(smells, there)
    missing = _missing(turns, there)
    whole = [due.file.path for due in brief.files if not due.by and due.file.path not in missing]
    late = {path for turn in turns if turn.is_late for path in turn.missed}
    return Outcome(
        _summary(len(there), turns, len(claims), brief.left + len(late)),
        claims=claims,
        changes=[
            *(Change(name, DOUBTED, evidence="suspected") for name in brief.doubted),
            *_ended(brief, turns, set(whole), {claim.fingerprint for claim in claims}),
        ],
        covered=[*whole, *brief.gone],
        follow_ups=[*leads(claims), *_rest(brief.left + len(late))],
        metrics={"files": len(there), "reports": len(reports), "findings": len(claims)},
        rows={"looks": [_look(due, missing) for due in brief.files]},
    )


async def _turns(tools: Tools, brief: Hunt, there: Mapping[str, Source]) -> list[Turn]:
    """Of all analysers that have something to look at, over one copy of the code."""
    asked = [due for due in brief.files if due.file.path in there]
    turns = []
    async with tools.workspace() as workspace:
        room = Room(workspace, LIMITS.memory_mib, tools.seconds_left, tools.log)
        for name in _present():
            wanted = (there[due.file.path] for due in asked if due.asks(name))
            turn = Turn(LINTERS[name], list(filter(LINTERS[name].reads, wanted)))
            if turn.wanted:
                await turn.take(room)
                turns.append(turn)
    return turns


def _missing(turns: Sequence[Turn], there: Mapping[str, Source]) -> dict[str, list[str]]:
    """The analysers that did not get through a file, by its path, or are not here."""
    missing: dict[str, list[str]] = defaultdict(list)
    absent = [linter for linter in LINTERS.values() if not linters.is_installed(linter)]
    for linter in absent:
        for source in filter(linter.reads, there.values()):
            missing[source.path].append(linter.name)
    for turn in turns:
        for path in turn.missed:
            missing[path].append(turn.linter.name)
    return missing


def _look(due: Due, missing: Mapping[str, Sequence[str]]) -> Look:
    return Look(due.file.path, looks.told(due.content, missing.get(due.file.path, ())))


def _ended(
    brief: Hunt, turns: Sequence[Turn], whole: set[str], still: set[str]
) -> Iterator[Change]:
    """Where only some analysers got through a file, what they found before and not now is fixed;
    of the others nothing is known."""
    through = {(turn.linter.prefix, path) for turn in turns for path in turn.through}
    for each in brief.known:
        if each.path in whole or each.fingerprint in still:
            continue
        if (each.rule.partition("/")[0], each.path) in through:
            yield Change(each.fingerprint, ENDED, state="fixed")


def _rest(left: int) -> list[FollowUp]:
    if not left:
        return []
    return [FollowUp(NAME, Subject(), f"{left} files were not looked at yet", expected=0.3)]


def _summary(files: int, turns: Sequence[Turn], found: int, left: int) -> str:
    ran = [turn.linter.name for turn in turns if turn.through]
    with_tools = ", ".join(ran) or "no analyser"
    said = f"Looked at {many(files, 'file')} with {with_tools}: {many(found, 'finding')}."
    for turn in turns:
        if turn.problems:
            said += f" {turn.problems[-1]}."
    return said + (f" {many(left, 'file follows', 'files follow')}." if left else "")
