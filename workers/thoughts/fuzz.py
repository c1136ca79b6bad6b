"""Feed public functions until they break, and report what no caller wants.

A harness is made of types and of real calls, and has to work on those before its crashes are
believed. A crash is made small, seen again in each of five fresh starts, and becomes a test. What
is risky or was just changed comes first; inputs that reached something new are where the next run
begins.
Evidence: reproduced where no reason was found that it may be meant so, suspected otherwise. No
model is used.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.db.findings import Claim
from core.db.fuzz_corpora import Corpus
from core.db.thoughts import Subject
from core.words import many
from workers.fuzzers import FUZZERS
from workers.fuzzers.base import Crash, Fuzzed, Plan, Target
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "fuzz"
LIMITS = Limits(wall_seconds=480, cpu_seconds=600, memory_mib=2048)
_VERSION = "1"
_MOST = 12
_SECONDS = 12.0
_SHORTEST = 4.0
_RISK = 1.5
_CHANGED = 0.7
_APART = 150.0
"""Seconds that recording, trying and replaying take."""


@dataclass(frozen=True, slots=True)
class Targets(Brief):
    """By language, the best first. `skipped` were fuzzed by runs before."""

    targets: dict[str, list[Target]]
    paths: list[str]
    skipped: int
    whole: bool
    earlier: dict[str, str | None]
    corpora: dict[str, list[bytes]] = field(default_factory=dict)


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing can be executed, or no function is worth it."""
    if not read.has_sandbox or subject.kind not in ("repository", "file", "symbol"):
        return None
    files = await read.files()
    paths = [file.path for file in files]
    found = {
        language: [each for each in fuzzer.targets(read.code, paths) if _is_about(subject, each)]
        for language, fuzzer in FUZZERS.items()
    }
    found = {language: listed for language, listed in found.items() if listed}
    if not found:
        return None
    blobs = {file.path: file.blob_id for file in files}
    names = sorted({each.path for listed in found.values() for each in listed})
    content = digest(_VERSION, subject.key, *(f"{name} {blobs.get(name)}" for name in names))
    skipped = int(subject.note) if subject.note.isdecimal() else 0
    earlier = await read.earlier()
    risks = {(risk.path, risk.symbol): risk.score for risk in await read.risks()}
    return Targets(
        content,
        {language: ranked(listed, risks, earlier) for language, listed in found.items()},
        paths,
        skipped,
        subject.kind == "repository",
        earlier,
        await read.corpora(),
    )


def ranked(
    targets: Sequence[Target],
    risks: Mapping[tuple[str, str], float],
    changed: Mapping[str, str | None],
) -> list[Target]:
    """By what a function is, how risky it or its file is, and whether its file was just changed."""

    def worth(each: Target) -> float:
        risk = risks.get((each.path, each.symbol), risks.get((each.path, ""), 0.0))
        return each.score + _RISK * risk + (_CHANGED if each.path in changed else 0.0)

    scored = [replace(each, score=worth(each)) for each in targets]
    return sorted(scored, key=lambda each: (-each.score, each.path, each.start_line))


def _is_about(subject: Subject, target: Target) -> bool:
    if subject.kind == "repository":
        return True
    same = target.path == subject.path
    return same and (subject.kind == "file" or target.symbol == subject.symbol)


async def run(tools: Tools, brief: Targets) -> Outcome:
    results: list[Fuzzed] = []
    for at, (language, targets) in enumerate(brief.targets.items()):
        if at and tools.seconds_left() < _APART:
            tools.log(f"{language}: there is no time left")
            continue
        async with tools.workspace() as workspace:
            plan = _plan(tools, brief, targets, len(brief.targets) - at)
            results += await FUZZERS[language].fuzz(workspace, plan, tools.log)
    claims = _once([claimed(tools.code, each, crash) for each in results for crash in each.crashes])
    return Outcome(
        _summary(results, claims),
        claims=claims,
        follow_ups=_rest(brief, results),
        metrics=_metrics(results),
        rows={"fuzz_corpora": [Corpus(e.target.name, e.corpus) for e in results if e.corpus]},
    )


def _plan(tools: Tools, brief: Targets, targets: Sequence[Target], languages: int) -> Plan:
    """`languages` have to share what is left."""
    left = (tools.seconds_left() - _APART) / languages
    most = max(1, min(_MOST, len(targets), int(left / _SHORTEST)))
    seconds = min(_SECONDS, max(_SHORTEST, left / most))
    return Plan(
        tools.code,
        brief.paths,
        targets,
        seconds,
        most,
        skipped=brief.skipped,
        until=time.monotonic() + (tools.seconds_left() - _APART / 2) / languages,
        corpora=brief.corpora,
        earlier=brief.earlier,
    )


def _once(claims: Sequence[Claim]) -> list[Claim]:
    """One for each place and kind, the surest."""
    found: dict[str, Claim] = {}
    for claim in claims:
        known = found.get(claim.fingerprint)
        if known is None or (claim.evidence, known.evidence) == ("reproduced", "suspected"):
            found[claim.fingerprint] = claim
    return list(found.values())


def claimed(code: Path, fuzzed: Fuzzed, crash: Crash) -> Claim:
    """What a crash comes to; `code` is the folder that was fuzzed."""
    target, frame = fuzzed.target, crash.frames[-1]
    line = _line(code, frame.path, frame.line)
    rule = f"hang/{target.symbol}" if crash.kind == "Hang" else f"crash/{crash.kind}"
    ends = "does not come back" if crash.kind == "Hang" else f"ends in {crash.kind}"
    said = f": {crash.message}" if crash.message and crash.kind != "Hang" else ""
    return Claim(
        fingerprint(rule, frame.path, "", line),
        rule.partition("/")[0] if crash.kind == "Hang" else rule,
        "high" if crash.kind == "Hang" else "medium" if not crash.doubts else "low",
        "reproduced" if crash.reproducer and not crash.doubts else "suspected",
        frame.path,
        frame.line,
        frame.line,
        f"`{_short(crash.call)}` {ends}{said}"[:500],
        symbol=target.symbol if frame.path == target.path else "",
        explanation=_explanation(fuzzed, crash),
        reproducer=crash.reproducer or None,
        content=digest(line),
    )


def _short(call: str) -> str:
    told = call.replace("`", "'")
    return told if len(told) <= 160 else told[:150] + "…)"


def _explanation(fuzzed: Fuzzed, crash: Crash) -> str:
    way = "\n".join(f"- `{each.path}:{each.line}` in `{each.symbol}`" for each in crash.frames[-6:])
    told = (
        f"`{fuzzed.target.symbol}` was called {fuzzed.executions:,} times with arguments of the "
        f"types that it takes; {fuzzed.returned:,} calls came back, {fuzzed.refused:,} were "
        f"refused with an error raised on purpose, and {crash.times:,} ended here:\n\n{way}\n\n"
        f"The smallest call that shows it, the same in each of five fresh starts:\n\n"
        f"    {_short(crash.call)}\n"
    )
    if crash.new:
        told += "\nBefore the last change the same call came back."
    if crash.doubts:
        return told + "\nIt may be meant so: " + "; ".join(crash.doubts) + "."
    return told + "\nThe function should return, or say what is wrong with its input."


def _line(code: Path, path: str, line: int) -> str:
    target = code / path
    if target.is_symlink() or not target.is_file() or not target.resolve().is_relative_to(code):
        return ""
    lines = target.read_text(errors="replace").splitlines()
    return lines[line - 1] if 0 < line <= len(lines) else ""


def _summary(results: Sequence[Fuzzed], claims: Sequence[Claim]) -> str:
    done = [each for each in results if each.executions]
    if not done:
        why = next((each.why for each in results if each.why), "nothing says what they take")
        return f"No function was called: {why[:200]}."
    calls = sum(each.executions for each in done)
    shown = sum(claim.evidence == "reproduced" for claim in claims)
    told = f"{many(len(done), 'function was', 'functions were')} called {calls:,} times; "
    if not claims:
        return told + "nothing broke."
    return told + f"{len(claims)} broke in a way that may be a bug, {shown} of them surely."


def _rest(brief: Targets, results: Sequence[Fuzzed]) -> list[FollowUp]:
    """The next functions, where there are more."""
    waiting = sum(each.why == "others come first" for each in results)
    after = brief.skipped + sum(bool(each.executions) for each in results)
    if not brief.whole or waiting <= brief.skipped or after == brief.skipped:
        return []
    about = Subject(note=str(after))
    return [FollowUp("fuzz", about, f"{waiting} functions were not fuzzed yet", 0.05)]


def _metrics(results: Sequence[Fuzzed]) -> dict[str, float]:
    done = [each for each in results if each.executions]
    valid = [each for each in results if not each.why or each.why == "others come first"]
    return {
        "functions": float(len(results)),
        "harnesses": float(len(valid)),
        "functions_fuzzed": float(len(done)),
        "executions": float(sum(each.executions for each in done)),
        "executions_per_second": sum(each.executions for each in done)
        / max(0.1, sum(each.seconds for each in done)),
    }
