"""What Ponder asks as the App, and as an installation on one repository."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.db.repositories import Repository
from core.errors import TryLater, UserError
from core.github import shapes
from core.github.tokens import Scope, Token, TokenCache, scope_of, token_of
from core.github.transport import Refused, Transport, translated
from core.settings import Secret

MAX_BODY = 60_000
"""Characters of a comment. GitHub's own limit is 65,536, and repeating its refusal is punished."""

METADATA = {"metadata": "read"}
READ = METADATA | {"contents": "read"}
TALK = METADATA | {"issues": "write", "pull_requests": "write"}
"""A comment on a pull request's page is an issue comment that needs the other permission."""

_BAD_APP = partial(
    UserError,
    "GitHub refuses the App's key; check that GITHUB_APP_ID and GITHUB_PRIVATE_KEY belong "
    "together and that this machine's clock is right.",
)


@dataclass
class Installations:
    """Methods raise TryLater, NotFound or Refused (both are Skip), or UserError."""

    transport: Transport = field(repr=False)
    _tokens: TokenCache = field(init=False, repr=False)
    _app: shapes.App | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._tokens = TokenCache(self._ask_token)

    async def app(self) -> shapes.App:
        """Who we are; asked once a process."""
        if self._app is None:
            with translated("show the App", expired=_BAD_APP):
                self._app = shapes.app(await self.transport.getitem("/app"))
        return self._app

    async def installation(self, installation_id: int) -> shapes.Installation:
        with translated("show an installation", expired=_BAD_APP):
            row = await self.transport.getitem(
                "/app/installations/{id}", {"id": str(installation_id)}
            )
        return shapes.installation(row)

    async def installation_repositories(
        self, installation_id: int
    ) -> list[shapes.RemoteRepository]:
        """Every repository that the installation covers."""
        scope = scope_of(installation_id, None, METADATA)
        async with self._acting(scope, "list an installation's repositories") as token:
            pages = self.transport.getiter(
                "/installation/repositories?per_page=100",
                oauth_token=token,
                iterable_key="repositories",
            )
            return [shapes.repository(row) async for row in pages]

    async def git_credentials(self, installation_id: int, github_id: int) -> tuple[str, Secret]:
        """User name and password with which git may read one repository, for an hour at most."""
        token = await self._tokens.get(scope_of(installation_id, github_id, READ))
        return "x-access-token", token

    async def permission(self, repository: Repository, login: str) -> str:
        """'admin', 'write', 'read' or 'none': what a person may do here, at this moment."""
        asked = "show a person's permission"
        async with self._acting(_scope(repository, METADATA), asked) as token:
            row = await self.transport.getitem(
                f"{_path(repository)}/collaborators/{{login}}/permission",
                {"login": login},
                oauth_token=token,
            )
        return str(row["permission"])

    async def react(
        self, repository: Repository, *, kind: str, comment_id: int, content: str
    ) -> int:
        """React to a comment of `kind` 'issues' or 'pulls'. Doing it again changes nothing."""
        path = f"{_path(repository)}/{kind}/comments/{comment_id}/reactions"
        return await self._write(repository, "add a reaction", path, {"content": content})

    async def create_issue_comment(self, repository: Repository, number: int, body: str) -> int:
        """Comment on an issue or a pull request; the id of the new comment."""
        path = f"{_path(repository)}/issues/{number}/comments"
        return await self._write(repository, "add a comment", path, {"body": body[:MAX_BODY]})

    async def reply_to_review_comment(
        self,
        repository: Repository,
        number: int,
        *,
        root_id: int,
        path: str,
        commit: str,
        body: str,
    ) -> int:
        """Reply in a review thread, of which only the first comment can be replied to.

        The endpoint named "replies" is closed to Apps. This one ignores the path and commit of a
        reply, and yet they are required.
        """
        target = f"{_path(repository)}/pulls/{number}/comments"
        reply = {
            "body": body[:MAX_BODY],
            "in_reply_to": root_id,
            "path": path,
            "commit_id": commit,
        }
        return await self._write(repository, "reply to a review comment", target, reply)

    async def comments(
        self, repository: Repository, *, kind: str, number: int, since: str
    ) -> list[shapes.Comment]:
        """Comments of an issue ('issues') or of a pull request's reviews ('pulls') that changed
        since a moment, which is given as GitHub writes it: 2026-11-22T08:30:00Z."""
        async with self._acting(_scope(repository, TALK), "list comments") as token:
            pages = self.transport.getiter(
                f"{_path(repository)}/{kind}/{number}/comments?per_page=100{{&since}}",
                {"since": since},
                oauth_token=token,
            )
            return [shapes.comment(row) async for row in pages]

    async def _write(
        self, repository: Repository, asked: str, path: str, body: dict[str, Any]
    ) -> int:
        async with self._acting(_scope(repository, TALK), asked) as token:
            row = await self.transport.post(path, data=body, oauth_token=token)
        return int(row["id"])

    async def _ask_token(self, scope: Scope) -> Token:
        installation_id, github_id, permissions = scope
        wanted: dict[str, Any] = {"permissions": dict(permissions)}
        if github_id is not None:
            wanted["repository_ids"] = [github_id]
        with translated("give a token for an installation", expired=_BAD_APP):
            row = await self.transport.post(
                f"/app/installations/{installation_id}/access_tokens", data=wanted
            )
        return token_of(row)

    @asynccontextmanager
    async def _acting(self, scope: Scope, asked: str) -> AsyncIterator[Secret]:
        """A token to act with. One that GitHub no longer takes is forgotten: the next try gets
        another."""
        token = await self._tokens.get(scope)

        def revoked() -> TryLater:
            self._tokens.forget(scope)
            return TryLater(f"GitHub no longer takes the token to {asked}", 1)

        with translated(asked, expired=revoked):
            yield token


def _path(repository: Repository) -> str:
    return f"/repos/{repository.name}"


def _scope(repository: Repository, permissions: dict[str, str]) -> Scope:
    if repository.github_id is None:
        raise Refused(f"{repository.name} did not come through GitHub.")
    return scope_of(repository.installation_id, repository.github_id, permissions)
