"""/insights: what was found, and what people say of it."""

from __future__ import annotations

from typing import cast

from aiohttp import web

from core.db import feedback, insights, snapshots
from core.db.findings import State
from web import access, body, keys
from web.insights import as_json, named, wanted_in
from web.judging import LONGEST_REASON, PATCH_VERDICTS, VERDICTS, Judgement, judge
from web.paging import part_in
from web.problem import Problem
from web.requesting import REQUESTS, request_thought

_LIMIT, _MOST = 50, 200
_VOTES = {"up": 1, "down": -1, "none": 0, 1: 1, -1: -1, 0: 0}


async def listed(request: web.Request) -> web.Response:
    """The strongest first."""
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    wanted, (limit, offset) = wanted_in(request), part_in(request, limit=_LIMIT, most=_MOST)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await insights.listed(connection, repository.id, wanted, limit=limit, offset=offset)
        tallies = await insights.tallies(connection, repository.id, wanted.path)
        acceptance = await feedback.acceptance(connection, repository.id)
        snapshot = await snapshots.current(connection, repository.id)
    total = sum(each.findings for each in tallies if each.fits(wanted))
    public_url = request.app[keys.SETTINGS].public_url
    return web.json_response(
        {
            "repo_id": repository.id,
            "commit": snapshot.commit_sha if snapshot else None,
            "total": total,
            "next": offset + limit if offset + limit < total else None,
            "acceptance": acceptance._asdict(),
            "findings": [as_json(each, public_url) for each in found],
        }
    )


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    found = await named(request, repository)
    return web.json_response(as_json(found, request.app[keys.SETTINGS].public_url))


async def judged(request: web.Request) -> web.Response:
    """A verdict, a vote, or that it was read; the finding as it is then."""
    fields = await body.read(request)
    repo_id, said = fields.number("repo_id"), _judgement(fields)
    fields.check()
    repository = await access.repository(request, repo_id, write=True)
    await judge(request, repository, await named(request, repository), said)
    found = await named(request, repository)
    return web.json_response(as_json(found, request.app[keys.SETTINGS].public_url))


async def requested(request: web.Request) -> web.Response:
    """A fix, or another check, of a finding: queued before everything else."""
    fields = await body.read(request)
    repo_id = fields.number("repo_id")
    fields.check()
    repository = await access.repository(request, repo_id, write=True)
    finding, act = await named(request, repository), request.match_info["act"]
    if act not in REQUESTS:
        raise Problem(404, f"There is nothing to ask for that is called '{act[:40]}'.")
    thought = await request_thought(request, repository, finding, act)
    return web.json_response(
        {"repo_id": repository.id, "thought_id": thought.id, "thought": thought.kind}, status=202
    )


def _judgement(fields: body.Body) -> Judgement:
    state, read = fields.fields.get("state"), fields.fields.get("read")
    vote, patch = fields.fields.get("vote"), fields.fields.get("patch_state")
    if state is not None and state not in VERDICTS:
        fields.wrong("state", f"must be one of {', '.join(VERDICTS)}")
    if patch is not None and patch not in PATCH_VERDICTS:
        fields.wrong("patch_state", f"must be one of {', '.join(PATCH_VERDICTS)}")
    if read is not None and not isinstance(read, bool):
        fields.wrong("read", "must be true or false")
    plain = isinstance(vote, int | str) and not isinstance(vote, bool)
    if vote is not None and not (plain and vote in _VOTES):
        fields.wrong("vote", "must be 1 or 'up', -1 or 'down', 0 or 'none'")
    reason = fields.text("reason", longest=LONGEST_REASON, required=False)
    if state is None and read is None and vote is None and patch is None:
        fields.wrong("state", "is missing: say a state, a vote, a patch_state, or read")
    if fields.errors:
        return Judgement()
    return Judgement(
        cast("State | None", state),
        reason,
        _VOTES[vote] if vote is not None else None,
        read,
        patch or "",
    )
