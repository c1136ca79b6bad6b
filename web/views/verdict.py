"""The buttons under a finding: what a person says of it, or asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from core.db import insights
from core.db.findings import Finding
from core.db.repositories import Repository
from web import access, body, keys
from web.insights import named
from web.judging import LONGEST_REASON, Judgement, judge
from web.problem import Problem
from web.requesting import REQUESTS, request_pull, request_thought

_JUDGEMENTS = {
    "up": Judgement(vote=1, read=True),
    "down": Judgement(vote=-1, read=True),
    "none": Judgement(vote=0),
    "read": Judgement(read=True),
    "unread": Judgement(read=False),
    "open": Judgement(state="open"),
    "dismissed": Judgement(state="dismissed"),
    "false_positive": Judgement(state="false_positive"),
    "taken": Judgement(patch="taken"),
    "refused": Judgement(patch="refused"),
}


async def given(request: web.Request) -> web.Response:
    """One button of one finding; then its page."""
    repository = await access.repository(request, access.path_number(request), write=True)
    finding = await named(request, repository)
    fields = await body.form(request)
    await _act(request, repository, finding, fields.get("act", ""), fields.get("reason", ""))
    raise web.HTTPSeeOther(f"/repositories/{repository.id}/insights/{finding.fingerprint}")


async def _act(
    request: web.Request, repository: Repository, finding: Finding, act: str, reason: str
) -> None:
    if act in REQUESTS:
        await request_thought(request, repository, finding, act)
        return
    if act == "pull":
        await request_pull(request, repository, finding)
        return
    if act not in _JUDGEMENTS:
        raise Problem(422, "Use one of the buttons of the page.")
    said = _JUDGEMENTS[act]
    kept = reason.strip().replace("\x00", "")[:LONGEST_REASON]
    if said.state is not None and kept:
        said = Judgement(state=said.state, reason=kept)
    await judge(request, repository, finding, said)


async def read_all(request: web.Request) -> web.Response:
    """Mark what has been found until now as read."""
    repository = await access.repository(request, access.path_number(request), write=True)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await insights.mark_read(connection, repository.id, read=True, until=datetime.now(UTC))
    raise web.HTTPSeeOther(f"/repositories/{repository.id}/insights")
