"""Errors: RFC 9457 problem documents for programs, pages for people."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from core import log
from core.errors import TryLater, UserError
from web.page import page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_API = frozenset(
    "audit repos index chat search facts feedback answers insights runs risks learning healthz "
    "readyz metrics openapi.json webhooks".split()
)
_log = log.get(__name__)


class Problem(Exception):
    """An HTTP error with one sentence that says what to do. `members` extend the document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members


def wants_page(request: web.Request) -> bool:
    """People get pages. A path of the API gives JSON unless a browser asks for HTML by name."""
    accept = request.headers.get("Accept", "")
    if request.path.strip("/").split("/")[0] in _API:
        return accept.startswith("text/html")
    return "text/html" in accept or accept in ("", "*/*")


def document(problem: Problem) -> web.Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    return web.Response(
        text=json.dumps(body, ensure_ascii=False),
        status=problem.status,
        content_type="application/problem+json",
        headers=problem.headers,
    )


def _answer(request: web.Request, problem: Problem) -> web.StreamResponse:
    if not wants_page(request):
        return document(problem)
    response = page(
        request,
        "error.html",
        status=problem.status,
        title=HTTPStatus(problem.status).phrase,
        detail=problem.detail,
    )
    response.headers.update(problem.headers)
    return response


_DETAILS = {
    404: "There is nothing at this address; check it, or start from the list of repositories.",
    405: "This address does not take {method}; it takes {allowed}.",
    413: "The request is too large; send less at once.",
}


def _from_http(request: web.Request, error: web.HTTPException) -> Problem:
    """What aiohttp raised by itself, in our words."""
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    detail = _DETAILS.get(error.status, "The request could not be understood.")
    detail = detail.format(method=request.method, allowed=headers.get("Allow", "other methods"))
    return Problem(error.status, detail, headers=headers)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one boundary: every error leaves as a document or a page, and bugs are logged."""
    try:
        return await handler(request)
    except Problem as problem:
        return _answer(request, problem)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(request, _from_http(request, error))
    except UserError as error:
        return _answer(request, Problem(422, str(error)))
    except TryLater as error:
        retry = {"Retry-After": str(round(error.seconds))}
        return _answer(
            request, Problem(503, f"Ponder is busy ({error}); try again shortly.", headers=retry)
        )
    except ConnectionResetError:
        raise
    except Exception:  # noqa: BLE001 - whatever is left is a bug: it is logged, and told politely
        _log.exception("web.bug", method=request.method, path=request.path)
        return _answer(
            request, Problem(500, "Something broke inside Ponder; its log has the details.")
        )
