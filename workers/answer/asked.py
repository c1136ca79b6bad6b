"""What is asked: the row, the snapshot it is about, and what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.db import answers, citations, repositories, snapshots, symbol_graph
from core.db.answers import Answer
from core.db.citations import Citation
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from core.errors import Skip, UserError
from workers import git

REMEMBERED = 4
"""Earlier questions of a conversation that a new one may refer to."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question that was answered before; `symbol` and `path` are those of its first place."""

    question: str
    text: str
    symbol: str
    path: str
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """`earlier` is oldest first."""

    row: Answer
    repository: Repository
    snapshot: Snapshot
    mirror: Path
    earlier: tuple[Earlier, ...]

    @property
    def history(self) -> list[str]:
        """Earlier questions, with the definition that the answer pointed to."""
        return [f"{e.question} {e.symbol}".strip() for e in self.earlier]

    @property
    def cited_files(self) -> set[str]:
        return {path for e in self.earlier for path in e.cited}


async def read_asked(database: Database, mirrors: Path, answer_id: UUID) -> Asked:
    """Raise UserError where the ref has no snapshot, Skip where the question is gone."""
    async with database.system() as connection:
        row = await answers.get(connection, answer_id)
    if row is None:
        raise Skip("the question was removed meanwhile")
    mirror = git.mirror_path(mirrors, row.repository_id)
    async with database.tenant(row.installation_id) as connection:
        repository = await repositories.get(connection, row.repository_id)
        if repository is None:
            raise Skip("the repository was removed meanwhile")
        snapshot = await _snapshot(connection, repository, mirror, row.ref)
        earlier = await _earlier(connection, row)
    return Asked(row, repository, snapshot, mirror, earlier)


async def _snapshot(
    connection: Connection, repository: Repository, mirror: Path, ref: str
) -> Snapshot:
    found: Snapshot | None = None
    if ref:
        commit = git.resolve(mirror, ref)
        found = await snapshots.latest_of_commit(connection, repository.id, commit)
    elif repository.snapshot_id is not None:
        found = await snapshots.get(connection, repository.snapshot_id)
    if found is None:
        what = f"'{ref}' of {repository.name}" if ref else repository.name
        option = f" --ref {ref}" if ref else ""
        raise UserError(f"{what} is not indexed yet; run 'ponder index' on it{option}, then ask.")
    return found


async def _earlier(connection: Connection, row: Answer) -> tuple[Earlier, ...]:
    before = [
        answer
        for answer in await answers.of_conversation(connection, row.conversation_id)
        if answer.id != row.id and answer.created_at <= row.created_at and answer.state == "done"
    ]
    return tuple([await _remembered(connection, answer) for answer in before[-REMEMBERED:]])


async def _remembered(connection: Connection, answer: Answer) -> Earlier:
    cited = await citations.of_answer(connection, answer.id)
    paths = tuple(dict.fromkeys(citation.path for citation in cited))
    symbol = await _symbol(connection, cited[0], answer.text) if cited else ""
    return Earlier(answer.question, answer.text, symbol, paths[0] if paths else "", paths)


async def _symbol(connection: Connection, cited: Citation, text: str) -> str:
    """The definition in the cited lines that the answer speaks of first, or the smallest one that
    they begin in."""
    if cited.blob_id is None:
        return ""
    around = [
        d
        for d in await symbol_graph.of_blobs(connection, [cited.blob_id])
        if d.start_line <= cited.end_line and d.end_line >= cited.start_line
    ]
    told = [d for d in around if f"`{d.qualified}`" in text]
    if told:
        return min(told, key=lambda d: text.index(f"`{d.qualified}`")).qualified
    begun = [d for d in around if d.start_line <= cited.start_line]
    return min(begun, key=lambda d: d.end_line - d.start_line).qualified if begun else ""
