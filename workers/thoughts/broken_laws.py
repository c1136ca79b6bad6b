"""What broken laws come to: tests that stand alone, one claim for each file that is to blame."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from core.db.findings import Claim
from workers.probers import PROBERS
from workers.probers.base import Broken
from workers.probers.doubts import doubts
from workers.runners import RUNNERS
from workers.thoughts.base import digest, fingerprint
from workers.thoughts.last_commit import Before, holds
from workers.thoughts.tools import Tools

_SECONDS = 60.0
_TIMES = 3
_ALONE_SECONDS = 30.0
_MOST_FILES = 6
_MOST_TRIES = 3
_ALSO = 8


async def claimed(
    tools: Tools, languages: Collection[str], paths: Sequence[str], last: Before
) -> list[Claim]:
    """The laws of these languages are tried on the code; what is broken each time, alone, is
    reproduced unless there is a doubt. What held before the `last` commit is not doubted, where
    nobody says that it should no longer hold."""
    claims: list[Claim] = []
    for language in languages:
        async with tools.workspace() as workspace:
            prober = PROBERS[language]
            found = await prober.probe(workspace, tools.code, paths, _SECONDS, tools.log)
        for each in found:
            tools.log(f"{each.path} {each.symbol}: not so: {each.says}; {'; '.join(doubts(each))}")
        for listed in _by_file(found)[:_MOST_FILES]:
            claims += await _shown(tools, language, listed, last, paths)
    return claims


def _by_file(found: Sequence[Broken]) -> list[list[Broken]]:
    """What one bug breaks is mostly in one file; the surest and shortest first."""
    ordered = sorted(found, key=lambda each: each.path)
    groups = [list(group) for _, group in groupby(ordered, key=lambda each: each.path)]
    for group in groups:
        group.sort(key=lambda each: (len(doubts(each)), len(each.shown), each.line))
    return sorted(groups, key=lambda group: (len(doubts(group[0])), -len(group)))


async def _shown(
    tools: Tools, language: str, listed: Sequence[Broken], last: Before, paths: Sequence[str]
) -> list[Claim]:
    """The first that fails alone stands for all of them, but for what runs nothing that it runs."""
    shown = await _first(tools, language, listed)
    shown += [each for one in shown for each in await _apart(tools, language, one, listed, paths)]
    claims = []
    for each in shown:
        held = await _held(tools, language, each, last)
        others = [other for other in listed if other not in shown]
        claims.append(_claim(tools.code, each, others, last.commit if held else ""))
    return claims


async def _first(tools: Tools, language: str, listed: Sequence[Broken]) -> list[Broken]:
    for each in listed[:_MOST_TRIES]:
        if await _fails(tools, language, each.test):
            return [each]
        tools.log(f"{each.symbol}: a test of its own did not show it")
    return []


async def _apart(
    tools: Tools, language: str, one: Broken, listed: Sequence[Broken], paths: Sequence[str]
) -> list[Broken]:
    """What is sure, and cannot have the same cause, for no line of the code is run by both."""
    others = [each for each in listed if each.symbol != one.symbol and not doubts(each)]
    found: list[Broken] = []
    seen = await _lines(tools, language, one, paths) if others else set()
    for each in others[:_MOST_TRIES]:
        lines = await _lines(tools, language, each, paths)
        if lines and lines.isdisjoint(seen) and await _fails(tools, language, each.test):
            found.append(each)
            seen |= lines
    return found


async def _lines(
    tools: Tools, language: str, broken: Broken, paths: Sequence[str]
) -> set[tuple[str, int]]:
    """The lines of code that the test of a broken law runs."""
    ending = PurePosixPath(broken.path).suffix
    trace = [path for path in paths if path.endswith(ending)]
    async with tools.workspace() as workspace:
        ran = await RUNNERS[language].alone(workspace, broken.test, _ALONE_SECONDS, trace)
    lines = ((path, line, ran.lines[path][line]) for path in ran.lines for line in ran.lines[path])
    return {(path, line) for path, line, tests in lines if tests}


async def _fails(tools: Tools, language: str, text: str) -> bool:
    """Whether it fails by its own assertion, each time in a new copy."""
    for _ in range(_TIMES):
        async with tools.workspace() as workspace:
            ran = await RUNNERS[language].alone(workspace, text, _ALONE_SECONDS)
        failed = ran.of("failed")
        if not failed or not all(test.kind.endswith("AssertionError") for test in failed):
            return False
    return True


async def _held(tools: Tools, language: str, broken: Broken, last: Before) -> bool:
    """Of what is doubted: whether the law held before the last commit, which does not say why it
    should no longer."""
    if not last.changed or last.announced or not doubts(broken):
        return False
    return await holds(tools, language, broken.test, last)


def _claim(code: Path, broken: Broken, listed: Sequence[Broken], held_before: str) -> Claim:
    reasons = [] if held_before else doubts(broken)
    rule = f"broken-{broken.law}"
    return Claim(
        fingerprint(rule, broken.path, broken.symbol, broken.of),
        rule,
        "low" if reasons else "medium",
        "suspected" if reasons else "reproduced",
        broken.path,
        broken.line,
        broken.line,
        f"Not so: {broken.says}."[:500],
        symbol=broken.symbol,
        explanation=_explanation(broken, listed, reasons, held_before),
        reproducer=broken.test,
        content=digest(_text(code, broken.path)),
    )


def _explanation(
    broken: Broken, listed: Sequence[Broken], reasons: Sequence[str], held_before: str
) -> str:
    lines = "\n".join(f"    {line}" for line in broken.shown.splitlines())
    told = (
        f"It was tried {broken.held + broken.broken} times with values that the repository itself "
        f"writes down: it held {broken.held} times, and {broken.broken} times it did not. This "
        f"fails each time, alone and in a new process:\n\n{lines}\n"
    )
    others = dict.fromkeys(each.symbol for each in listed if each.symbol != broken.symbol)
    if others:
        named = ", ".join(f"`{each}`" for each in list(others)[:_ALSO])
        told += f"\nPerhaps for the same reason, {named} broke laws too.\n"
    if held_before:
        told += f"\nThe same test passes on the code as it was before commit {held_before[:9]}.\n"
    if reasons:
        told += f"\nIt may be meant so: {'; '.join(reasons)}."
    return told


def _text(code: Path, path: str) -> str:
    target = code / path
    if target.is_symlink() or not target.is_file():
        return ""
    return target.read_text(errors="replace")
