"""Requests to GitHub's REST API: a version, a timeout, and Ponder's errors for the library's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import gidgethub
import gidgethub.abc
from gidgethub import sansio

from core.errors import Skip, TryLater, UserError

API_VERSION = "2022-11-28"
"""The newest version that every supported Enterprise Server knows."""

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
REQUESTER = "ponder"
MINUTE = 60.0
A_MOMENT = 4.0
"""Seconds until what mostly passes at once is tried again; each further try waits twice as long."""
MOVED = frozenset({301, 302, 307, 308})


class Limited(TryLater):
    """GitHub limits the whole installation: nothing of it is worth a try before."""


class NotFound(Skip):
    """What was asked for is gone, or the installation may not see it."""


class Refused(Skip):
    """GitHub will not do it, however often it is asked: a missing permission, a locked thread."""


class SignInAgain(UserError):
    """A person's token is no longer good."""


class Transport(gidgethub.abc.GitHubAPI):
    """gidgethub's client on our session. Without a token given it speaks as the App."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        app_id: str,
        private_key: str,
        token_form: str = "",
    ) -> None:
        super().__init__(REQUESTER, app_id=app_id, private_key=private_key, base_url=base_url)
        self._session = session
        self.token_headers = {"x-github-stateless-s2s-token": token_form} if token_form else {}
        """Of a request for a token."""

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        """A renamed repository answers with its new place, where the request is repeated as it
        was; a client that follows by itself would turn a POST into a GET."""
        sent = {**headers, "x-github-api-version": API_VERSION}
        for _ in range(3):
            async with self._session.request(
                method, url, headers=sent, data=body, allow_redirects=False
            ) as response:
                target = urljoin(url, response.headers.get("location", ""))
                if response.status not in MOVED or not _same_host(url, target):
                    return response.status, response.headers, await response.read()
            url = target
        raise TryLater("GitHub redirects in a circle", MINUTE)

    @property
    def graphql_url(self) -> str:
        """Beside the REST API of an Enterprise Server, and below that of github.com."""
        return f"{self.base_url.removesuffix('/v3')}/graphql"

    async def send(self, method: str, url: str, body: Mapping[str, Any], token: str) -> Any:
        """None where the answer has no body."""
        sent = dict(body) if body else b""
        accept = sansio.accept_format()
        answer, _, _ = await self._make_request(method, url, None, sent, accept, oauth_token=token)
        return answer

    async def page(self, url: str, token: str) -> tuple[Any, str | None]:
        """One page of a list, and where the next one is."""
        accept = sansio.accept_format()
        rows, following, _ = await self._make_request(
            "GET", url, None, b"", accept, oauth_token=token
        )
        return rows, following

    async def changed(self, url: str, etag: str, token: str) -> tuple[Any, str] | None:
        """What is there and its ETag; None where it has not changed since `etag`."""
        headers = sansio.create_headers(REQUESTER, oauth_token=token)
        if etag:
            headers["if-none-match"] = etag
        place = sansio.format_url(url, {}, base_url=self.base_url)
        status, answered, body = await self._request("GET", place, headers)
        if status == HTTPStatus.NOT_MODIFIED:
            return None
        found, _, _ = sansio.decipher_response(status, answered, body)
        return found, answered.get("etag", "")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _same_host(url: str, target: str) -> bool:
    """A token never goes to another host."""
    here, there = urlsplit(url), urlsplit(target)
    return target != url and (here.scheme, here.netloc) == (there.scheme, there.netloc)


@contextmanager
def translated(asked: str, *, expired: Callable[[], Exception]) -> Iterator[None]:
    """Turn the library's exceptions into Ponder's. `asked` completes "GitHub was asked to …";
    `expired` makes what a 401 means for the kind of token that was used."""
    try:
        yield
    except gidgethub.HTTPException as error:
        raise _of_status(asked, error, expired) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise TryLater(f"GitHub cannot be reached to {asked}: {reason}", A_MOMENT) from error
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        # A proxy's error page with a status of success, or a body cut off half-way.
        raise TryLater(f"GitHub answered nonsense when asked to {asked}", A_MOMENT) from error


def _of_status(
    asked: str, error: gidgethub.HTTPException, expired: Callable[[], Exception]
) -> Exception:
    status = int(error.status_code)
    if status == HTTPStatus.UNAUTHORIZED:
        return expired()
    wait = _wait(error)
    if wait is not None:
        return Limited(f"GitHub limits requests to {asked}", wait)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return NotFound(f"GitHub finds nothing when asked to {asked}")
    if status >= 500 or status < 400:
        return TryLater(f"GitHub answered {status} when asked to {asked}", A_MOMENT)
    return Refused(f"GitHub refuses to {asked}: {error}")


def _wait(error: gidgethub.HTTPException) -> float | None:
    """Seconds until a limit is over; None when the error is no limit."""
    status, headers = int(error.status_code), error.headers
    if status not in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return None
    if (after := headers.get("retry-after", "")).isdigit():
        return max(1.0, float(after))
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - time.time()) if reset.isdigit() else MINUTE
    limited = status == HTTPStatus.TOO_MANY_REQUESTS or "rate limit" in str(error).lower()
    return MINUTE if limited else None
