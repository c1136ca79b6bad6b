"""What `prepare` may read: the snapshot, its files and graph, history, what was found before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.db import (
    cards,
    causes,
    check_results,
    commits,
    file_history,
    findings,
    frontier,
    fuzz_corpora,
    looks,
    postings,
    risk_models,
    risks,
    rule_votes,
    signals,
    symbol_graph,
)
from core.db.commits import Commit
from core.db.connect import Database
from core.db.file_history import FileHistory
from core.db.findings import Finding
from core.db.frontier import Yield
from core.db.repositories import Repository
from core.db.risk_models import RiskModel
from core.db.risks import Risk
from core.db.rule_votes import RuleVotes
from core.db.signals import Kind, Signal
from core.db.snapshots import Snapshot
from core.db.symbol_graph import Definition
from workers import git
from workers.graph.asking import Asking
from workers.retrieve.search import Searcher


@dataclass(frozen=True, slots=True)
class File:
    """An indexed file. `language` is '' for plain text."""

    path: str
    blob_id: int
    language: str


@dataclass(slots=True)
class Reader:
    """Of one repository at one commit. Trusted code alone has it."""

    database: Database
    searcher: Searcher
    repository: Repository
    snapshot: Snapshot
    mirror: Path
    code: Path
    """The commit's files in a folder, read-only: hostile content, never to be executed in place."""
    has_model: bool = False
    has_sandbox: bool = False
    _files: list[File] = field(default_factory=list)

    @property
    def commit(self) -> str:
        return self.snapshot.commit_sha

    async def files(self) -> list[File]:
        """Indexed files in order of their paths."""
        if not self._files:
            async with self.database.tenant(self.repository.installation_id) as connection:
                chain = await postings.chain(connection, self.snapshot.id)
                paths = await postings.paths(connection, chain)
            known = [File(p.path, p.blob_id, p.language) for p in paths if p.blob_id is not None]
            self._files = sorted(known, key=lambda file: file.path)
        return self._files

    async def text(self, path: str, commit: str = "") -> str | None:
        """A file's text at the commit, or at another; None where there is none."""
        found = await asyncio.to_thread(git.blob_at, self.mirror, commit or self.commit, path)
        return found[1].decode(errors="replace") if found else None

    async def definitions(self, path: str) -> list[Definition]:
        """Of one file, in order."""
        file = next((each for each in await self.files() if each.path == path), None)
        if file is None:
            return []
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await symbol_graph.of_blobs(connection, [file.blob_id])

    async def outlines(self, paths: Sequence[str]) -> dict[str, list[Definition]]:
        """The definitions of many files, each in order."""
        wanted = set(paths)
        blobs = {file.path: file.blob_id for file in await self.files() if file.path in wanted}
        async with self.database.tenant(self.repository.installation_id) as connection:
            found = await symbol_graph.of_blobs(connection, list(set(blobs.values())))
        of_blob: dict[int, list[Definition]] = {}
        for each in found:
            of_blob.setdefault(each.blob_id, []).append(each)
        return {path: of_blob.get(blob_id, []) for path, blob_id in blobs.items()}

    async def looked(self, thought: str) -> dict[str, str]:
        """The digest of each path's content as a Thought looked at it last."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await looks.of_thought(connection, self.repository.id, thought)

    async def rule_votes(self, thought: str) -> list[RuleVotes]:
        """What people made of the findings of each rule of a Thought."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await rule_votes.of_installation(connection, thought)

    async def graph(self) -> Asking:
        """Who uses what."""
        return await self.searcher.graph(self.snapshot)

    async def history(self) -> dict[str, FileHistory]:
        """By path; those that are gone too."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            rows = await file_history.of_repository(connection, self.repository.id)
        return {row.path: row for row in rows}

    async def signals(self, kind: Kind) -> list[Signal]:
        """What continuous integration reported last of each path."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await signals.of_repository(connection, self.repository.id, kind)

    async def checks(self) -> dict[str, bool]:
        """Whether continuous integration failed, by commit, where it said so."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await check_results.of_repository(connection, self.repository.id)

    async def commits(self) -> list[Commit]:
        """Of the default branch, the newest first."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await commits.listed(connection, self.repository.id)

    async def risk_model(self) -> RiskModel | None:
        """What was learned of risk before."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await risk_models.get(connection, self.repository.id)

    async def risks(self, limit: int = 500) -> list[Risk]:
        """As they were weighed last, the riskiest first."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await risks.of_repository(connection, self.repository.id, limit=limit)

    async def corpora(self) -> dict[str, list[bytes]]:
        """Inputs that fuzzing kept, by a function's name."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await fuzz_corpora.of_repository(connection, self.repository.id)

    async def frontier(self) -> tuple[dict[tuple[str, str], datetime], list[Yield]]:
        """When each kind looked at each subject's key, and what came of each kind."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return (
                await frontier.looked(connection, self.repository.id),
                await frontier.yields(connection, self.repository.id),
            )

    async def carded(self) -> dict[tuple[str, str], str]:
        """The digest of the code that each card is about, by kind and scope."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await cards.contents(connection, self.repository.id)

    async def subject(self) -> str:
        """The first line of the commit's message."""
        known = await asyncio.to_thread(git.history, self.mirror, self.commit, limit=1)
        return known[0].subject if known else ""

    async def earlier(self, most: int = 100) -> dict[str, str | None]:
        """What the last commit changed, as it was before: texts by path, None for what was not
        there. Empty where there is no commit before, or it changed more than `most` files."""
        known = await asyncio.to_thread(git.history, self.mirror, self.commit, limit=2)
        changes = await self.changed(known[1].sha) if len(known) == 2 else []
        if len(changes) > most:
            return {}
        paths = [git.text_path(each.path) for each in changes]
        return {path: await self.text(path, known[1].sha) for path in paths}

    async def changed(self, before: str, after: str = "") -> list[git.Change]:
        """Paths that differ between two commits; `after` '' is the snapshot's."""
        return await asyncio.to_thread(git.changed, self.mirror, before, after or self.commit)

    async def finding(self, fingerprint: str) -> Finding | None:
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await findings.get(connection, self.repository.id, fingerprint)

    async def findings(self, *, whole: bool = False, **filters: list[str]) -> list[Finding]:
        """By state, severity, evidence, thought, rule; what belongs to others only if `whole`."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await findings.of_repository(
                connection, self.repository.id, filters=filters, whole=whole
            )

    async def shown(self, limit: int) -> list[Finding]:
        """What tests show and stands for itself."""
        async with self.database.tenant(self.repository.installation_id) as connection:
            return await causes.standing(connection, self.repository.id, limit)
