"""What Ponder asks as the App, and as an installation on one repository."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.db.repositories import Repository
from core.errors import Skip, TryLater, UserError
from core.github import shapes
from core.github.acting import Acting, acting_on, segment
from core.github.tokens import Scope, Token, TokenCache, scope_of, token_of
from core.github.transport import Transport, translated
from core.settings import Secret

METADATA = {"metadata": "read"}
READ = METADATA | {"contents": "read"}
TALK = METADATA | {"issues": "write", "pull_requests": "write"}
"""A comment on a pull request's page is an issue comment that needs the other permission."""

_BAD_APP = partial(
    UserError,
    "GitHub refuses the App's key; check that GITHUB_APP_ID and GITHUB_PRIVATE_KEY belong "
    "together and that this machine's clock is right.",
)

_APP_SECONDS = 600.0


@dataclass
class Installations:
    """Methods raise TryLater, NotFound or Refused (both are Skip), or UserError."""

    transport: Transport = field(repr=False)
    _tokens: TokenCache = field(init=False, repr=False)
    _app: shapes.App | None = field(init=False, default=None)
    _asked_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._tokens = TokenCache(self._ask_token)

    async def app(self) -> shapes.App:
        """Who we are: an App may be renamed. Where GitHub does not say, what it said counts."""
        if self._app is None or time.monotonic() - self._asked_at > _APP_SECONDS:
            self._asked_at = time.monotonic()
            try:
                with translated("show the App", expired=_BAD_APP):
                    self._app = shapes.app(await self.transport.getitem("/app"))
            except (TryLater, Skip, UserError):
                if self._app is None:
                    raise
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
        """Every repository that the installation covers now: by a token of this moment, for one of
        before may see less, and what is not listed is forgotten."""
        fresh = TokenCache(self._ask_token)
        scope = scope_of(installation_id, None, METADATA)
        acting = Acting(self.transport, fresh, scope, base="")
        pages = acting.pages(
            "/installation/repositories?per_page=100",
            "list an installation's repositories",
            rows="repositories",
        )
        return [shapes.repository(row) async for page in pages for row in page]

    async def git_credentials(self, installation_id: int, github_id: int) -> tuple[str, Secret]:
        """User name and password with which git may read one repository, for an hour at most."""
        token = await self._tokens.get(scope_of(installation_id, github_id, READ))
        return "x-access-token", token

    async def permission(self, repository: Repository, login: str) -> str:
        """'admin', 'write', 'read' or 'none': what a person may do here, at this moment."""
        row = await self.acting(repository, {}).get(
            f"/collaborators/{segment(login)}/permission", "show a person's permission"
        )
        return str(row["permission"])

    def acting(self, repository: Repository, permissions: Mapping[str, str]) -> Acting:
        """Requests about one repository, with a token that has these permissions and no others, but
        for the reading of metadata. Raise Refused if it did not come through GitHub."""
        return acting_on(self.transport, self._tokens, repository, METADATA | dict(permissions))

    async def _ask_token(self, scope: Scope) -> Token:
        installation_id, github_id, permissions = scope
        wanted: dict[str, Any] = {"permissions": dict(permissions)}
        if github_id is not None:
            wanted["repository_ids"] = [github_id]
        asked = ", ".join(f"{name}: {level}" for name, level in permissions)
        with translated(f"give an installation's token with {asked}", expired=_BAD_APP):
            row = await self.transport.post(
                f"/app/installations/{installation_id}/access_tokens",
                data=wanted,
                extra_headers=self.transport.token_headers,
            )
        return token_of(row)
