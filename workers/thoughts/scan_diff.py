"""Read a diff: what changed in words and symbols, which callers no longer fit, what is risky.

Evidence: proven where a call or an import certainly fails, by the syntax of both sides; what is
only risky is a lead for others. Limits: two minutes, 400 files. No model is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.db.cards import Card
from core.db.findings import Claim, Severity
from core.db.thoughts import Subject
from core.errors import UserError
from core.words import many
from workers import git
from workers.changes.callers import Broken, broken
from workers.changes.definitions import Changed, Compared, changes, said
from workers.changes.patterns import Risky, risky
from workers.graph.graph import Graph
from workers.languages import language_of
from workers.languages.definitions import Written, definitions
from workers.linters.places import aside
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest, fingerprint
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "scan_diff"
LIMITS = Limits(wall_seconds=120, cpu_seconds=100)
MOST_FILES = 400
MOST_LEADS = 6
"""Of each kind."""
_MOST_TOLD = 60


@dataclass(frozen=True, slots=True)
class Diff(Brief):
    """Texts of (path, before, after); `graph` is None where the diff does not end at the snapshot's
    commit, so that its callers are not known."""

    before: str
    after: str
    texts: list[tuple[str, str, str]]
    left: int
    commit: str
    graph: Graph | None


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where nothing differs. About a whole repository it is the last commit."""
    before, after = subject.before, subject.after or read.commit
    if subject.kind != "diff":
        before = await _parent(read)
    if not before:
        return None
    differing = await read.changed(before, after)
    paths = sorted({git.text_path(each.path) for each in differing})
    texts = []
    for path in paths[:MOST_FILES]:
        old, new = await read.text(path, before) or "", await read.text(path, after) or ""
        if old != new:
            texts.append((path, old, new))
    if not texts:
        return None
    graph = (await read.graph()).graph if after == read.commit else None
    content = digest(before, after, *(part for each in texts for part in each))
    return Diff(content, before, after, texts, len(paths[MOST_FILES:]), read.commit, graph)


async def _parent(read: Reader) -> str:
    span = git.Span(read.commit)
    try:
        found = await asyncio.to_thread(git.of_paths, read.mirror, span, [], 1)
    except (UserError, git.GitFailed):
        return ""
    return found.commits[0].parent if found.commits else ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a diff comes to; `unread` counts the files for which there was no time."""

    files: list[Compared]
    changes: list[Changed]
    risky: list[Risky]
    broken: list[Broken]
    unread: int = 0


async def run(tools: Tools, brief: Diff) -> Outcome:
    scanned = await asyncio.to_thread(_scanned, tools, brief)
    for change in scanned.changes:
        tools.log(f"{change.path}:{change.start_line} {said(change)}")
    for each in scanned.risky:
        tools.log(f"{each.path}:{each.line} {each.said}")
    return Outcome(
        _summary(brief, scanned),
        claims=[_claim(tools, each) for each in scanned.broken],
        follow_ups=_leads(brief, scanned),
        metrics={
            "files": len(brief.texts),
            "changes": len(scanned.changes),
            "risky": len(scanned.risky),
            "broken": len(scanned.broken),
            "unread": scanned.unread,
        },
        rows={"cards": [_card(brief, scanned)]},
    )


def _scanned(tools: Tools, brief: Diff) -> Scanned:
    files = [made for each in brief.texts if (made := _compared(*each)) is not None]
    found = Scanned(files, [], [], [])

    def text(path: str) -> str:
        target = tools.code / path
        try:
            plain = not target.is_symlink() and target.is_file()
            return target.read_text(errors="replace") if plain else ""
        except (OSError, ValueError):
            return ""

    for number, each in enumerate(files):
        if tools.seconds_left() < LIMITS.wall_seconds / 4:
            return replace(found, unread=len(files) - number)
        changed = changes(each)
        found.changes.extend(changed)
        found.risky.extend(risky(each, changed))
        if brief.graph is not None:
            found.broken.extend(broken(each, changed, brief.graph, text))
    return found


def _compared(path: str, before: str, after: str) -> Compared | None:
    """None for what has no definitions."""
    language = language_of(path, (after or before).partition("\n")[0])
    old, new = _definitions(language, before), _definitions(language, after)
    if old is None or new is None:
        return None
    return Compared(path, language, before, after, old, new)


def _definitions(language: str, text: str) -> list[Written] | None:
    return definitions(language, text) if text else []


def _claim(tools: Tools, each: Broken) -> Claim:
    rule = f"scan-diff/{each.rule}"
    try:
        lines = (tools.code / each.path).read_text(errors="replace").split("\n")
    except OSError:
        lines = []
    code = lines[each.line - 1].strip() if each.line <= len(lines) else ""
    return Claim(
        fingerprint(rule, each.path, each.name, code),
        rule,
        _severity(each),
        "proven",
        each.path,
        each.line,
        each.line,
        f"{each.said[:1].upper()}{each.said[1:]}.",
        explanation=f"`{each.name}` of {each.home} was changed, and this line was not.",
        content=digest(code),
    )


def _severity(each: Broken) -> Severity:
    """What is merely ignored does no harm by itself."""
    if not each.fails:
        return "low"
    return "medium" if aside(each.path) else "high"


def _leads(brief: Diff, scanned: Scanned) -> list[FollowUp]:
    """The diff itself for analysers, then the symbols that changed in a risky way or at all."""
    found = [
        FollowUp("smell_hunt", Subject("diff", before=brief.before, after=brief.after),
                 f"{many(len(brief.texts), 'file')} changed", 0.2),
    ]  # fmt: skip
    seen: set[tuple[str, str]] = set()
    for each in scanned.risky:
        if each.symbol and (each.path, each.symbol) not in seen:
            seen.add((each.path, each.symbol))
            about = _about(brief, each.path, each.symbol)
            found.append(FollowUp("hypothesize_bug", about, each.said, 0.25))
    found = found[: MOST_LEADS + 1]
    code = [c for c in scanned.changes if not aside(c.path) and c.kind in ("function", "method")]
    alive = [c for c in code if c.how != "removed"]
    alive.sort(key=lambda c: ((c.path, c.symbol) not in seen, c.how == "added"))
    for change in alive[:MOST_LEADS]:
        why = said(change).rstrip(".")
        about = _about(brief, change.path, change.symbol)
        found.append(FollowUp("generate_tests", about, why, 0.2))
        if change.how != "added":
            found.append(FollowUp("fuzz", about, f"{why}; earlier calls may break now", 0.2))
    return found


def _about(brief: Diff, path: str, symbol: str) -> Subject:
    return Subject("symbol", path, symbol, brief.before, brief.after)


def _card(brief: Diff, scanned: Scanned) -> Card:
    """The digest of the change: its sentences cite lines after it; what was removed has none."""
    told = sorted(scanned.changes, key=lambda c: (aside(c.path), c.how == "body"))
    sentences = [
        {
            "text": said(change),
            "citations": []
            if change.how == "removed"
            else [_cited(change.path, change.start_line, change.end_line)],
        }
        for change in told[:_MOST_TOLD]
    ]
    sentences += [
        {"text": f"{each.said[:1].upper()}{each.said[1:]}.",
         "citations": [_cited(each.path, each.line, each.line)]}
        for each in scanned.risky[:_MOST_TOLD]
    ]  # fmt: skip
    others = len(brief.texts) - len(scanned.files)
    if others or not sentences:
        text = f"{others} files without definitions changed." if others != 1 else (
            "One file without definitions changed."
        )  # fmt: skip
        sentences.append({"text": text, "citations": []})
    scope = f"{brief.before}..{brief.after}"
    title = f"{brief.before[:9]}..{brief.after[:9]}"
    return Card(scope, "change", title, sentences, brief.content, brief.after)


def _cited(path: str, start: int, end: int) -> dict[str, str | int]:
    return {"path": path, "start_line": start, "end_line": max(start, end)}


def _summary(brief: Diff, scanned: Scanned) -> str:
    counted = [
        f"{count} {name}"
        for name, how in (
            ("added", "added"),
            ("removed", "removed"),
            ("with another signature", "signature"),
            ("with another body", "body"),
        )
        if (count := sum(change.how == how for change in scanned.changes))
    ]
    more = f" {many(brief.left, 'file was', 'files were')} not read." if brief.left else ""
    callers = "" if brief.graph else " Callers are known of the newest commit alone."
    return (
        f"{many(len(brief.texts), 'file')} changed; definitions: {_listed(counted)}. "
        f"{many(len(scanned.broken), 'caller that no longer fits', 'callers that no longer fit')}, "
        f"{many(len(scanned.risky), 'risky line')}.{callers}{more}"
    )


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts) or "none changed"
