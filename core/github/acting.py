"""What Ponder asks as an installation, mostly about one repository, with a token for just that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from core.db.repositories import Repository
from core.errors import TryLater
from core.github.tokens import Scope, TokenCache, scope_of
from core.github.transport import Limited, NotFound, Refused, Transport, translated
from core.settings import Secret

T = TypeVar("T")


class Revoked(TryLater):
    """GitHub no longer takes a token: it was revoked, or the permissions changed."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Paths follow `base`, which is the repository's. `asked` completes "GitHub was asked to …".
    Methods raise Limited or another TryLater, and NotFound or Refused, which are Skip."""

    transport: Transport = field(repr=False)
    tokens: TokenCache = field(repr=False)
    scope: Scope
    base: str = ""

    async def get(self, path: str, asked: str) -> Any:
        async def request(token: Secret) -> Any:
            return await self.transport.getitem(self._url(path), None, oauth_token=token)

        return await self._with_token(asked, request)

    async def changed(self, path: str, etag: str, asked: str) -> tuple[Any, str] | None:
        """What is there and its ETag; None where it is what it was at `etag`, and then the request
        costs nothing of the hour's."""

        async def request(token: Secret) -> tuple[Any, str] | None:
            return await self.transport.changed(self._url(path), etag, token)

        return await self._with_token(asked, request)

    async def pages(
        self, path: str, asked: str, *, rows: str | None = None
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Every page of a list; `rows` names the list where a page is an object with one in it."""
        following: str | None = self._url(path)
        while following:
            page, following = await self._page(following, asked)
            yield page[rows] if rows else page

    async def send(self, method: str, path: str, body: Mapping[str, Any], asked: str) -> Any:
        """POST, PATCH, PUT or DELETE; None where the answer has no body."""

        async def request(token: Secret) -> Any:
            return await self.transport.send(method, self._url(path), body, token)

        return await self._with_token(asked, request)

    async def graphql(self, query: str, variables: Mapping[str, Any], asked: str) -> Any:
        """The answer's `data`."""

        async def request(token: Secret) -> Any:
            sent = {"query": query, "variables": dict(variables)}
            return await self.transport.send("POST", self.transport.graphql_url, sent, token)

        answer = await self._with_token(asked, request)
        if errors := answer.get("errors"):
            raise _of_error(errors[0], asked)
        return answer["data"]

    async def _page(self, url: str, asked: str) -> tuple[Any, str | None]:
        async def request(token: Secret) -> tuple[Any, str | None]:
            return await self.transport.page(url, token)

        return await self._with_token(asked, request)

    async def _with_token(self, asked: str, request: Callable[[Secret], Awaitable[T]]) -> T:
        """A token that GitHub refuses has done nothing: once, another is asked for and the request
        made again."""
        token = await self.tokens.get(self.scope)
        try:
            return await self._tried(asked, request, token)
        except Revoked:
            self.tokens.forget(self.scope, token)
        token = await self.tokens.get(self.scope)
        try:
            return await self._tried(asked, request, token)
        except Revoked:
            self.tokens.forget(self.scope, token)
            raise

    async def _tried(
        self, asked: str, request: Callable[[Secret], Awaitable[T]], token: Secret
    ) -> T:
        def revoked() -> Revoked:
            return Revoked(f"GitHub does not take the token to {asked}", 30)

        with translated(asked, expired=revoked):
            return await request(token)

    def _url(self, path: str) -> str:
        return f"{self.base}{path}"


def acting_on(
    transport: Transport,
    tokens: TokenCache,
    repository: Repository,
    permissions: Mapping[str, str],
) -> Acting:
    """Raise Refused for a repository that did not come through GitHub."""
    if repository.github_id is None:
        raise Refused(f"{repository.name} did not come through GitHub.")
    scope = scope_of(repository.installation_id, repository.github_id, permissions)
    return Acting(transport, tokens, scope, f"/repos/{repository.name}")


def segment(text: str) -> str:
    """A name as one part of a path, or several where it has slashes, as a branch may."""
    return quote(text, safe="/")


def _of_error(error: Mapping[str, Any], asked: str) -> Exception:
    """GraphQL tells of errors with the status of success."""
    message = str(error.get("message", "no reason given"))
    match error.get("type"):
        case "NOT_FOUND":
            return NotFound(f"GitHub finds nothing when asked to {asked}")
        case "FORBIDDEN" | "INSUFFICIENT_SCOPES" | "UNPROCESSABLE":
            return Refused(f"GitHub refuses to {asked}: {message}")
        case "RATE_LIMITED":
            return Limited(f"GitHub limits requests to {asked}", 60)
        case _:
            return TryLater(f"GitHub failed when asked to {asked}: {message}", 60)
