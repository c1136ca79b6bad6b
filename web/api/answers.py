"""/answers: an answer, its stream, and why it is what it is."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from core.db import feedback, retrieval_logs
from web import access, keys
from web.problem import wants_page
from web.shown import as_json
from web.stream import send_events, send_html
from web.views import why as why_page


async def show(request: web.Request) -> web.Response:
    """Programs get the answer; people are led to it in its conversation."""
    answer, repository = await access.answer_in_path(request)
    if wants_page(request):
        place = f"/repositories/{repository.id}/conversations/{answer.conversation_id}"
        raise web.HTTPSeeOther(f"{place}#answer-{answer.id}")
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        shown = await as_json(connection, answer, request.app[keys.SETTINGS].public_url)
    return web.json_response(shown)


async def stream(request: web.Request) -> web.StreamResponse:
    """`?view=html` renders for the page what is otherwise sent as it is."""
    answer, repository = await access.answer_in_path(request)
    if request.query.get("view") == "html":
        return await send_html(request, answer, repository)
    return await send_events(request, answer, repository)


async def why(request: web.Request) -> web.Response:
    answer, repository = await access.answer_in_path(request)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        shown = await as_json(connection, answer, request.app[keys.SETTINGS].public_url)
        retrieved = await retrieval_logs.of_answer(connection, answer.id)
        said = await feedback.of_answer(connection, answer.id, access.viewer(request).actor)
    if wants_page(request):
        return await why_page.render(request, answer, repository, shown["citations"], retrieved)
    whole: dict[str, Any] = {
        **shown,
        "prompt_hash": answer.prompt_hash,
        "retrieved": [{name: getattr(row, name) for name in _RETRIEVED} for row in retrieved],
        "feedback": {"vote": said.vote, "note": said.note} if said else None,
    }
    return web.json_response(whole, headers={"Vary": "Accept"})


_RETRIEVED = tuple(retrieval_logs.Retrieved.__dataclass_fields__)
