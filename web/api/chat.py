"""POST /chat: ask, and get the answer whole, as a stream, or a place to find it."""

from __future__ import annotations

from aiohttp import web

from core.db.answers import Answer
from core.db.repositories import Repository
from web import access, body, keys
from web.asking import LONGEST_QUESTION, ask, follower
from web.problem import Problem
from web.shown import as_json
from web.stream import send_events


async def chat(request: web.Request) -> web.StreamResponse:
    """`Accept: text/event-stream` streams; `Prefer: respond-async` does not wait."""
    fields = await body.read(request)
    repo_id = fields.number("repo_id")
    question = fields.text("question", longest=LONGEST_QUESTION)
    conversation_id = fields.uuid("conversation_id", required=False)
    ref = fields.text("ref", longest=250, required=False)
    fields.check()
    repository = await access.repository(request, repo_id)
    answer = await ask(
        request, repository, question, door=_door(request), conversation_id=conversation_id, ref=ref
    )
    if "text/event-stream" in request.headers.get("Accept", ""):
        return await send_events(request, answer, repository)
    if "respond-async" in request.headers.get("Prefer", ""):
        return await _shown(request, answer, repository, status=202)
    return await _whole(request, answer, repository)


def _door(request: web.Request) -> str:
    """Browsers say so by themselves; pages cannot forge the header."""
    return "browser" if "Sec-Fetch-Site" in request.headers else "api"


async def _whole(
    request: web.Request, answer: Answer, repository: Repository
) -> web.StreamResponse:
    settled = await follower(request, repository.installation_id).settled(answer.id)
    if settled is None:
        raise Problem(
            503,
            f"The answer is not ready; look at GET /answers/{answer.id} a little later.",
            headers={"Retry-After": "10"},
            answer_id=str(answer.id),
        )
    if settled.state == "failed":
        detail = settled.notice or "The question was not answered; ask again."
        raise Problem(503, detail, answer_id=str(answer.id))
    return await _shown(request, settled, repository)


async def _shown(
    request: web.Request, answer: Answer, repository: Repository, *, status: int = 200
) -> web.Response:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        shown = await as_json(connection, answer, request.app[keys.SETTINGS].public_url)
    later = {"Location": f"/answers/{answer.id}", "Preference-Applied": "respond-async"}
    headers = later if status == 202 else None
    return web.json_response(shown, status=status, headers=headers)
