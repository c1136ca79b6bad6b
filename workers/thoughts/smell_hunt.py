"""Smell hunt: what analysers find in files that changed since they were looked at last.

Evidence: `proven` for a named rule that is right about what the code does, `suspected` for one that
may be wrong. Limits: a batch of files a run; what is left follows. It needs no model.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.db.findings import Change, Claim
from core.db.looks import Look
from core.db.rule_votes import Standing
from core.db.thoughts import Subject
from core.redact import redact
from workers import linters
from workers.linters import LINTERS, dead_code, telling
from workers.linters.base import Broken, Desk, Linter, Part, Report, Source
from workers.linters.merge import Smell, merged
from workers.linters.patch import mended
from workers.linters.places import quiet
from workers.sandbox import Limits as SandboxLimits
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import File, Reader
from workers.thoughts.tools import Tools

NAME = "smell_hunt"
LIMITS = Limits(wall_seconds=420, cpu_seconds=300, memory_mib=2048)

MOST_FILES = 300
MOST_BYTES = 3_000_000
LARGEST = 400_000
MOST_LEADS = 10
LINTER_SECONDS = 120.0
LEAST_SECONDS = 5.0
DOUBTED = "People found too much of what its rule finds useless, so that it is merely suspected."


@dataclass(frozen=True, slots=True)
class Hunt(Brief):
    """`files` are to be looked at now; `left` is how many follow. `gone` are paths with open
    findings that are no more, `doubted` findings whose rule lost people's trust, `added` the lines,
    by path, that the diff at hand adds."""

    files: tuple[File, ...]
    looks: tuple[Look, ...]
    parts: Mapping[str, tuple[Part, ...]]
    added: Mapping[str, frozenset[int]]
    standing: Mapping[str, Standing]
    gone: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    left: int = 0
    unused: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where all that there is was looked at, or nothing can be executed."""
    if not read.has_sandbox:
        return None
    files = [file for file in await read.files() if quiet(file.path) != "fixtures"]
    paths = await _of_subject(read, subject)
    known = await read.looked(NAME)
    due = [
        (file, content)
        for file in files
        if (paths is None or file.path in paths)
        and known.get(file.path) != (content := _content(file))
    ]
    standing = {each.rule: each.standing for each in await read.rule_votes(NAME)}
    gone, doubted = await _known(read, standing)
    if not due and not gone and not doubted:
        return None
    batch = await asyncio.to_thread(_batch, read.code, due)
    outlines = await read.outlines([file.path for file, _ in batch])
    parts = {
        path: tuple(
            Part(each.qualified, each.kind, each.start_line, each.end_line) for each in found
        )
        for path, found in outlines.items()
    }
    return Hunt(
        digest(*(f"{file.path}\0{content}" for file, content in batch), *gone, *doubted),
        files=tuple(file for file, _ in batch),
        looks=tuple(Look(file.path, content) for file, content in batch),
        parts=parts,
        added=await _added(read, subject, [file.path for file, _ in batch]),
        standing=standing,
        gone=gone,
        doubted=doubted,
        left=len(due) - len(batch),
        unused=await _unused(read, [file for file, _ in batch], parts),
    )


async def _of_subject(read: Reader, subject: Subject) -> set[str] | None:
    """The paths that a subject means; None for all."""
    if subject.kind == "diff":
        changed = await read.changed(subject.before, subject.after)
        return {os.fsdecode(each.path) for each in changed}
    return {subject.path} if subject.path else None


def _content(file: File) -> str:
    return digest(str(file.blob_id), linters.version(), *_present())


def _present() -> list[str]:
    """What can be run here: a tool that is installed later looks at everything."""
    return [name for name, linter in LINTERS.items() if linters.is_installed(linter)]


def _batch(code: Path, due: Sequence[tuple[File, str]]) -> list[tuple[File, str]]:
    """As much as one run can look at; code that people run before tests and examples."""
    batch: list[tuple[File, str]] = []
    size = 0
    for file, content in sorted(due, key=lambda each: (quiet(each[0].path) != "", each[0].path)):
        try:
            size += min((code / file.path).stat().st_size, LARGEST)
        except (OSError, ValueError):
            size += 0
        if batch and (len(batch) >= MOST_FILES or size > MOST_BYTES):
            break
        batch.append((file, content))
    return batch


async def _known(
    read: Reader, standing: Mapping[str, Standing]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of open findings: paths that are no more, and fingerprints of what rules prove that people
    do not trust any more."""
    there = {file.path for file in await read.files()}
    found = await read.findings(state=["open"], thought=[NAME])
    doubted = [
        each.fingerprint
        for each in found
        if each.evidence == "proven" and standing.get(each.rule, "good") != "good"
    ]
    return tuple(sorted({each.path for each in found} - there)), tuple(sorted(doubted))


async def _unused(
    read: Reader, files: Sequence[File], parts: Mapping[str, tuple[Part, ...]]
) -> dict[str, tuple[Part, ...]]:
    found = await asyncio.to_thread(_sources, read.code, files)
    sources = [replace(each, parts=parts.get(path, ())) for path, each in found.items()]
    if not any(map(dead_code.candidates, sources)):
        return {}
    return await dead_code.unused(await read.graph(), sources)


async def _added(read: Reader, subject: Subject, paths: Sequence[str]) -> dict[str, frozenset[int]]:
    if subject.kind != "diff":
        return {}
    found = {}
    for path in paths:
        before = await read.text(path, subject.before) or ""
        found[path] = added_lines(before, await read.text(path) or "")
    return found


def added_lines(before: str, after: str) -> frozenset[int]:
    """The lines of a text, 1-based, that another has not."""
    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return frozenset(
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for number in range(start, end)
    )


async def run(tools: Tools, brief: Hunt) -> Outcome:
    read = await asyncio.to_thread(_sources, tools.code, brief.files)
    sources = {
        path: replace(source, parts=brief.parts.get(path, ()), unused=brief.unused.get(path, ()))
        for path, source in read.items()
    }
    reports, ran, broken = await _reports(tools, list(sources.values()))
    smells = await asyncio.to_thread(
        merged, reports, sources, standing=brief.standing, added=brief.added
    )
    for smell in smells:
        tools.log(f"{smell.path}:{smell.start_line} {smell.strongest.name} {smell.evidence}")
    claims = _claims(smells, sources)
    unsure = [path for path, source in sources.items() if any(x.reads(source) for x in broken)]
    return Outcome(
        _summary(len(sources), ran, broken, len(claims), brief.left),
        claims=claims,
        changes=[Change(name, DOUBTED, evidence="suspected") for name in brief.doubted],
        covered=[*(each.path for each in brief.files if each.path not in unsure), *brief.gone],
        follow_ups=[*_leads(claims), *_rest(brief.left)],
        metrics={"files": len(sources), "reports": len(reports), "findings": len(claims)},
        rows={"looks": brief.looks},
    )


def _sources(code: Path, files: Iterable[File]) -> dict[str, Source]:
    found = {}
    for file in files:
        try:
            raw = (code / file.path).read_bytes()
            file.path.encode()
        except (OSError, ValueError):
            continue
        if len(raw) <= LARGEST:
            text = raw.decode(errors="replace")
            found[file.path] = Source(file.path, file.language, text, quiet(file.path))
    return found


async def _reports(
    tools: Tools, sources: list[Source]
) -> tuple[list[Report], list[str], list[Linter]]:
    """What all analysers said, the names of those that ran, and those that did not get through."""
    reports: list[Report] = []
    ran, broken = [], []
    async with tools.workspace() as workspace:
        for name, linter in LINTERS.items():
            wanted = [source for source in sources if linter.reads(source)]
            if not wanted or not linters.is_installed(linter):
                continue
            seconds = min(LINTER_SECONDS, tools.seconds_left() - LEAST_SECONDS)
            if seconds < LEAST_SECONDS:
                tools.log(f"{name} was left out: no time is left")
                broken.append(linter)
                continue
            limits = SandboxLimits(seconds, seconds, LIMITS.memory_mib, output_kib=16_384)
            try:
                found = await linter.look(Desk(workspace, limits, tools.log), wanted)
            except Broken as error:
                tools.log(f"{name} did not get through: {error}")
                broken.append(linter)
                continue
            tools.log(f"{name} looked at {len(wanted)} files: {len(found)} reports")
            ran.append(name)
            reports += found
    return reports, ran, broken


def _claims(smells: Sequence[Smell], sources: Mapping[str, Source]) -> list[Claim]:
    """The same code in the same symbol is one finding, however often it is there."""
    claims: dict[str, Claim] = {}
    for smell in smells:
        source = sources[smell.path]
        symbol, code = telling.symbol(smell, source.parts), telling.code(smell, source)
        name = fingerprint(f"smell:{smell.strongest.means.kind}", smell.path, symbol, code)
        patch = mended(source.path, source.text, smell.edits) if smell.edits else None
        claim = Claim(
            name,
            smell.strongest.name,
            smell.severity,
            smell.evidence,
            smell.path,
            smell.start_line,
            smell.end_line,
            redact(smell.strongest.message),
            symbol=symbol,
            explanation=telling.explanation(smell, source),
            patch=patch,
            content=digest(code),
        )
        claims.setdefault(name, claim)
    return list(claims.values())


def _leads(claims: Sequence[Claim]) -> list[FollowUp]:
    """Those that a test could show, and those whose mending could be tried."""
    wanted = [each for each in claims if each.severity != "low" and not quiet(each.path)]
    hypotheses = [
        FollowUp(
            "hypothesize_bug",
            Subject("finding", path=each.path, finding=each.fingerprint),
            f"{each.rule} says so: {each.message}",
            expected=0.3 if each.evidence == "proven" else 0.1,
        )
        for each in wanted[:MOST_LEADS]
    ]
    patches = [
        FollowUp(
            "draft_patch",
            Subject("finding", path=each.path, finding=each.fingerprint),
            f"{each.rule} has a fix that it calls safe",
            expected=0.5,
        )
        for each in wanted
        if each.patch
    ]
    return [*hypotheses, *patches[:MOST_LEADS]]


def _rest(left: int) -> list[FollowUp]:
    if not left:
        return []
    return [FollowUp(NAME, Subject(), f"{left} files were not looked at yet", expected=0.3)]


def _summary(files: int, ran: list[str], broken: list[Linter], found: int, left: int) -> str:
    said = f"Looked at {files} files with {', '.join(ran) or 'no analyser'}: {found} findings."
    if broken:
        said += f" {', '.join(each.name for each in broken)} did not get through."
    return said + (f" {left} files follow." if left else "")
