"""Installation tokens: for one repository, with the least permission, in memory only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.settings import Secret

MARGIN = 300.0
"""Seconds before its end at which a token is no longer handed out: a fetch may take minutes."""

Permissions = tuple[tuple[str, str], ...]
Scope = tuple[int, int | None, Permissions]
"""Installation, the repository's id on GitHub (None: all of them), and permissions."""


@dataclass(frozen=True, slots=True)
class Token:
    value: Secret
    expires_at: float


@dataclass(slots=True)
class TokenCache:
    """`ask` gets a new token for a scope."""

    ask: Callable[[Scope], Awaitable[Token]]
    _tokens: dict[Scope, Token] = field(default_factory=dict, repr=False)
    _locks: dict[Scope, asyncio.Lock] = field(default_factory=dict, repr=False)

    async def get(self, scope: Scope) -> Secret:
        """The cached token, or a new one; those who ask at once share one request."""
        async with self._locks.setdefault(scope, asyncio.Lock()):
            token = self._tokens.get(scope)
            if token is None or token.expires_at - MARGIN <= time.time():
                token = await self.ask(scope)
                self._forget_expired()
                self._tokens[scope] = token
            return token.value

    def forget(self, scope: Scope, refused: Secret) -> None:
        """GitHub refused it: it was revoked, or the permissions changed. Who was slower to notice
        does not forget the one that came after it."""
        token = self._tokens.get(scope)
        if token is not None and token.value == refused:
            del self._tokens[scope]

    def _forget_expired(self) -> None:
        for scope, token in list(self._tokens.items()):
            if token.expires_at <= time.time():
                del self._tokens[scope]
                if not self._locks[scope].locked():
                    del self._locks[scope]


def scope_of(installation_id: int, github_id: int | None, permissions: Mapping[str, str]) -> Scope:
    return installation_id, github_id, tuple(sorted(permissions.items()))


def token_of(row: Mapping[str, str]) -> Token:
    """GitHub's answer, with its time of expiry as seconds since the epoch."""
    expires_at = datetime.fromisoformat(row["expires_at"]).timestamp()
    return Token(Secret(row["token"]), expires_at)
