"""GitHub, as Ponder asks it: one object a process, with its own session and time-outs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import gidgethub.apps
from jwt import PyJWTError

from core.errors import UserError
from core.github.acting import Acting, segment
from core.github.hooks import Attempt, Hooks
from core.github.installations import Installations
from core.github.people import People
from core.github.shapes import App, Installation, RemoteRepository, Tokens, User
from core.github.transport import TIMEOUT, Limited, NotFound, Refused, SignInAgain, Transport
from core.settings import GitHubApp, Settings

__all__ = [
    "Acting", "App", "Attempt", "GitHub", "Installation", "Limited", "NotFound", "Refused",
    "RemoteRepository", "SignInAgain", "Tokens", "User", "open_github", "segment",
]  # fmt: skip


@dataclass
class GitHub(Installations, People, Hooks):
    """All that is asked of GitHub, on one session."""


@asynccontextmanager
async def open_github(settings: Settings) -> AsyncIterator[GitHub | None]:
    """None where the App is not configured. Raise UserError when its key cannot be used."""
    credentials = settings.github
    if credentials is None:
        yield None
        return
    _check_key(credentials)
    async with aiohttp.ClientSession(
        timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
    ) as session:
        transport = Transport(
            session,
            base_url=settings.github_api_url,
            app_id=credentials.app_id,
            private_key=credentials.private_key,
            token_form=settings.github_token_form,
        )
        yield GitHub(
            transport=transport, session=session, credentials=credentials, url=settings.github_url
        )


def _check_key(credentials: GitHubApp) -> None:
    """At the start, and not at the first mention."""
    try:
        gidgethub.apps.get_jwt(app_id=credentials.app_id, private_key=credentials.private_key)
    except (ValueError, TypeError, PyJWTError) as error:
        raise UserError(
            "GITHUB_PRIVATE_KEY is no RSA private key in PEM; download a new one from the "
            "App's settings on GitHub."
        ) from error
