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
from workers.model import Schema
from workers.oracles import ORACLES
from workers.oracles.base import Promise
from workers.probers import PROBERS
from workers.runners import RUNNERS
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.broken_laws import claimed
from workers.thoughts.reader import File, Reader
from workers.thoughts.tools import Tools

NAME = "hypothesize_bug"
LIMITS = Limits(wall_seconds=420, cpu_seconds=300, model_tokens=60_000, memory_mib=2048)
_VERSION = "1"
RULE = "broken-promise"
_MOST_SYMBOLS = 6
_MOST_PROMISES = 40
_MOST_LINES = 200
_SCHEMA = Schema(
    "hypotheses",
    {
        "type": "object",
        "properties": {
            "hypotheses": {
                "type": "array",
                "items": texts(
                    claim="what it does and should not", quote="the promise", line="to blame"
                ),
            }
        },
        "required": ["hypotheses"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Aim:
    """A definition to think about; `smell` is what an analyser said of it."""

    path: str
    symbol: str
    start_line: int
    text: str
    callers: tuple[str, ...] = ()
    smell: str = ""


@dataclass(frozen=True, slots=True)
class Aims(Brief):
    """`probed` are languages whose laws are tried on the files of `paths`, which is `covered` but
    for what other suspicions are about. `after` definitions were looked at, `waiting` were not."""

    aims: tuple[Aim, ...]
    promises: tuple[Promise, ...]
    probed: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    after: int = 0
    waiting: int = 0


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """The subject's definition, or the riskiest ones of a file or of the whole repository."""
    found = await read.finding(subject.finding) if subject.finding else None
    paths = [subject.path or (found.path if found else "")]
    if not paths[0]:
        paths = await _sources(read)
    outlines = {path: await read.definitions(path) for path in paths}
    promises = [
        promise
        for path, definitions in outlines.items()
        for oracle in ORACLES.values()
        for promise in oracle.promises(path, definitions)
    ]
    wanted = subject.symbol or (found.symbol if found else "")
    smell = found.message if found else ""
    ordered = await _ordered(read, outlines, wanted)
    skipped = int(subject.note) if subject.note.isdecimal() else 0
    aims = [
        aim
        for path, definition in ordered[skipped : skipped + _MOST_SYMBOLS]
        if (aim := await _aim(read, path, definition, smell))
    ]
    files = await read.files()
    probed = _probed(read, files, subject)
    if not probed and (not aims or not (promises or read.has_model)):
        return None
    code = [f"{file.path} {file.blob_id}" for file in files] if probed else []
    said = (*(each.text for each in aims), *(each.says for each in promises), smell)
    return Aims(
        digest(_VERSION, *said, *code),
        tuple(aims),
        () if skipped else tuple(promises[:_MOST_PROMISES]),
        probed,
        tuple(file.path for file in files),
        await _covered(read, files) if probed else (),
        skipped + _MOST_SYMBOLS,
        len(ordered) - skipped - _MOST_SYMBOLS if subject.kind == "repository" else 0,
    )


async def _covered(read: Reader, files: Sequence[File]) -> tuple[str, ...]:
    """Where this run says all that is known: a model's suspicions come of other runs too."""
    known = await read.findings(thought=[NAME], rule=[RULE], state=["open"])
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
    end = min(definition.end_line, definition.start_line + _MOST_LINES)
    lines = text.splitlines()[definition.start_line - 1 : end]
    callers = await _callers(read, path, definition)
    return Aim(path, definition.qualified, definition.start_line, "\n".join(lines), callers, smell)


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
    broken = await claimed(tools, brief.probed, brief.paths)
    claims: list[Claim] = []
    if tools.model is not None:
        for aim in brief.aims:
            claims += await _claims(tools, aim)
    for promise in brief.promises:
        tools.log(f"{promise.path} {promise.symbol}: {promise.says} ({promise.words})")
    return Outcome(
        f"Looked at {many(len(brief.aims), 'definition')}: "
        f"{many(len(brief.promises), 'promise')} to try, {many(len(claims), 'suspicion')}; "
        f"{many(len(broken), 'law is', 'laws are')} broken.",
        claims=[*broken, *claims],
        covered=brief.covered,
        follow_ups=[
            *_mended(broken),
            *map(_tested, claims),
            *_tried(brief.promises),
            *(_rest(brief) if tools.model is not None else ()),
        ],
        metrics={
            "promises": float(len(brief.promises)),
            "suspicions": float(len(claims)),
            "broken": float(len(broken)),
        },
    )


def _rest(brief: Aims) -> list[FollowUp]:
    """The next slice of definitions, where there are more."""
    if brief.waiting <= 0:
        return []
    about = Subject(note=str(brief.after))
    reason = f"{brief.waiting} definitions were not looked at yet"
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


async def _claims(tools: Tools, aim: Aim) -> list[Claim]:
    said = await asked(
        tools,
        NAME,
        _SCHEMA,
        system={},
        user={
            "path": aim.path,
            "symbol": aim.symbol,
            "smell": aim.smell,
            "text": aim.text,
            "callers": aim.callers,
        },
    )
    listed = said.get("hypotheses")
    found = [_claim(aim, each) for each in (listed if isinstance(listed, list) else [])[:3]]
    return [claim for claim in found if claim is not None]


def _claim(aim: Aim, said: object) -> Claim | None:
    """None where the words that promise otherwise, or the line to blame, are not in the code."""
    if not isinstance(said, dict):
        return None
    words = {name: str(said.get(name, "")).strip()[:600] for name in ("claim", "quote", "line")}
    if not all(words.values()) or words["quote"] not in aim.text:
        return None
    at = [n for n, line in enumerate(aim.text.splitlines()) if words["line"] in line]
    if not at:
        return None
    line = aim.start_line + at[0]
    return Claim(
        fingerprint(RULE, aim.path, aim.symbol, words["line"]),
        *(RULE, "medium", "suspected", aim.path, line, line, words["claim"]),
        symbol=aim.symbol,
        explanation=f"The code promises otherwise:\n\n    {words['quote']}",
        content=digest(aim.text),
    )
