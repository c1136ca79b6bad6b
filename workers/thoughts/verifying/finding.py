"""About a finding: its reproducer, five times over; and its patch, by what it mends and breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.db.findings import Change, Claim, Finding
from core.db.thoughts import Subject
from workers.runners import RUNNERS
from workers.runners.base import Runner, Suite
from workers.runners.comparison import TIMES, Repeated, applied, asked, compared, repeated
from workers.sandbox import Workspace
from workers.thoughts.base import Brief, FollowUp, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

HOLDS = "patch_holds"
"""The metric that says whether a finding's patch held in a run: 1 or 0."""
_UNSEEN = frozenset({"broken-promise"})
"""Rules of suspicions that lack nothing but a run that shows them."""
_REPLACING = re.compile(r"\bmock|\bMock|monkeypatch|\bpatch[.(]|\bsetattr\(|jest\.fn|vi\.fn|spyOn")
_TRACED_SECONDS = 60.0
_PERHAPS_MEANT = re.compile(r"changed-outcome$|broken-(?!promise$)")
"""What fails for sure, and may be meant so all the same: no further run decides that."""


@dataclass(frozen=True, slots=True)
class Again(Brief):
    """`freed` says that it belonged to another finding, which was fixed."""

    finding: Finding
    language: str
    suite: Suite
    freed: bool


async def prepare(
    read: Reader, finding: Finding, language: str, suite: Suite, code: list[str]
) -> Again:
    """`code` says what the whole code is."""
    belongs = await read.finding(finding.cause) if finding.cause else None
    freed = bool(finding.cause) and (belongs is None or belongs.state == "fixed")
    about = (finding.fingerprint, finding.reproducer or "", finding.patch or "", finding.evidence)
    content = digest(*code, *about, "freed" if freed else "")
    return Again(content, finding, language, suite, freed)


async def run(tools: Tools, brief: Again) -> Outcome:
    """The reproducer, where there is one, five times; and with the patch, where there is one, all
    tests too."""
    runner, suite, found = RUNNERS[brief.language], brief.suite, brief.finding
    changes: list[Change] = []
    metrics: dict[str, float] = {}
    follow: list[FollowUp] = []
    fails = True
    async with tools.workspace() as before:
        if found.reproducer:
            seen = await repeated(runner, before, suite, found.reproducer, 120)
            fails = seen.failed == TIMES
            doubt = await _doubt(runner, before, found) if fails else ""
            changes.append(_verdict(brief, seen, doubt))
            metrics = {"reproducer_failed": seen.failed, "reproducer_passed": seen.passed}
            ask = not found.patch and fails and not doubt
            follow = [mend(found)] if ask else []
        if found.patch and fails:
            async with tools.workspace() as after:
                changes.append(await _patched(tools, runner, suite, found, (before, after)))
            metrics[HOLDS] = float(changes[-1].patch_state == "verified")
    said = " ".join(change.said for change in changes)
    return Outcome(said, changes=changes, follow_ups=follow, metrics=metrics)


def mend(found: Finding | Claim) -> FollowUp:
    """What asks for a patch."""
    about = Subject("finding", path=found.path, finding=found.fingerprint)
    return FollowUp("draft_patch", about, "it may be mended", 0.5)


async def _doubt(runner: Runner, workspace: Workspace, found: Finding) -> str:
    """Why a suspicion is still one though its test fails each time; '' where nothing is left."""
    if found.evidence != "suspected":
        return ""
    if found.rule not in _UNSEEN:
        return " That it may be meant so is still to be settled."
    assert found.reproducer is not None
    if _REPLACING.search(found.reproducer):
        return " The test puts something of its own in the place of the code."
    ran = await runner.alone(workspace, found.reproducer, _TRACED_SECONDS, trace=(found.path,))
    failed = {at for at, test in enumerate(ran.tests) if test.verdict == "failed"}
    blamed = range(found.start_line, found.end_line + 1)
    if any(failed & ran.lines.get(found.path, {}).get(line, frozenset()) for line in blamed):
        return ""
    return " The test does not run the lines in question."


def _verdict(brief: Again, seen: Repeated, doubt: str) -> Change:
    """What fails each time without a doubt is reproduced, what passes each time is mended, the rest
    is a guess. What fails though its cause was fixed has another one."""
    found, freed = brief.finding, "" if brief.freed else None
    said = f"Its reproducer {seen.told}.{doubt}"
    if seen.failed == TIMES and not doubt:
        meant = found.evidence == "suspected" and _PERHAPS_MEANT.match(found.rule)
        return Change(
            found.fingerprint, said, evidence=None if meant else "reproduced", cause=freed
        )
    if seen.passed == TIMES:
        return Change(found.fingerprint, said, state="fixed")
    return Change(found.fingerprint, said, evidence="suspected")


async def _patched(
    tools: Tools,
    runner: Runner,
    suite: Suite,
    found: Finding,
    workspaces: tuple[Workspace, Workspace],
) -> Change:
    """Good where what failed passes, what it adds passes, and nothing else breaks. Where nothing
    could be run at all, nothing speaks for it."""
    assert found.patch is not None
    before, after = workspaces
    if not await applied(after, found.patch):
        return Change(found.fingerprint, "The patch does not apply.", patch_state="refused")
    told, good = await asked(runner, after, suite, found.reproducer or "", found.patch)
    change = await compared(runner, before, after, suite, tools.seconds_left() - 30)
    tools.log(f"breaks {', '.join(change.broken) or 'nothing'}")
    good = good and not change.broken and (bool(told) or change.passing > 0)
    lines = f"{change.lines_after - change.lines_before:+d} lines run by tests"
    said = (
        f"With the patch {told}{len(change.mended)} other tests are mended, "
        f"{len(change.broken)} broken, {lines}."
    )
    return Change(found.fingerprint, said, patch_state="verified" if good else "refused")
