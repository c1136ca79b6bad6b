"""POST /feedback: a vote on an answer, with a note and what should have been cited."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from core.db import feedback
from web import access, body, keys

_VOTES = {"up": 1, "down": -1, "none": 0}
_MOST = 20


async def give(request: web.Request) -> web.Response:
    fields = await body.read(request)
    answer_id = fields.uuid("answer_id")
    vote = _vote(fields)
    note = fields.text("note", longest=2000, required=False)
    correct = _correct_citations(fields)
    fields.check()
    assert answer_id is not None
    answer, repository = await access.answer(request, answer_id)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        said = await feedback.give(
            connection,
            installation_id=repository.installation_id,
            answer_id=answer.id,
            actor=access.viewer(request).actor,
            vote=vote,
            note=note,
            correct_citations=correct,
        )
    return web.json_response(
        {
            "answer_id": str(said.answer_id),
            "vote": said.vote,
            "note": said.note,
            "correct_citations": said.correct_citations,
        }
    )


def _vote(fields: body.Body) -> int:
    value = fields.fields.get("vote")
    if isinstance(value, str) and value in _VOTES:
        return _VOTES[value]
    if isinstance(value, int) and not isinstance(value, bool) and value in (-1, 0, 1):
        return value
    missing = value is None
    fields.wrong(
        "vote", "is missing" if missing else "must be 1 or 'up', -1 or 'down', 0 or 'none'"
    )
    return 0


def _correct_citations(fields: body.Body) -> list[dict[str, Any]]:
    value = fields.fields.get("correct_citations")
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MOST:
        fields.wrong("correct_citations", f"must be a list of at most {_MOST} citations")
        return []
    return [_citation(fields, position, each) for position, each in enumerate(value)]


def _citation(fields: body.Body, position: int, value: object) -> dict[str, Any]:
    """The field's own errors, under the place in the list."""
    nested = body.Body(value if isinstance(value, dict) else {})
    path = nested.text("path", longest=4096)
    start, end = nested.number("start_line"), nested.number("end_line")
    if not nested.errors and not 1 <= start <= end:
        nested.wrong("end_line", "must not be before start_line, which counts from 1")
    for error in nested.errors:
        fields.wrong(f"correct_citations/{position}{error['pointer'][1:]}", error["detail"])
    return {"path": path, "start_line": start, "end_line": end}
