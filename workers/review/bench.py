"""What a review works with, and the transactions in which it speaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.errors import Skip
from core.github import GitHub
from core.settings import Settings
from workers.context import Context
from workers.index.build import Report
from workers.model import Endpoint
from workers.retrieve.search import Searcher
from workers.sandbox import Sandbox, open_sandbox

Build = Callable[[Repository, str], Awaitable[Report]]
"""Index a ref of a repository."""


@dataclass(frozen=True, slots=True)
class Bench:
    """`build` indexes a ref; `sandbox` is None where nothing can be run on this machine."""

    database: Database
    github: GitHub
    searcher: Searcher
    endpoint: Endpoint | None
    sandbox: Sandbox | None
    mirrors: Path
    checkouts: Path
    settings: Settings
    build: Build

    @classmethod
    async def of(cls, context: Context, build: Build) -> Bench:
        """Raise Skip where Ponder is no GitHub App."""
        if context.github is None:
            raise Skip("no GitHub App is configured")
        return cls(
            context.database,
            context.github,
            context.searcher,
            context.endpoint,
            await open_sandbox(context.settings.data_dir / "scratch"),
            context.mirrors,
            context.checkouts,
            context.settings,
            build,
        )

    @property
    def url(self) -> str:
        """GitHub's, as people see it."""
        return self.settings.github_url

    def tenant(self, repository: Repository) -> AbstractAsyncContextManager[Connection]:
        return self.database.tenant(repository.installation_id)
