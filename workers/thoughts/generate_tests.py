"""Write tests, and keep those that are worth having.

About a file: tests of what its names promise, with values that its own tests give it. Those that
pass ten times and run a line that no test ran are offered as a patch (evidence: proven); a law of
the language that is broken is reported (reproduced), another promise is a suspicion. About a
suspicion: a test that fails if it is right (by a model); what it shows goes on to be verified.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.db.findings import Change, Claim, Evidence, Finding
from core.db.thoughts import Subject
from core.words import many
from workers.model import Schema
from workers.oracles import ORACLES
from workers.oracles.base import Promise
from workers.runners import RUNNERS
from workers.runners.base import Ended, Ran, Runner, Suite
from workers.runners.offers import PASSES, Offer, Offers
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "generate_tests"
LIMITS = Limits(wall_seconds=300, cpu_seconds=300, model_tokens=40_000, memory_mib=2048)
_SCHEMA = Schema("test", texts(test="the text of the file"))
_ATTEMPTS = 2
_TIMES = 3
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Suspicion(Brief):
    """A finding that no run shows yet, with the text of the definition that it is about."""

    finding: Finding
    text: str
    language: str
    suite: Suite


@dataclass(frozen=True, slots=True)
class Promises(Brief):
    """Of one file."""

    path: str
    promises: tuple[Promise, ...]
    starts: dict[str, int]
    language: str
    suite: Suite


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    found = await read.finding(subject.finding) if subject.finding else None
    path = found.path if found else subject.path
    files = await read.files()
    language = next((file.language for file in files if file.path == path), "")
    runner = RUNNERS.get(language)
    suite = runner.suite(read.code, [file.path for file in files]) if runner else None
    if suite is None or not read.has_sandbox:
        return None
    if found is None:
        return await _promises(read, path, language, suite)
    text = await _text(read, found)
    if found.reproducer or not read.has_model or not text:
        return None
    return Suspicion(digest(text, found.message), found, text, language, suite)


async def _promises(read: Reader, path: str, language: str, suite: Suite) -> Brief | None:
    definitions = await read.definitions(path)
    promises = [
        promise for oracle in ORACLES.values() for promise in oracle.promises(path, definitions)
    ]
    starts = {each.qualified: each.start_line for each in definitions}
    text = await read.text(path) or ""
    if not promises or not suite.targets:
        return None
    return Promises(digest(text), path, tuple(promises), starts, language, suite)


async def _text(read: Reader, found: Finding) -> str:
    text = await read.text(found.path) or ""
    around = [
        each
        for each in await read.definitions(found.path)
        if each.start_line <= found.start_line <= each.end_line
    ]
    if not around:
        return "\n".join(text.splitlines()[max(0, found.start_line - 20) : found.end_line + 20])
    inner = max(around, key=lambda each: each.start_line)
    return "\n".join(text.splitlines()[inner.start_line - 1 : inner.end_line])


async def run(tools: Tools, brief: Suspicion | Promises) -> Outcome:
    if isinstance(brief, Promises):
        return await _tried(tools, brief)
    return await _decided(tools, brief)


async def _tried(tools: Tools, brief: Promises) -> Outcome:
    runner = RUNNERS[brief.language]
    async with tools.workspace() as workspace:
        offers = Offers(runner, workspace, brief.suite, tools.log)
        tried = await offers.of(brief.path, brief.promises, tools.seconds_left() - 30)
    claims = [claim for offer in tried if (claim := _claim(runner, brief, offer)) is not None]
    broken = sum(offer.failure is not None for offer in tried)
    return Outcome(
        f"Tried {many(len(tried), 'promise')} of {brief.path}: "
        f"{many(broken, 'does', 'do')} not hold, "
        f"{many(len(claims) - broken, 'test is', 'tests are')} worth having.",
        claims=claims,
        covered=[brief.path],
        metrics={"tried": float(len(tried)), "broken": float(broken)},
        artifacts={
            f"{offer.promise.symbol}.py": offer.body.encode()
            for offer in tried
            if offer.failure is None and offer.lines
        },
    )


def _claim(runner: Runner, brief: Promises, offer: Offer) -> Claim | None:
    promise, line = offer.promise, brief.starts.get(offer.promise.symbol, 1)
    name = fingerprint(f"promise-{promise.oracle}", brief.path, promise.symbol, "")
    if offer.failure is None and offer.lines:
        first, last = offer.lines[0], offer.lines[-1]
        said = f"No test runs {many(len(offer.lines), 'line')} of what `{promise.symbol}` promises."
        target = runner.test_path(brief.suite, brief.path)
        return Claim(
            *(name, "missing-test", "low", "proven", brief.path, first, last, said),
            symbol=promise.symbol,
            explanation=f"A test that passes {PASSES} of {PASSES} times: {promise.says}.",
            patch=_added(target, offer.body),
        )
    if offer.failure is None or not offer.failure.kind.endswith("AssertionError"):
        return None
    evidence: Evidence = "reproduced" if promise.oracle == "laws" else "suspected"
    said = f"{promise.says}: a test of that fails each time."
    return Claim(
        *(name, f"broken-{promise.oracle}", "medium", evidence, brief.path, line, line, said),
        symbol=promise.symbol,
        reproducer=runner.alone_text(brief.suite, offer.body),
    )


def _added(path: str, body: str) -> str:
    """A unified diff that adds a file."""
    lines = body.splitlines()
    shown = "".join(f"+{line}\n" for line in lines)
    return f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(lines)} @@\n{shown}"


async def _decided(tools: Tools, brief: Suspicion) -> Outcome:
    runner, finding = RUNNERS[brief.language], brief.finding
    before = ""
    for _ in range(_ATTEMPTS):
        test = await _written(tools, brief, before)
        if not test:
            break
        text = runner.alone_text(brief.suite, test)
        async with tools.workspace() as workspace:
            runs = [await runner.alone(workspace, text, _SECONDS) for _ in range(_TIMES)]
        before = _did_not_run(runs[0])
        if not before:
            return _told(runner, brief, text, runs)
        tools.log(f"The test did not run: {before}")
    return Outcome(f"No test decides whether it is so: {finding.message}")


async def _written(tools: Tools, brief: Suspicion, before: str) -> str:
    found = brief.finding
    said = await asked(
        tools,
        NAME,
        _SCHEMA,
        system={"packages": ", ".join(brief.suite.packages)},
        user={
            "path": found.path,
            "symbol": found.symbol,
            "claim": found.message,
            "text": brief.text,
            "before": before,
        },
    )
    test = said.get("test")
    return test[:20_000] if isinstance(test, str) else ""


def _did_not_run(ran: Ran) -> str:
    return "" if ran.tests else ran.complaint[-1500:] or "nothing was collected"


def _told(runner: Runner, brief: Suspicion, text: str, runs: list[Ran]) -> Outcome:
    """What fails each time, by an assertion or within the code, shows the suspicion; what passes
    each time says that it is wrong."""
    found = brief.finding
    failures = [_failure(runner, brief.suite, ran) for ran in runs]
    if all(failures):
        said = f"A test shows it each of {_TIMES} times: {failures[0]}"
        about = Subject("finding", path=found.path, finding=found.fingerprint)
        return Outcome(
            said,
            changes=[Change(found.fingerprint, said, reproducer=text)],
            follow_ups=[FollowUp("verify", about, "a test of its own fails", 0.8)],
        )
    if all(ran.of("passed") and not ran.of("failed") for ran in runs):
        said = "A test of the claim passes."
        return Outcome(said, changes=[Change(found.fingerprint, said, state="false_positive")])
    return Outcome("A test of the claim does not end the same way each time.")


def _failure(runner: Runner, suite: Suite, ran: Ran) -> str:
    for test in ran.of("failed"):
        if not runner.excuse(suite, test) and _is_about_code(suite, test):
            return f"{test.kind.rpartition('.')[2]}: {test.message[:200]}"
    return ""


def _is_about_code(suite: Suite, test: Ended) -> bool:
    """An exception must come from the code: in the test itself it would be the test's fault."""
    within = any(frame.path in suite.files for frame in test.frames)
    return within or test.kind.endswith(("AssertionError", "Failed"))
