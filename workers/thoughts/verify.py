"""Run tests, and believe what they show each time.

About a repository: its own tests, and the examples of its documentation. What fails is a bug only
if it fails each time, in another order, elsewhere and alone in a file of its own, and not because
of what the sandbox lacks. About a finding: its reproducer, five times over; and its patch, by what
it mends and what it breaks, and by the tests that it brings. That a test fails settles a suspicion
only if that was what it lacked. About findings that tests show: which of them have one cause.
Which lines tests run is measured apart: a run that shows a bug is not to wait for it.
Evidence: reproduced. No model is used.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.db.signals import Signal
from core.db.thoughts import Subject
from core.words import many
from workers.runners import RUNNERS
from workers.runners.base import Place, Ran, Runner, Suite, Wanted
from workers.runners.trial import Cause, Trial
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.failing_tests import claim as failing_test
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools
from workers.thoughts.verifying import cause, finding
from workers.thoughts.verifying.cause import Alike
from workers.thoughts.verifying.finding import Again

NAME = "verify"
LIMITS = Limits(wall_seconds=480, cpu_seconds=800, memory_mib=2048)
HOLDS = finding.HOLDS
LINES = "lines"
"""The note of a subject: not what fails is asked, but which lines tests run."""


@dataclass(frozen=True, slots=True)
class Tests(Brief):
    """Suites by language, and the definitions of the files that they test. `lines` says that it is
    asked which of them tests run, `reported` are files whose coverage somebody else measures."""

    suites: dict[str, Suite]
    places: dict[str, tuple[Place, ...]]
    commit: str = ""
    lines: bool = False
    reported: frozenset[str] = frozenset()


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
    if subject.note == cause.NOTE:
        return await cause.prepare(read, found, (language, suites[language]), languages, code)
    return await finding.prepare(read, found, language, suites[language], code)


async def _places(read: Reader, path: str) -> tuple[Place, ...]:
    return tuple(
        Place(path, each.qualified, each.start_line, each.end_line)
        for each in await read.definitions(path)
    )


async def run(tools: Tools, brief: Tests | Again | Alike) -> Outcome:
    if isinstance(brief, Again):
        return await finding.run(tools, brief)
    if isinstance(brief, Alike):
        return await cause.run(tools, brief)
    one = _measured if brief.lines else _tested
    outcomes: list[Outcome] = []
    for language, suite in brief.suites.items():
        # What one language leaves of its time is the next one's.
        seconds = (tools.seconds_left() - 20) / (len(brief.suites) - len(outcomes))
        outcomes.append(await one(tools, RUNNERS[language], suite, brief, seconds))
    return Outcome(
        " ".join(each.summary for each in outcomes if each.summary) or _NOTHING_RAN,
        claims=[claim for each in outcomes for claim in each.claims],
        follow_ups=[mend for each in outcomes for mend in each.follow_ups],
        covered=[path for each in outcomes for path in each.covered],
        metrics=_summed(outcomes),
        rows={"signals": [each for made in outcomes for each in made.rows.get("signals", ())]},
    )


def _summed(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Of all languages together."""
    names = {name: 0.0 for each in outcomes for name in each.metrics}
    return {name: sum(each.metrics.get(name, 0.0) for each in outcomes) for name in names}


_NOTHING_RAN = "No test could be run; see the log."
_MEASURE = FollowUp("verify", Subject(note=LINES), "where tests are blind, bugs stay", 0.05)


async def _tested(
    tools: Tools, runner: Runner, suite: Suite, brief: Tests, seconds: float
) -> Outcome:
    """Tests; then the examples of the documentation, where no test shows what is wrong."""
    until = time.monotonic() + seconds
    trials = [await _tried(tools, runner, suite, brief, seconds)]
    if suite.shown and not trials[0][1]:
        left = until - time.monotonic()
        trials.append(await _tried(tools, runner, suite, brief, left, examples=True))
    claims = [failing_test(tools.code, each) for _, causes in trials for each in causes]
    passed = sum(trial.passed for trial, _ in trials)
    failed = sum(len(trial.failing) for trial, _ in trials)
    return Outcome(
        _summary(suite, [trial for trial, _ in trials], [each.message for each in claims]),
        claims=claims,
        follow_ups=[
            *(finding.mend(each) for each in claims if each.reproducer),
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
    return Outcome(" ".join([said, *_missing(ran.absent)]), rows={"signals": signals})


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


def _summary(suite: Suite, trials: Sequence[Trial], messages: Sequence[str]) -> str:
    """Where nothing could be run, that is not told as if nothing had failed; of a language that has
    no tests, and examples that are none, nothing is told."""
    passed = sum(trial.passed for trial in trials)
    failed = sum(len(trial.failing) for trial in trials)
    absent = sorted({name for trial in trials for name in trial.absent})
    said = [f"{many(passed, 'test')} passed, and {failed} failed each time they were run."]
    if not any(trial.ran for trial in trials):
        if not suite.targets:
            return ""
        said = ["No test could be run here." if absent else _NOTHING_RAN]
    return " ".join([*said, *_missing(absent), *messages[:3]])


def _missing(absent: Sequence[str]) -> list[str]:
    if not absent:
        return []
    named = ", ".join(absent[:5]) + (", …" if len(absent) > 5 else "")
    return [f"Not installed: {named}. The settings can have packages fetched."]
