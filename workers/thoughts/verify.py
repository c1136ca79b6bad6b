"""Run tests, and believe what they show each time.

About a repository: its own tests, and the examples of its documentation. What fails is a bug only
if it fails each time, in another order, elsewhere and alone in a file of its own, and not because
of what the sandbox lacks. About a finding: its reproducer, five times over; and its patch, by what
it mends and what it breaks, and by the tests that it brings. That a test fails settles a suspicion
only if that was what it lacked.
Which lines tests run is measured apart: a run that shows a bug is not to wait for it.
Evidence: reproduced. No model is used.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.db.findings import Change, Finding
from core.db.signals import Signal
from core.db.thoughts import Subject
from core.words import many
from workers.runners import RUNNERS
from workers.runners.base import Place, Ran, Runner, Suite, Wanted
from workers.runners.comparison import TIMES, Repeated, applied, asked, compared, repeated
from workers.runners.trial import Cause, Trial
from workers.sandbox import Workspace
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.failing_tests import claim as failing_test
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "verify"
LIMITS = Limits(wall_seconds=480, cpu_seconds=800, memory_mib=2048)
HOLDS = "patch_holds"
"""The metric that says whether a finding's patch held in a run: 1 or 0."""
_UNSEEN = frozenset({"broken-promise"})
"""Rules of suspicions that lack nothing but a run that shows them."""
_REPLACING = re.compile(r"\bmock|\bMock|monkeypatch|\bpatch[.(]|\bsetattr\(|jest\.fn|vi\.fn|spyOn")
_TRACED_SECONDS = 60.0
LINES = "lines"
"""The note of a subject: not what fails is asked, but which lines tests run."""
_PERHAPS_MEANT = re.compile(r"changed-outcome$|broken-(?!promise$)")
"""What fails for sure, and may be meant so all the same: no further run decides that."""


@dataclass(frozen=True, slots=True)
class Tests(Brief):
    """Suites by language, and the definitions of the files that they test; or the finding that is
    to be verified, in a language. `lines` says that it is asked which of them tests run, `reported`
    are files whose coverage somebody else measures."""

    suites: dict[str, Suite]
    places: dict[str, tuple[Place, ...]]
    commit: str = ""
    lines: bool = False
    reported: frozenset[str] = frozenset()
    finding: Finding | None = None


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing can be executed, or there are no tests."""
    if not read.has_sandbox:
        return None
    files = await read.files()
    suites = {
        language: suite
        for language, runner in RUNNERS.items()
        if (suite := runner.suite(read.code, [file.path for file in files]))
    }
    code = [f"{file.path} {file.blob_id}" for file in files]
    if subject.kind == "finding":
        return await _about(read, subject, suites, code)
    suites = {name: suite for name, suite in suites.items() if suite.targets or suite.shown}
    if not suites:
        return None
    if subject.note == LINES:
        return await _of_lines(read, suites, code)
    sources = {path for suite in suites.values() for path in suite.files}
    places = {path: await _places(read, path) for path in sorted(sources)}
    return Tests(digest(*code), suites, places)


async def _of_lines(read: Reader, suites: dict[str, Suite], code: list[str]) -> Brief:
    known = [each for each in await read.signals("coverage") if not each.measures.get("sandbox")]
    reported = frozenset(each.path for each in known)
    return Tests(digest(LINES, *code), suites, {}, read.commit, True, reported)


async def _about(
    read: Reader, subject: Subject, suites: dict[str, Suite], code: list[str]
) -> Brief | None:
    found = await read.finding(subject.finding)
    if found is None or not (found.reproducer or found.patch):
        return None
    languages = {file.path: file.language for file in await read.files()}
    language = languages.get(found.path, "")
    if language not in suites:
        return None
    about = (found.fingerprint, found.reproducer or "", found.patch or "", found.evidence)
    content = digest(*code, *about)
    return Tests(content, {language: suites[language]}, {}, finding=found)


async def _places(read: Reader, path: str) -> tuple[Place, ...]:
    return tuple(
        Place(path, each.qualified, each.start_line, each.end_line)
        for each in await read.definitions(path)
    )


async def run(tools: Tools, brief: Tests) -> Outcome:
    if brief.finding is not None:
        ((language, suite),) = brief.suites.items()
        return await _again(tools, RUNNERS[language], suite, brief.finding)
    one = _measured if brief.lines else _tested
    outcomes: list[Outcome] = []
    for language, suite in brief.suites.items():
        # What one language leaves of its time is the next one's.
        seconds = (tools.seconds_left() - 20) / (len(brief.suites) - len(outcomes))
        outcomes.append(await one(tools, RUNNERS[language], suite, brief, seconds))
    return Outcome(
        " ".join(each.summary for each in outcomes),
        claims=[claim for each in outcomes for claim in each.claims],
        follow_ups=[mend for each in outcomes for mend in each.follow_ups],
        covered=[path for each in outcomes for path in each.covered],
        metrics={name: value for each in outcomes for name, value in each.metrics.items()},
        rows={"signals": [each for made in outcomes for each in made.rows.get("signals", ())]},
    )


async def _again(tools: Tools, runner: Runner, suite: Suite, found: Finding) -> Outcome:
    """The reproducer, where there is one, five times; and with the patch, where there is one, all
    tests too."""
    changes: list[Change] = []
    metrics: dict[str, float] = {}
    mends: list[FollowUp] = []
    fails = True
    async with tools.workspace() as before:
        if found.reproducer:
            seen = await repeated(runner, before, suite, found.reproducer, 120)
            fails = seen.failed == TIMES
            doubt = await _doubt(runner, before, found) if fails else ""
            changes.append(_verdict(found, seen, doubt))
            metrics = {"reproducer_failed": seen.failed, "reproducer_passed": seen.passed}
            ask = not found.patch and fails and not doubt
            mends = [_mend(found.path, found.fingerprint)] if ask else []
        if found.patch and fails:
            async with tools.workspace() as after:
                changes.append(await _patched(tools, runner, suite, found, (before, after)))
            metrics[HOLDS] = float(changes[-1].patch_state == "verified")
    said = " ".join(change.said for change in changes)
    return Outcome(said, changes=changes, follow_ups=mends, metrics=metrics)


_MEASURE = FollowUp("verify", Subject(note=LINES), "where tests are blind, bugs stay", 0.05)


def _mend(path: str, finding: str) -> FollowUp:
    about = Subject("finding", path=path, finding=finding)
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


def _verdict(found: Finding, seen: Repeated, doubt: str) -> Change:
    """What fails each time without a doubt is reproduced, what passes each time is mended, the rest
    is a guess."""
    said = f"Its reproducer {seen.told}.{doubt}"
    if seen.failed == TIMES and not doubt:
        meant = found.evidence == "suspected" and _PERHAPS_MEANT.match(found.rule)
        return Change(found.fingerprint, said, evidence=None if meant else "reproduced")
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


async def _tested(
    tools: Tools, runner: Runner, suite: Suite, brief: Tests, seconds: float
) -> Outcome:
    """Tests; then the examples of the documentation, where no test shows what is wrong."""
    until = time.monotonic() + seconds
    trials = [await _tried(tools, runner, suite, brief, seconds)]
    if suite.shown and not trials[0][1]:
        left = until - time.monotonic()
        trials.append(await _tried(tools, runner, suite, brief, left, examples=True))
    claims = [failing_test(tools.code, cause) for _, causes in trials for cause in causes]
    passed = sum(trial.passed for trial, _ in trials)
    failed = sum(len(trial.failing) for trial, _ in trials)
    return Outcome(
        _summary([trial for trial, _ in trials], [each.message for each in claims]),
        claims=claims,
        follow_ups=[
            *(_mend(each.path, each.fingerprint) for each in claims if each.reproducer),
            *([_MEASURE] if trials[0][0].quick else []),
        ],
        covered=suite.files if trials[0][0].whole else (),
        metrics={"tests_passed": float(passed), "tests_failed": float(failed)},
    )


async def _measured(
    tools: Tools, runner: Runner, suite: Suite, brief: Tests, seconds: float
) -> Outcome:
    """The lines that tests run."""
    if not suite.targets:
        return Outcome("")
    async with tools.workspace() as workspace:
        ran = await runner.run(workspace, suite, Wanted(seconds, trace=True))
    signals = _signals(ran, brief)
    could, did = (sum(each.measures[name] for each in signals) for name in ("lines", "covered"))
    said = f"Tests run {did} of {could} lines." if could else "Not all tests could be run here."
    return Outcome(said, rows={"signals": signals})


def _signals(ran: Ran, brief: Tests) -> list[Signal]:
    """What tests run of each file, where all of them ran here: what the sandbox lacks would else
    look like a gap."""
    if not ran.whole or ran.absent:
        return []
    return [
        Signal("coverage", path, {"lines": lines, "covered": covered, "sandbox": 1}, brief.commit)
        for path, (lines, covered) in ran.coverage().items()
        if path not in brief.reported
    ]


async def _tried(
    tools: Tools,
    runner: Runner,
    suite: Suite,
    brief: Tests,
    seconds: float,
    *,
    examples: bool = False,
) -> tuple[Trial, list[Cause]]:
    async with tools.workspace() as workspace:
        trial = Trial(runner, workspace, tools.code, suite, brief.places, tools.log, examples)
        return trial, await trial.causes(seconds)


def _summary(trials: Sequence[Trial], messages: Sequence[str]) -> str:
    """Where nothing could be run, that is not told as if nothing had failed."""
    passed = sum(trial.passed for trial in trials)
    failed = sum(len(trial.failing) for trial in trials)
    absent = sorted({name for trial in trials for name in trial.absent})
    said = [f"{many(passed, 'test')} passed, and {failed} failed each time they were run."]
    if not any(trial.ran for trial in trials):
        said = ["No test could be run here." if absent else "No test could be run; see the log."]
    if absent:
        named = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
        said.append(f"Not installed: {named}. The settings can have packages fetched.")
    return " ".join([*said, *messages[:3]])
