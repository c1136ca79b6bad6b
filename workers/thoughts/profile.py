"""Measure where time goes, how it grows, and what the last change made slower.

Evidence: reproduced where a test that compares times within one run shows what the last change did;
suspected for growth that was always there, which may be what the task takes. No model is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db.findings import Claim
from core.db.thoughts import Subject
from core.words import many
from workers.fuzzers.base import Target
from workers.profilers import PROFILERS
from workers.profilers.base import Growth, Profiled, Slower, Wanted
from workers.profilers.flame import flame
from workers.thoughts.base import Brief, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "profile"
LIMITS = Limits(wall_seconds=600, cpu_seconds=700, memory_mib=2048)
_VERSION = "1"
_SURE = 1.5
_STEEPER = 0.6
_MOST = 200


@dataclass(frozen=True, slots=True)
class Measured(Brief):
    """By language; `earlier` are texts of what the last commit changed, as it was before."""

    targets: dict[str, list[Target]]
    paths: list[str]
    earlier: dict[str, str | None]


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing can be executed, or there is no function to measure."""
    if not read.has_sandbox or subject.kind not in ("repository", "file", "symbol"):
        return None
    files = await read.files()
    paths = [file.path for file in files]
    found = {
        language: listed[:_MOST]
        for language, profiler in PROFILERS.items()
        if (listed := [e for e in profiler.targets(read.code, paths) if _is_about(subject, e)])
    }
    if not found:
        return None
    earlier = await read.earlier()
    blobs = sorted(f"{file.path} {file.blob_id}" for file in files)
    return Measured(digest(_VERSION, subject.key, *blobs), found, paths, earlier)


def _is_about(subject: Subject, target: Target) -> bool:
    if subject.kind == "repository":
        return True
    same = target.path == subject.path
    return same and (subject.kind == "file" or target.symbol == subject.symbol)


async def run(tools: Tools, brief: Measured) -> Outcome:
    results: list[Profiled] = []
    for language, targets in brief.targets.items():
        async with tools.workspace() as workspace:
            wanted = Wanted(
                tools.code, brief.paths, targets, brief.earlier, tools.seconds_left() - 30
            )
            results.append(await PROFILERS[language].profile(workspace, wanted, tools.log))
    claims = [_slower(tools.code, each) for result in results for each in result.slower]
    claims += [_growth(tools.code, each) for result in results for each in result.growths]
    stacks: Counter[str] = Counter()
    for result in results:
        stacks.update(result.stacks)
    return Outcome(
        _summary(results, stacks, claims),
        claims=claims,
        metrics={
            "functions_grown": float(sum(each.grown for each in results)),
            "functions_compared": float(sum(each.compared for each in results)),
            "samples": float(sum(stacks.values())),
        },
        artifacts={"flame.svg": flame(stacks).encode()} if stacks else {},
    )


def _slower(code: Path, slower: Slower) -> Claim:
    target = slower.target
    sure = bool(slower.reproducer) and slower.low >= _SURE
    times = slower.now / slower.before
    return Claim(
        fingerprint("slower", target.path, target.symbol, ""),
        "slower",
        "medium" if times > 2 * _SURE else "low",
        "reproduced" if sure else "suspected",
        target.path,
        target.start_line,
        target.end_line,
        f"`{target.symbol}` takes {times:.1f} times as long as before the last change.",
        symbol=target.symbol,
        explanation=(
            f"With the arguments of recorded calls a round takes {_told(slower.now)}; before the "
            f"last change it took {_told(slower.before)}. The ratio lies between {slower.low:.2f} "
            f"and {slower.high:.2f} (95 %, bootstrapped, both versions taking turns), in the "
            "second of two runs that agree."
        ),
        reproducer=slower.reproducer or None,
        content=_content(code, target),
    )


def _growth(code: Path, growth: Growth) -> Claim:
    target = growth.target
    new = growth.before is not None and growth.exponent - growth.before >= _STEEPER
    rows = "\n".join(f"- {size:,}: {_told(seconds)}" for size, seconds in growth.points)
    return Claim(
        fingerprint("growth", target.path, target.symbol, ""),
        "growth",
        "medium" if new else "low",
        "reproduced" if new and growth.reproducer else "suspected",
        target.path,
        target.start_line,
        target.end_line,
        f"The time of `{target.symbol}` grows with the power {growth.exponent:.1f} of its input.",
        symbol=target.symbol,
        explanation=(
            f"Sizes of the input, and the time that a call took:\n\n{rows}\n\n"
            + (
                f"Before the last change the power was {growth.before:.1f}."
                if new and growth.before is not None
                else "It may be what the task takes; it matters where the input comes from outside."
            )
        ),
        reproducer=growth.reproducer or None,
        content=_content(code, target),
    )


def _told(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _content(code: Path, target: Target) -> str:
    file = code / target.path
    if file.is_symlink() or not file.is_file():
        return ""
    lines = file.read_text(errors="replace").splitlines()
    return digest("\n".join(lines[target.start_line - 1 : target.end_line]))


def _summary(
    results: Sequence[Profiled], stacks: Mapping[str, int], claims: Sequence[Claim]
) -> str:
    grown = sum(each.grown for each in results)
    compared = sum(each.compared for each in results)
    told = f"{many(grown, 'function was', 'functions were')} measured, "
    told += f"{compared} of them against the version before"
    within: Counter[str] = Counter()
    for way, count in stacks.items():
        within[way.rpartition(";")[2]] += count
    if within:
        (hot, count), *_ = within.most_common(1)
        told += f"; tests spend most time in {hot} ({count / sum(stacks.values()):.0%})"
    return f"{told}; {many(len(claims), 'finding')}."
