"""Write tests, and keep those that are worth having.

About a file: tests of what its names promise, and of what its functions do with values that its
tests, its documentation and its own text give. Those that pass ten times in random order, and run
a line that no test ran or see a mistake that no test saw, are offered as a patch (evidence:
proven); a broken law of the language is reported (reproduced) unless it may be meant so, another
promise is a suspicion. With a model there are more, of lines that are left. About a suspicion: a
test that fails if it is right (by a model); what it shows goes on to be verified.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from core.db.findings import Change, Claim, Evidence, Finding
from core.db.thoughts import Subject
from core.words import many
from workers.explorers import EXPLORERS
from workers.explorers.base import Site
from workers.explorers.filters import PASSES, Filters, Kept
from workers.explorers.mutants import Mutants
from workers.explorers.offers import Offer, Offers
from workers.model import Schema
from workers.oracles import ORACLES
from workers.oracles.base import Promise
from workers.repairs import REPAIRS
from workers.runners import RUNNERS
from workers.runners.base import Ended, Ran, Runner, Suite, Wanted
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.offering.files import Untested, asked_for, untested
from workers.thoughts.offering.more_tests import more
from workers.thoughts.reader import Reader
from workers.thoughts.suspicions import begins
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

    finding: Finding | Claim
    text: str
    language: str
    suite: Suite


@dataclass(frozen=True, slots=True)
class Promises(Brief):
    """Of one file, with its text."""

    path: str
    text: str
    promises: tuple[Promise, ...]
    starts: dict[str, int]
    language: str
    suite: Suite
    paths: tuple[str, ...]


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    if subject.kind == "repository":
        return await untested(read) if read.has_sandbox else None
    found = await read.finding(subject.finding) if subject.finding else None
    path = found.path if found else subject.path
    files = await read.files()
    language = next((file.language for file in files if file.path == path), "")
    runner = RUNNERS.get(language)
    suite = runner.suite(read.code, [file.path for file in files]) if runner else None
    if suite is None or not read.has_sandbox:
        return None
    if found is None:
        paths = tuple(file.path for file in files)
        known = language in EXPLORERS
        return await _promises(read, path, language, (suite, paths)) if known else None
    text = await _text(read, found)
    if found.reproducer or not read.has_model or not text:
        return None
    return Suspicion(digest(text, found.message), found, text, language, suite)


async def _promises(
    read: Reader, path: str, language: str, code: tuple[Suite, tuple[str, ...]]
) -> Brief | None:
    definitions = await read.definitions(path)
    promises = [
        promise for oracle in ORACLES.values() for promise in oracle.promises(path, definitions)
    ]
    starts = {each.qualified: each.start_line for each in definitions}
    text = await read.text(path) or ""
    if path not in code[0].files or not definitions:
        return None
    model = "model" if read.has_model else ""
    return Promises(digest(text, model), path, text, tuple(promises), starts, language, *code)


async def _text(read: Reader, found: Finding) -> str:
    text = await read.text(found.path) or ""
    around = [
        each
        for each in await read.definitions(found.path)
        if each.start_line <= found.start_line <= each.end_line
    ]
    lines = text.splitlines()
    if not around:
        return "\n".join(lines[max(0, found.start_line - 20) : found.end_line + 20])
    inner = max(around, key=lambda each: each.start_line)
    return "\n".join(lines[begins(lines, inner.start_line) - 1 : inner.end_line])


async def run(tools: Tools, brief: Suspicion | Promises | Untested) -> Outcome:
    if isinstance(brief, Untested):
        return asked_for(NAME, brief)
    if isinstance(brief, Promises):
        return await _tried(tools, brief)
    return await _decided(tools, brief)


async def _tried(tools: Tools, brief: Promises) -> Outcome:
    runner, path = RUNNERS[brief.language], brief.path
    explorer = EXPLORERS[brief.language]
    site = Site(tools.code, brief.paths, brief.suite, path)
    async with tools.workspace() as workspace:
        suite = replace(brief.suite, files=(path,))
        wanted = Wanted(tools.seconds_left() / 4, trace=True, calls=(path,))
        base = await runner.run(workspace, suite, wanted)
        offers = Offers(runner, explorer, workspace, site, tools.log)
        tried = await offers.of(brief.promises, base, tools.seconds_left() / 3)
        repairer = REPAIRS.get(brief.language)
        raw = brief.text.encode()
        at = explorer.tried_at(site)
        filters = Filters(
            *(runner, explorer, workspace, site, base),
            Mutants(repairer, workspace, site, raw, at) if repairer else None,
            tools.log,
            time.monotonic() + tools.seconds_left() - 30,
            frozenset(line for offer in tried if not offer.failure for line in offer.lines),
        )
        kept = [
            each for each in (await filters.kept(), await more(tools, brief.text, filters)) if each
        ]
    return _offered(runner, brief, tried, kept, filters)


def _offered(
    runner: Runner, brief: Promises, tried: list[Offer], kept: list[Kept], filters: Filters
) -> Outcome:
    claims = [
        claim for offer in tried if (claim := _claim(runner, filters, brief, offer)) is not None
    ]
    claims += [_missing(filters, brief, each, at) for at, each in enumerate(kept)]
    broken = sum(offer.failure is not None for offer in tried)
    bodies = [offer.body for offer in tried if offer.failure is None and offer.lines]
    artifacts = [*bodies, *(each.body for each in kept)]
    return Outcome(
        _summary(brief.path, len(tried), broken, kept),
        claims=claims,
        covered=[brief.path],
        metrics={
            "tried": float(len(tried)),
            "broken": float(broken),
            **{f"tests {name}": float(number) for name, number in filters.counts.items()},
        },
        artifacts={f"tests_{at}.txt": body.encode() for at, body in enumerate(artifacts, 1)},
    )


def _summary(path: str, tried: int, broken: int, kept: list[Kept]) -> str:
    holds = f"{many(broken, 'does', 'do')} not hold" if broken else "all hold"
    said = f"Tried {many(tried, 'promise')} of {path}: {holds}. " if tried else ""
    worth = "; they ".join(each.worth for each in kept)
    return f"{said}New tests of {path} {worth}." if kept else f"{said}No new test is worth having."


def _missing(filters: Filters, brief: Promises, kept: Kept, at: int) -> Claim:
    """Tests of a file that are ready to be taken."""
    kind = ("cases", "more")[at > 0 or not kept.cases]
    first = kept.lines[0] if kept.lines else min(kept.cases[0].lines, default=1)
    last = kept.lines[-1] if kept.lines else first
    target = filters.explorer.test_path(filters.site, kind)
    mutants = "".join(f"\n- {each}" for each in kept.mutants[:10])
    seen = f"\n\nMistakes that they see and no other test does:\n{mutants}" if mutants else ""
    return Claim(
        *(fingerprint(f"missing-test-{kind}", brief.path, "", ""), "missing-test", "low", "proven"),
        *(brief.path, first, last, f"Tests that are ready for {brief.path} {kept.worth}."),
        explanation=f"They pass {PASSES} of {PASSES} times, in random order.{seen}",
        patch=_added(target, kept.body),
    )


def _claim(runner: Runner, filters: Filters, brief: Promises, offer: Offer) -> Claim | None:
    promise, line = offer.promise, brief.starts.get(offer.promise.symbol, 1)
    name = fingerprint(f"promise-{promise.oracle}", brief.path, promise.symbol, "")
    if offer.failure is None and offer.lines:
        first, last = offer.lines[0], offer.lines[-1]
        said = f"No test runs {many(len(offer.lines), 'line')} of what `{promise.symbol}` promises."
        target = filters.explorer.test_path(filters.site, "promises")
        return Claim(
            *(name, "missing-test", "low", "proven", brief.path, first, last, said),
            symbol=promise.symbol,
            explanation=f"A test that passes {PASSES} of {PASSES} times: {promise.says}.",
            patch=_added(target, offer.body),
        )
    if offer.failure is None or not offer.failure.kind.endswith("AssertionError"):
        return None
    evidence: Evidence = "reproduced" if offer.is_sure(runner, filters.site) else "suspected"
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
        text = runner.alone_text(brief.suite, test, brief.finding.path)
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
        system={"how": RUNNERS[brief.language].how(brief.suite, found.path)},
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
