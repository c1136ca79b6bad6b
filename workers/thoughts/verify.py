"""Run a repository's own tests, and report what they show to be broken.

A test that fails is a bug only if it fails each time, in another order and alone in a file of its
own, and not because of what the sandbox lacks. Evidence: reproduced. No model is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db.findings import Claim, Severity
from core.db.thoughts import Subject
from workers.runners import RUNNERS
from workers.runners.base import Place, Runner, Suite
from workers.runners.trial import Cause, Trial
from workers.thoughts.base import Brief, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "verify"
LIMITS = Limits(wall_seconds=480, cpu_seconds=800, memory_mib=2048)
RULE = "failing-test"


@dataclass(frozen=True, slots=True)
class Tests(Brief):
    """Suites by language, and the definitions of the files that they test."""

    suites: dict[str, Suite]
    places: dict[str, tuple[Place, ...]]


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing can be executed, or there are no tests."""
    if not read.has_sandbox or subject.kind != "repository":
        return None
    files = await read.files()
    suites = {
        language: suite
        for language, runner in RUNNERS.items()
        if (suite := runner.suite(read.code, [file.path for file in files]))
        and (suite.targets or suite.shown)
    }
    if not suites:
        return None
    sources = {path for suite in suites.values() for path in suite.files}
    places = {path: await _places(read, path) for path in sorted(sources)}
    return Tests(digest(*(f"{file.path} {file.blob_id}" for file in files)), suites, places)


async def _places(read: Reader, path: str) -> tuple[Place, ...]:
    return tuple(
        Place(path, each.qualified, each.start_line, each.end_line)
        for each in await read.definitions(path)
    )


async def run(tools: Tools, brief: Tests) -> Outcome:
    outcomes = [
        await _tested(tools, RUNNERS[language], suite, brief)
        for language, suite in brief.suites.items()
    ]
    return Outcome(
        " ".join(each.summary for each in outcomes),
        claims=[claim for each in outcomes for claim in each.claims],
        covered=[path for each in outcomes for path in each.covered],
        metrics={name: value for each in outcomes for name, value in each.metrics.items()},
    )


async def _tested(tools: Tools, runner: Runner, suite: Suite, brief: Tests) -> Outcome:
    """Tests; then the examples of the documentation, where no test shows what is wrong."""
    trials = [await _tried(tools, runner, suite, brief, examples=False)]
    if suite.shown and not trials[0][1]:
        trials.append(await _tried(tools, runner, suite, brief, examples=True))
    claims = [_claim(tools.code, cause) for _, causes in trials for cause in causes]
    passed = sum(trial.passed for trial, _ in trials)
    failed = sum(len(trial.failing) for trial, _ in trials)
    return Outcome(
        _summary(passed, failed, [each.message for each in claims]),
        claims=claims,
        covered=suite.files if trials[0][0].whole else (),
        metrics={"tests_passed": float(passed), "tests_failed": float(failed)},
    )


async def _tried(
    tools: Tools, runner: Runner, suite: Suite, brief: Tests, *, examples: bool
) -> tuple[Trial, list[Cause]]:
    async with tools.workspace() as workspace:
        trial = Trial(runner, workspace, tools.code, suite, brief.places, tools.log, examples)
        return trial, await trial.causes(tools.seconds_left() - 20)


def _summary(passed: int, failed: int, messages: Sequence[str]) -> str:
    said = f"{passed} tests passed, and {failed} failed each time they were run."
    return " ".join([said, *messages[:3]])


def _claim(code: Path, cause: Cause) -> Claim:
    """Reproduced where a test that stands alone shows it; a guess otherwise."""
    place, test = cause.suspect.place, cause.test
    said = test.message.strip().splitlines() or [""]
    what = f"{test.kind.rpartition('.')[2]}: {said[0]}"[:300].rstrip(": ")
    return Claim(
        fingerprint(RULE, place.path, place.symbol, ""),
        RULE,
        _severity(cause),
        "reproduced" if cause.reproducer else "suspected",
        place.path,
        cause.suspect.start_line,
        cause.suspect.end_line,
        f"`{place.symbol}` does not do what `{test.id}` asks of it: {what}",
        symbol=place.symbol,
        explanation=_explanation(cause),
        reproducer=cause.reproducer,
        content=digest(_text(code, place.path, place.start_line, place.end_line)),
    )


def _severity(cause: Cause) -> Severity:
    """What breaks much, or ends in an exception of the code itself, weighs more."""
    raised = bool(cause.test.frames) and cause.test.frames[-1].path == cause.suspect.place.path
    return "high" if raised or len(cause.tests) > 3 else "medium"


def _explanation(cause: Cause) -> str:
    place, tests = cause.suspect.place, cause.tests
    listed = "\n".join(f"- `{test}`" for test in tests[:10])
    more = f"\n- and {len(tests) - 10} more" if len(tests) > 10 else ""
    return (
        f"These tests failed each time they were run, in their own order and backwards:\n\n"
        f"{listed}{more}\n\nOf what they ran, `{place.symbol}` ({place.path}, lines "
        f"{cause.suspect.start_line} to {cause.suspect.end_line}) is what passing tests ran least "
        f"(suspicion {cause.suspect.score:.2f} of 1)."
    )


def _text(code: Path, path: str, start: int, end: int) -> str:
    target = code / path
    if target.is_symlink() or not target.is_file():
        return ""
    return "\n".join(target.read_text(errors="replace").splitlines()[start - 1 : end])
