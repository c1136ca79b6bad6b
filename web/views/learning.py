"""The settings of Continual Learning: on or off, what it may spend and when, what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from core.budget import RESOURCES
from core.db import learning, switches
from core.db.repositories import Repository
from core.errors import Skip, TryLater, UserError
from core.learning import KINDS, REPOSITORY, problems
from core.quiet import DAYS
from web import access, body, keys
from web.choosing import ABOUT, LIMITS, UNITS, Filled, label_of, said_in, stored, typed
from web.learning import learned
from web.problem import Problem
from web.standing import repository_page


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    return await _page(request, repository)


async def saved(request: web.Request) -> web.Response:
    """One of the forms; what is wrong is said on the page."""
    repository = await access.repository(request, access.path_number(request), write=True)
    form = await body.fields_of_form(request)
    act = form.get("act", [""])[0]
    if act in ("stop", "go"):
        await _kill(request, on=act == "stop")
    elif act in ("on", "off"):
        await _say(request, repository, {"on": act == "on"})
    elif act == "save":
        async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
            now = await learned(connection, repository)
        said = said_in(form, now.row.said if now.row else {}, now.effective)
        if wrong := problems(said):
            return await _page(
                request, repository, filled=typed(form), wrong=dict(wrong), status=422
            )
        await _say(request, repository, said)
    else:
        raise Problem(422, "Use one of the buttons of the page.")
    raise web.HTTPSeeOther(f"/repositories/{repository.id}/learning")


async def _say(request: web.Request, repository: Repository, said: dict[str, Any]) -> None:
    by = access.viewer(request).actor
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await learning.say(connection, repository, said, by=by)


async def _kill(request: web.Request, *, on: bool) -> None:
    """For whoever runs the machine: it stops what belongs to everybody."""
    if not await _runs_the_server(request):
        raise Problem(403, "Only who runs this server can stop all of it: PONDER_KILL_SWITCH.")
    async with request.app[keys.DATABASE].system() as connection:
        await switches.turn(connection, switches.KILL, on=on, by=access.viewer(request).actor)


async def _runs_the_server(request: web.Request) -> bool:
    """Whoever sits at it; where people log in, whoever owns the App."""
    user_id = access.viewer(request).user_id
    if user_id is None:
        return True
    try:
        app = await request.app[keys.GITHUB].app()
    except (TryLater, Skip, UserError):
        return False
    return app.owner_id == user_id


async def _page(
    request: web.Request,
    repository: Repository,
    *,
    filled: Filled | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await learned(connection, repository)
        killed = await switches.is_on(connection, switches.KILL)
    said = found.row.said if found.row else {}
    counts = found.effective
    return await repository_page(
        request,
        repository,
        "learning.html",
        status=status,
        tab="learning",
        learned=found,
        budgets=[(name, words, *UNITS[name]) for name, words in RESOURCES.items()],
        limits=LIMITS,
        filled=filled or stored(said, counts),
        lowered={name for name in RESOURCES if counts.sources.get(f"budgets.{name}") == REPOSITORY},
        days=DAYS,
        zones=sorted(name for name in available_timezones() if "/" in name),
        kinds=[(kind, ABOUT[kind]) for kind in KINDS],
        cadences=[f"cadence.{kind}" for kind in KINDS],
        killed=killed,
        may_kill=await _runs_the_server(request),
        killed_by_environment=request.app[keys.SETTINGS].kill_switch,
        wrong=wrong or {},
        label_of=label_of,
        writes=access.viewer(request).writes(repository),
        administers=access.viewer(request).administers(repository),
    )
