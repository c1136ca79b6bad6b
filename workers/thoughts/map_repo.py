"""Draw the map of a repository: parts, what uses what, entry points, owners, tests and their code.

Evidence: what the graph of names is sure of; the card says how much of the repository that is.
Limits: four minutes, 200 parts. No model is used. It finds nothing wrong; it steers others.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from posixpath import basename

from core import codeowners as owners
from core.codeowners import Rule, owner_of
from core.db.cards import Card
from core.db.commits import Commit
from core.db.thoughts import Subject
from core.words import many
from workers.graph.graph import Graph
from workers.graph.pagerank import Ranks
from workers.linters.places import aside
from workers.map.entries import MANIFESTS, Entry, entries
from workers.map.links import tests_of
from workers.map.parts import Part, communities, parts
from workers.risk.owners import authors
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "map_repo"
LIMITS = Limits(wall_seconds=300, cpu_seconds=240, memory_mib=2048)
_MOST_MANIFESTS = 20
_MOST_CARDS = 60
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Terrain(Brief):
    """`codeowners` is (path, text), ('', '') where there is none."""

    commit: str
    graph: Graph
    ranks: Ranks
    commits: list[Commit]
    manifests: dict[str, str]
    codeowners: tuple[str, str]


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where there are no files."""
    files = await read.files()
    if not files:
        return None
    asking = await read.graph()
    paths = [f.path for f in files if basename(f.path) in MANIFESTS and not aside(f.path)]
    paths.sort(key=lambda path: (path.count("/"), path))
    manifests = {path: await read.text(path) or "" for path in paths[:_MOST_MANIFESTS]}
    codeowners = ("", "")
    for path in owners.FILES:
        if not codeowners[0] and (text := await read.text(path)):
            codeowners = (path, text)
    return Terrain(
        digest(_VERSION, *codeowners, *(f"{f.path} {f.blob_id}" for f in files)),
        read.commit,
        asking.graph,
        await asking.ranks(),
        await read.commits(),
        manifests,
        codeowners,
    )


@dataclass(frozen=True, slots=True)
class Map:
    parts: list[Part]
    communities: list[list[str]]
    entries: list[Entry]
    tests: dict[str, list[str]]
    code: list[str]
    owned: dict[str, list[str]]
    references: int
    resolved: int


async def run(tools: Tools, brief: Terrain) -> Outcome:
    drawn = await asyncio.to_thread(_drawn, brief)
    share = drawn.resolved / max(drawn.references, 1)
    tested = sum(path in drawn.tests for path in drawn.code)
    tools.log(f"{drawn.resolved} of {drawn.references} references resolved.")
    return Outcome(
        f"{many(len(drawn.parts), 'part')} with {many(len(drawn.code), 'file')} of code; "
        f"{tested} with tests; {many(len(drawn.entries), 'entry point')}; "
        f"{share:.0%} of the uses of its own names are resolved.",
        follow_ups=[FollowUp("prioritize", Subject(), "the map is new", 0.3)],
        metrics={
            "parts": len(drawn.parts),
            "files": len(drawn.code),
            "tested": tested,
            "references": drawn.references,
            "resolved": drawn.resolved,
        },
        artifacts={"map.json": json.dumps(asdict(drawn), ensure_ascii=False).encode()},
        rows={"cards": await asyncio.to_thread(_cards, brief, drawn)},
    )


def _drawn(brief: Terrain) -> Map:
    graph, ranks = brief.graph, brief.ranks
    made = parts(graph, ranks)
    code = [f.path for f in graph.files if f.language in _languages(made) and not aside(f.path)]
    known = owners.rules(brief.codeowners[1])
    owned = {path: list(rule.owners) for path in code if (rule := owner_of(path, known))}
    return Map(
        made,
        communities(graph, ranks),
        entries(graph, brief.manifests),
        tests_of(graph, ranks),
        code,
        owned,
        ranks.references,
        ranks.resolved,
    )


def _languages(made: Sequence[Part]) -> set[str]:
    return {language for part in made for language in part.languages}


Sentence = dict[str, object]


def _cards(brief: Terrain, drawn: Map) -> list[Card]:
    """Of the repository, and of each part."""
    rules = owners.rules(brief.codeowners[1])
    whole = Card("", "map", "The repository", _whole(brief, drawn), brief.content, brief.commit)
    return [whole] + [
        Card(
            *(part.folder, "map", part.folder or "The top folder"),
            *(_part(brief, drawn, part, rules), brief.content, brief.commit),
        )
        for part in drawn.parts[:_MOST_CARDS]
        if part.folder
    ]


def _whole(brief: Terrain, drawn: Map) -> list[Sentence]:
    largest = drawn.parts[:6]
    listed = ", ".join(f"{p.folder or 'the top folder'} ({_many(p.files)})" for p in largest)
    said = [_says(f"Its largest parts are {listed}.", *(p.central[0] for p in largest))]
    said += [_says(e.said, e.path, line=e.line) for e in drawn.entries[:10]]
    central = sorted(range(len(brief.graph.files)), key=lambda n: -brief.ranks.files[n])
    shown = [brief.graph.path(n) for n in central if brief.graph.path(n) in set(drawn.code)][:5]
    if shown:
        said.append(_says(f"Most depends on {', '.join(shown)}.", *shown))
    for group in drawn.communities[:5]:
        if len(group) > 2:
            said.append(_says(f"{len(group)} files hang together around {group[0]}.", *group[:3]))
    tested = sum(path in drawn.tests for path in drawn.code)
    said.append(_says(f"Tests are seen for {tested} of {len(drawn.code)} files of code."))
    share = drawn.resolved / max(drawn.references, 1)
    said.append(_says(f"{share:.0%} of the uses of its own names are resolved."))
    return [*said, *_written(brief, "")]


def _part(brief: Terrain, drawn: Map, part: Part, rules: Sequence[Rule]) -> list[Sentence]:
    words = ", ".join(f"{count} in {name}" for name, count in part.languages.items())
    said = [
        _says(f"{part.folder} has {_many(part.files)} ({words}) with {part.functions} functions."),
        _says(f"Most depends on {', '.join(part.central[:3])}.", *part.central[:3]),
    ]
    if part.uses:
        said.append(_says(f"It uses {_folders(part.uses)}."))
    if part.used_by:
        said.append(_says(f"It is used by {_folders(part.used_by)}."))
    tests = {t for path in part.central for t in drawn.tests.get(path, ())}
    if tests:
        listed = sorted(tests)[:3]
        said.append(_says(f"Tests of it are in {', '.join(listed)}.", *listed))
    rule = owner_of(f"{part.folder}/", rules) or owner_of(part.central[0], rules)
    if rule and rule.owners:
        names = ", ".join(rule.owners[:4])
        said.append(_says(f"{names} own it.", brief.codeowners[0], line=rule.line))
    return [*said, *_written(brief, part.folder)]


def _written(brief: Terrain, folder: str) -> list[Sentence]:
    found = [a for a in authors(brief.commits, folder) if a.share >= 0.05]
    if not found:
        return []
    listed = ", ".join(f"{a.name} ({a.share:.0%} of lines added)" for a in found)
    return [_says(f"In the history that is known, it was written by {listed}.")]


def _folders(counted: dict[str, int]) -> str:
    return ", ".join(f"{folder or 'the top folder'} ({n})" for folder, n in counted.items())


def _many(files: int) -> str:
    return f"{files} file{'' if files == 1 else 's'}"


def _says(text: str, *paths: str, line: int = 1) -> Sentence:
    cited = [{"path": path, "start_line": line, "end_line": line} for path in paths]
    return {"text": text, "citations": cited}
