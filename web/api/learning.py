"""/learning: whether Ponder thinks by itself, what it may spend on that, and how it stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from core.db import learning
from core.db.repositories import Repository
from core.db.workers import Off
from core.learning import problems
from web import access, body, keys
from web.standing import standing_of

_SAID = (
    *("on", "budgets", "quiet_hours", "thoughts", "cadence"),
    *("dependencies", "draft_pull_requests"),
)


async def toggle(request: web.Request) -> web.Response:
    """What is not named stays as it was."""
    fields = await body.read(request)
    repo_id = fields.number("repo_id")
    given = {name: fields.fields[name] for name in _SAID if fields.fields.get(name) is not None}
    if "on" not in given:
        fields.wrong("on", "is missing")
    for where, detail in problems(given):
        fields.wrong(where.replace(".", "/"), detail)
    fields.check()
    repository = await access.repository(request, repo_id, write=True)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await learning.say(connection, repository, given, by=access.viewer(request).actor)
    return web.json_response(await _status(request, repository))


async def status(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    return web.json_response(await _status(request, repository))


async def _status(request: web.Request, repository: Repository) -> dict[str, Any]:
    standing = await standing_of(request, repository)
    counts, learned = standing.learned.effective, standing.learned
    return {
        "repo_id": repository.id,
        "on": counts.on,
        "set_by": counts.sources.get("on", "default"),
        "running": standing.running,
        "queued": standing.queued,
        "resting": standing.thoughts.get("resting", 0),
        "rests_because": learned.rests or None,
        "budget_used": learned.used,
        "budgets": {
            name: {
                **asdict(rate),
                "spent_today": learned.spent[name][0],
                "spent_this_month": learned.spent[name][1],
            }
            for name, rate in counts.rates.items()
        },
        "time_zone": counts.zone.key,
        "thoughts": None if counts.thoughts is None else sorted(counts.thoughts),
        "cadence": dict(counts.cadence),
        "dependencies": counts.dependencies,
        "draft_pull_requests": counts.draft_pull_requests,
        "policy": standing.policy,
        "unread": standing.unread,
        "problem": learned.row.problem if learned.row else "",
        "off": [_told(each, local=access.viewer(request).user is None) for each in standing.off],
    }


def _told(off: Off, *, local: bool) -> dict[str, Any]:
    """What is wrong with the machine, and how to mend it, is for whoever runs it."""
    return {
        "what": off.what,
        "because": off.found if local else "'ponder doctor' says why.",
        "mend": off.mend if local else "",
    }
