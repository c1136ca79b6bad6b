"""Draft a patch for a finding: a tool's own fix, a model's, or a small edit that undoes a mistake.

Nothing is believed: a draft counts as verified where the test that failed passes with it, and all
tests that passed before still do. It waits for a person. Without a model there are the first and
the third.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from core.db.findings import Change, Finding
from core.db.thoughts import Subject
from core.words import many
from workers.model import Schema
from workers.repairs import REPAIRS
from workers.repairs.base import Draft
from workers.repairs.diff import MOST_FILES, MOST_LINES, Refused, applied, told
from workers.repairs.workbench import Held, Workbench
from workers.runners import RUNNERS
from workers.runners.base import Place, Suite
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools
from workers.thoughts.verifying import cause

NAME = "draft_patch"
LIMITS = Limits(wall_seconds=420, cpu_seconds=700, model_tokens=24_000, memory_mib=2048)

_MOST_NEIGHBOURS = 40
_LARGEST = 200_000
_SHOWN_LINES = 120
_ATTEMPTS = 2
_AT_ONCE = 5
_ASIDE = ("setup.py", "noxfile.py", "tasks.py", "conftest.py")
_SCHEMA = Schema(
    "patch",
    texts(explanation="what was wrong and what the change does", diff="a unified diff"),
)


@dataclass(frozen=True, slots=True)
class Broken(Brief):
    """A finding, its language, where its tests are, the files that may be changed, and findings
    that may be the same bug."""

    finding: Finding
    language: str
    suite: Suite
    files: dict[str, str]
    place: Place
    others: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Many(Brief):
    """Findings that have no patch yet."""

    fingerprints: tuple[tuple[str, str], ...]


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing can be executed, or the finding is not of a kind that can be mended."""
    if not read.has_sandbox:
        return None
    if subject.kind != "finding":
        return await _many(read)
    finding = await read.finding(subject.finding)
    return await _broken(read, finding) if finding and _is_open(finding) else None


async def _broken(read: Reader, finding: Finding) -> Broken | None:
    files = await read.files()
    language = next((each.language for each in files if each.path == finding.path), "")
    if language not in REPAIRS or language not in RUNNERS:
        return None
    suite = RUNNERS[language].suite(read.code, [each.path for each in files])
    texts_of = await _texts(read, finding.path, suite) if suite else {}
    if suite is None or finding.path not in texts_of:
        return None
    looked_at = [f"{path}\n{text}" for path, text in sorted(texts_of.items())]
    content = digest(
        *(finding.fingerprint, finding.reproducer or "", finding.patch or ""),
        *("model" if read.has_model else "", *looked_at),
    )
    others = await cause.near(read, finding, {each.path: each.language for each in files})
    place = await _place(read, finding)
    return Broken(content, finding, language, suite, texts_of, place, others)


async def _many(read: Reader) -> Many | None:
    """What is worth a patch: what was reproduced, and what a tool knows how to mend."""
    found = await read.findings(state=["open"], evidence=["reproduced", "proven"])
    wanted = [(each.fingerprint, each.path) for each in found if _is_open(each)][:_AT_ONCE]
    return Many(digest(*(name for name, _ in wanted)), tuple(wanted)) if wanted else None


def _is_open(finding: Finding) -> bool:
    if finding.state != "open" or finding.cause:
        return False
    if finding.patch_state == "drafted":
        return bool(finding.patch)
    return finding.patch_state == "none" and bool(finding.reproducer)


async def _texts(read: Reader, path: str, suite: Suite) -> dict[str, str]:
    """The finding's file and its neighbours: never tests, configuration, or what builds."""
    folder = PurePosixPath(path).parent
    near = [each for each in suite.files if PurePosixPath(each).parent == folder and each != path]
    found: dict[str, str] = {}
    for each in [path, *near[:_MOST_NEIGHBOURS]]:
        if each not in suite.files or PurePosixPath(each).name in _ASIDE:
            continue
        text = await read.text(each)
        if text is not None and "\ufffd" not in text and len(text) <= _LARGEST:
            found[each] = text
    return found


async def _place(read: Reader, finding: Finding) -> Place:
    """The lines of the definition that the finding names; its own where there is none."""
    for each in await read.definitions(finding.path):
        if finding.symbol and each.qualified == finding.symbol:
            return Place(finding.path, finding.symbol, each.start_line, each.end_line)
    return Place(finding.path, finding.symbol, finding.start_line, finding.end_line)


async def run(tools: Tools, brief: Brief) -> Outcome:
    if isinstance(brief, Many):
        return Outcome(
            f"{many(len(brief.fingerprints), 'finding is', 'findings are')} worth a patch.",
            follow_ups=[
                FollowUp(NAME, Subject("finding", finding=name, path=path), "it may be mended", 0.5)
                for name, path in brief.fingerprints
            ],
        )
    assert isinstance(brief, Broken)
    async with tools.workspace() as workspace:
        bench = Workbench(
            RUNNERS[brief.language],
            REPAIRS[brief.language],
            workspace,
            brief.suite,
            {path: text.encode() for path, text in brief.files.items()},
            brief.finding.reproducer or "",
            tools.log,
        )
        if not await bench.examine(tools.seconds_left() * 0.3):
            return Outcome("The test of the finding does not fail here any more.")
        held = await _held(tools, brief, bench)
    if held is None:
        return Outcome("No patch was found that mends it and breaks nothing.")
    return await _outcome(tools, brief, bench, held)


async def _held(tools: Tools, brief: Broken, bench: Workbench) -> Held | None:
    """What the tool says first, then what the model says, then small edits."""
    if brief.finding.patch:
        return await _of_tool(tools, brief, bench)
    said = await _of_model(tools, brief, bench) if tools.model is not None else None
    return said or await _of_edits(tools, brief, bench)


async def _of_tool(tools: Tools, brief: Broken, bench: Workbench) -> Held | None:
    try:
        changed = applied(brief.finding.patch or "", brief.files)
    except Refused as refused:
        tools.log(str(refused))
        return None
    return await bench.holds(_draft(f"the fix of {brief.finding.rule}", changed), 120)


async def _of_model(tools: Tools, brief: Broken, bench: Workbench) -> Held | None:
    refusal = ""
    for _ in range(_ATTEMPTS):
        reply = await asked(
            tools,
            NAME,
            _SCHEMA,
            system={"lines": MOST_LINES, "files": MOST_FILES},
            user=_shown(brief, refusal),
        )
        if not reply:
            return None
        try:
            changed = applied(str(reply.get("diff", "")), brief.files)
        except Refused as refused:
            refusal = str(refused)
            tools.log(f"The model's diff was refused: {refusal}")
            continue
        held = await bench.holds(_draft(_sentence(reply.get("explanation")), changed), 120)
        if held is not None:
            return held
        refusal = "With it the failing test still fails, or other tests break."
        tools.log(refusal)
    return None


def _shown(brief: Broken, refusal: str) -> dict[str, Any]:
    finding = brief.finding
    text = brief.files[finding.path].splitlines()
    start = max(0, brief.place.start_line - 1 - _SHOWN_LINES // 2)
    near = "\n".join(text[start : max(start + 2 * _SHOWN_LINES, brief.place.end_line)])
    return {
        "message": finding.message,
        "explanation": finding.explanation[:3_000],
        "test": (finding.reproducer or "")[:6_000],
        "files": [(finding.path, near[:20_000])],
        "refusal": refusal,
    }


def _sentence(said: object) -> str:
    """What a model said, as one line of plain text."""
    letters = "".join(each if each.isprintable() else " " for each in str(said or ""))
    return " ".join(letters.split())[:300] or "a model's patch"


async def _of_edits(tools: Tools, brief: Broken, bench: Workbench) -> Held | None:
    """The edit that mends most of what fails; among equals, the one that seemed best."""
    if not bench.test:
        return None
    drafts = bench.drafts(bench.suspicion(brief.place))
    passing = await bench.passes(drafts, min(120.0, tools.seconds_left() * 0.4))
    best: Held | None = None
    for draft in passing:
        if tools.seconds_left() < 60:
            break
        held = await bench.holds(draft, tools.seconds_left() - 30)
        if held and (best is None or held.mended > best.mended):
            best = held
        if best and best.mended == len(bench.failing):
            break
    return best


def _draft(kind: str, changed: dict[str, str]) -> Draft:
    return Draft(kind, {path: text.encode() for path, text in changed.items()})


async def _outcome(tools: Tools, brief: Broken, bench: Workbench, held: Held) -> Outcome:
    """Verified where tests stood by; a patch that nothing else was tried on is only a draft. What
    it mends besides is the same bug."""
    changed = {path: raw.decode() for path, raw in held.draft.files.items()}
    verified = held.passed > 0
    said = _said(bench, held)
    patch = told(changed, brief.files)
    patched = replace(brief.finding, patch=patch)
    others = brief.others if verified else ()
    same = await cause.mended(tools, RUNNERS[brief.language], patched, others, changed)
    return Outcome(
        f"A patch for `{brief.finding.symbol or brief.finding.path}` waits for a person: {said}",
        changes=[
            Change(
                brief.finding.fingerprint,
                said,
                patch=patch,
                patch_state="verified" if verified else "drafted",
            ),
            *same,
        ],
        metrics={"tests_passed": float(held.passed), "tests_mended": float(held.mended)},
    )


def _said(bench: Workbench, held: Held) -> str:
    does = "the test that failed passes" if bench.test else "it was applied"
    rest = f", and {held.passed} tests that passed still do" if held.passed else ""
    passes = "passes" if held.mended == 1 else "pass"
    more = f"; {held.mended} more that failed {passes} now" if held.mended else ""
    return f"{held.draft.kind}: {does}{rest}{more}."
