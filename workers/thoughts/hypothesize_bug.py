"""Say how code might break its promises, in claims that a test can decide.

Without a model, laws are tried on the whole repository with the values that it writes down itself:
what a test of its own shows each time is reproduced. Promises are read off names and documentation,
and other Thoughts are asked to try them. With a model, it is shown the riskiest code, and each of
its claims must quote the words that promise otherwise: suspected, until a test shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.findings import Claim
from core.db.symbol_graph import Definition
from core.db.thoughts import Subject
from core.words import many
from workers.oracles import ORACLES
from workers.oracles.base import Promise
from workers.probers import PROBERS
from workers.runners import RUNNERS
from workers.thoughts import changed_outcomes, last_commit, suspicions
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.broken_laws import claimed
from workers.thoughts.last_commit import Before
from workers.thoughts.reader import File, Reader
from workers.thoughts.suspicions import Aim
from workers.thoughts.tools import Tools

NAME = "hypothesize_bug"
LIMITS = Limits(wall_seconds=420, cpu_seconds=300, model_tokens=60_000, memory_mib=2048)
_VERSION = "2"
_MOST_SYMBOLS = 6
_MOST_STANDING = 5
_MOST_PROMISES = 40
_MOST_LINES = 200
_NOTHING = Before()


@dataclass(frozen=True, slots=True)
class Aims(Brief):
    """`probed` are languages whose laws are tried on the files of `paths`, which is `covered` but
    for what other suspicions are about. `last` is the commit whose outcomes are compared with those
    `before` it; `standing` are suspicions of earlier comparisons. This is slice `number`, and
    `waiting` says how many definitions and promises come after it."""

    aims: tuple[Aim, ...]
    promises: tuple[Promise, ...]
    probed: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    last: Before = _NOTHING
    standing: tuple[Claim, ...] = ()
    number: int = 0
    waiting: int = 0


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """The subject's definition, or the riskiest ones of a file or of the whole repository."""
    found = await read.finding(subject.finding) if subject.finding else None
    paths = [subject.path or (found.path if found else "")]
    if not paths[0]:
        paths = await _sources(read)
    outlines = {path: await read.definitions(path) for path in paths}
    wanted = subject.symbol or (found.symbol if found else "")
    smell = found.message if found else ""
    ordered = await _ordered(read, outlines, wanted)
    promises = _promises(outlines, [path for path, _ in ordered])
    number = int(subject.note) if subject.note.isdecimal() else 0
    aims = [
        aim
        for path, definition in ordered[number * _MOST_SYMBOLS :][:_MOST_SYMBOLS]
        if (aim := await _aim(read, path, definition, smell))
    ]
    promised = promises[number * _MOST_PROMISES :][:_MOST_PROMISES]
    files = await read.files()
    probed = _probed(read, files, subject)
    if not probed and not promised and (not aims or not read.has_model):
        return None
    left = len(promises) - (number + 1) * _MOST_PROMISES
    if read.has_model:
        left = max(left, len(ordered) - (number + 1) * _MOST_SYMBOLS)
    last = await last_commit.before(read) if probed else _NOTHING
    code = [f"{file.path} {file.blob_id}" for file in files] if probed else []
    said = (*(each.text for each in aims), *(each.says for each in promised), smell, last.commit)
    return Aims(
        digest(_VERSION, *said, *code),
        tuple(aims),
        tuple(promised),
        probed,
        tuple(file.path for file in files),
        await _covered(read, files) if probed else (),
        last,
        await _standing(read) if probed else (),
        number,
        left if subject.kind == "repository" else 0,
    )


def _promises(outlines: dict[str, list[Definition]], paths: Sequence[str]) -> list[Promise]:
    """What the riskiest files promise comes first."""
    return [
        promise
        for path in dict.fromkeys([*paths, *outlines])
        for oracle in ORACLES.values()
        for promise in oracle.promises(path, outlines[path])
    ]


async def _standing(read: Reader) -> tuple[Claim, ...]:
    """What was suspected of earlier commits: it is, as long as its test fails."""
    named = {"thought": [NAME], "rule": [changed_outcomes.RULE], "state": ["open"]}
    known = await read.findings(whole=True, **named)
    return tuple(map(changed_outcomes.again, known[:_MOST_STANDING]))


async def _covered(read: Reader, files: Sequence[File]) -> tuple[str, ...]:
    """Where this run says all that is known: a model's suspicions come of other runs too."""
    named = {"thought": [NAME], "rule": [suspicions.RULE], "state": ["open"]}
    known = await read.findings(whole=True, **named)
    kept = {each.path for each in known}
    return tuple(file.path for file in files if file.path not in kept)


def _probed(read: Reader, files: Sequence[File], subject: Subject) -> tuple[str, ...]:
    """Laws are tried on a repository as a whole, where code may be run: not of a pull request."""
    if subject.kind != "repository" or subject.note or subject.ref or not read.has_sandbox:
        return ()
    return tuple(name for name in PROBERS if any(file.language == name for file in files))


async def _sources(read: Reader) -> list[str]:
    """Files that are no tests, in languages whose tests can be run."""
    files = [file.path for file in await read.files()]
    suites = [suite for runner in RUNNERS.values() if (suite := runner.suite(read.code, files))]
    return [path for suite in suites for path in suite.files]


async def _ordered(
    read: Reader, outlines: dict[str, list[Definition]], wanted: str
) -> list[tuple[str, Definition]]:
    known = {
        (path, each.qualified): each
        for path, definitions in outlines.items()
        for each in definitions
        if each.kind in ("function", "method") and (not wanted or each.qualified == wanted)
    }
    risks = {(risk.path, risk.symbol): risk.score for risk in await read.risks()}
    length = {key: each.end_line - each.start_line for key, each in known.items()}
    best = sorted(known, key=lambda key: (-risks.get(key, 0.0), -length[key], key))
    return [(path, known[path, symbol]) for path, symbol in best]


async def _aim(read: Reader, path: str, definition: Definition, smell: str) -> Aim | None:
    text = await read.text(path)
    if text is None:
        return None
    lines = text.splitlines()
    start = suspicions.begins(lines, definition.start_line)
    shown = "\n".join(lines[start - 1 : definition.end_line][: _MOST_LINES + 1])
    callers = await _callers(read, path, definition)
    return Aim(path, definition.qualified, start, shown, callers, smell)


async def _callers(read: Reader, path: str, definition: Definition) -> tuple[str, ...]:
    graph = await read.graph()
    uses = await graph.uses(path, definition.ordinal)
    texts_of = []
    for use in uses[:3]:
        text = await read.text(use.path)
        lines = (text or "").splitlines()[max(0, use.line - 4) : use.line + 3]
        texts_of.append("\n".join(lines))
    return tuple(texts_of)


async def run(tools: Tools, brief: Aims) -> Outcome:
    broken = await claimed(tools, brief.probed, brief.paths, brief.last)
    claims = await _compared(tools, brief, broken)
    if tools.model is not None:
        for aim in brief.aims:
            claims += await suspicions.suspected(tools, aim)
    for promise in brief.promises:
        tools.log(f"{promise.path} {promise.symbol}: {promise.says} ({promise.words})")
    return Outcome(
        _summary(brief, broken, claims, tools.model is not None),
        claims=[*broken, *claims],
        covered=brief.covered,
        follow_ups=[
            *_mended(broken),
            *(_tested(each) for each in claims if not each.reproducer),
            *_tried(brief.promises),
            *_rest(brief),
        ],
        metrics={
            "promises": float(len(brief.promises)),
            "suspicions": float(len(claims)),
            "broken": float(len(broken)),
        },
    )


def _summary(brief: Aims, broken: Sequence[Claim], claims: Sequence[Claim], has_model: bool) -> str:
    told = []
    if brief.probed:
        told.append(f"tried laws on the whole code: {many(len(broken), 'is', 'are')} broken")
    if has_model:
        told.append(f"read {many(len(brief.aims), 'definition')}")
    told.append(f"found {many(len(brief.promises), 'promise')} to try")
    told.append(many(len(claims), "suspicion"))
    said = ", ".join(told)
    return f"{said[0].upper()}{said[1:]}."


async def _compared(tools: Tools, brief: Aims, broken: Sequence[Claim]) -> list[Claim]:
    """What comes to something else than before the last commit, unless a law says so already."""
    still = await changed_outcomes.still(tools, brief.probed, brief.standing)
    sure = {each.path for each in broken if each.evidence == "reproduced"}
    if any(map(brief.last.is_about, sure)):
        return still
    known = {each.fingerprint for each in brief.standing}  # What is undone is no news either.
    found = await changed_outcomes.differing(tools, brief.probed, brief.paths, brief.last)
    return [*still, *(each for each in found if each.fingerprint not in known)]


def _rest(brief: Aims) -> list[FollowUp]:
    """The next slice, where there is more."""
    if brief.waiting <= 0:
        return []
    about = Subject(note=str(brief.number + 1))
    reason = f"{brief.waiting} definitions or promises were not looked at yet"
    return [FollowUp("hypothesize_bug", about, reason, 0.05)]


def _mended(claims: Sequence[Claim]) -> list[FollowUp]:
    return [
        FollowUp(
            "draft_patch",
            Subject("finding", path=each.path, finding=each.fingerprint),
            "it may be mended",
            0.5,
        )
        for each in claims
        if each.evidence == "reproduced"
    ]


def _tested(claim: Claim) -> FollowUp:
    about = Subject("finding", path=claim.path, finding=claim.fingerprint)
    return FollowUp("generate_tests", about, "a test decides a suspicion", 0.3)


def _tried(promises: Sequence[Promise]) -> list[FollowUp]:
    """A file's promises are tried together."""
    paths = dict.fromkeys(promise.path for promise in promises)
    return [
        FollowUp("generate_tests", Subject("file", path=path), "it makes promises to try", 0.15)
        for path in paths
    ]
