"""What Ponder asks as a person who signed in: who they are, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

import aiohttp

from core.errors import TryLater, UserError
from core.github import shapes
from core.github.transport import SignInAgain, Transport, translated
from core.settings import GitHubApp, Secret

_SIGN_IN = partial(SignInAgain, "Your sign-in with GitHub has ended; sign in again.")


@dataclass
class People:
    """Methods raise SignInAgain when the person's token or code is no longer good, and TryLater,
    NotFound or Refused like those of an installation."""

    transport: Transport = field(repr=False)
    session: aiohttp.ClientSession = field(repr=False)
    credentials: GitHubApp = field(repr=False)
    url: str

    def authorize_url(self, *, state: str, challenge: str, redirect_uri: str) -> str:
        """Where the browser goes to sign in; `challenge` is PKCE's, by S256."""
        query = {
            "client_id": self.credentials.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.url}/login/oauth/authorize?{urlencode(query)}"

    async def exchange_code(self, code: str, verifier: str, redirect_uri: str) -> shapes.Tokens:
        return await self._tokens_for(
            {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        )

    async def refresh(self, refresh_token: Secret) -> shapes.Tokens:
        """Both tokens are new afterwards and the old ones are spent: serialise it per person."""
        return await self._tokens_for(
            {"grant_type": "refresh_token", "refresh_token": refresh_token}
        )

    async def user(self, token: Secret) -> shapes.User:
        with translated("show a person", expired=_SIGN_IN):
            return shapes.user(await self.transport.getitem("/user", oauth_token=token))

    async def user_installations(self, token: Secret) -> list[int]:
        """The ids of the App's installations of which the person may see something."""
        with translated("list a person's installations", expired=_SIGN_IN):
            pages = self.transport.getiter(
                "/user/installations?per_page=100",
                oauth_token=token,
                iterable_key="installations",
            )
            return [row["id"] async for row in pages]

    async def user_installation_repositories(
        self, token: Secret, installation_id: int
    ) -> list[shapes.RemoteRepository]:
        with translated("list a person's repositories", expired=_SIGN_IN):
            pages = self.transport.getiter(
                f"/user/installations/{installation_id}/repositories?per_page=100",
                oauth_token=token,
                iterable_key="repositories",
            )
            return [shapes.repository(row) async for row in pages]

    async def _tokens_for(self, grant: dict[str, str]) -> shapes.Tokens:
        """OAuth lives beside the API, and tells of errors with the status of success."""
        form = {
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
            **grant,
        }
        with translated("sign a person in", expired=_SIGN_IN):
            async with self.session.post(
                f"{self.url}/login/oauth/access_token",
                data=form,
                headers={"accept": "application/json"},
                allow_redirects=False,
            ) as response:
                if response.status >= 400:
                    raise TryLater(f"GitHub answered {response.status} to a sign-in", 15)
                row = await response.json()
        return _tokens_or_error(row)


def _tokens_or_error(row: dict[str, object]) -> shapes.Tokens:
    match row.get("error"):
        case None:
            return shapes.tokens(row)
        case "bad_verification_code" | "bad_refresh_token":
            raise _SIGN_IN()
        case "incorrect_client_credentials":
            raise UserError(
                "GitHub refuses the App's client secret; check GITHUB_CLIENT_ID and "
                "GITHUB_CLIENT_SECRET."
            )
        case "redirect_uri_mismatch":
            raise UserError(
                "GitHub does not know this address as the App's callback; add "
                "PONDER_PUBLIC_URL followed by /login/callback to the App's callback URLs."
            )
        case error:
            raise UserError(f"GitHub would not sign you in ({error}); try again.")
