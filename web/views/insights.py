"""The insights of a repository: what was found, the strongest first, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from aiohttp import web

from core.db import causes, drafts, feedback, findings, insights, runs, thoughts
from core.db.runs import Run
from core.db.thoughts import Thought
from web import access, keys
from web.finding import Shown, shown
from web.insights import named, wanted_in
from web.learning import learned
from web.narrowing import count, facets, feed_url, left_out
from web.paging import number_in
from web.problem import Problem
from web.standing import repository_page

_PAGE = 20
_GROUPS = {
    "reproduced": "Reproduced: a run shows it",
    "proven": "Proven: a tool’s rule shows it at a line",
    "suspected": "Suspected: nothing shows it yet",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """What Ponder is doing about a repository, and what it did last."""

    running: list[Thought]
    next: list[Thought]
    done: list[Run]


async def feed(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    wanted = wanted_in(request)
    number = number_in(request, "page", default=1, least=1, most=10_000)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await insights.listed(
            connection, repository.id, wanted, limit=_PAGE, offset=_PAGE * (number - 1)
        )
        settings = (await learned(connection, repository)).effective
        newest = await insights.newest(connection, repository.id)
        tallies = await insights.tallies(connection, repository.id, wanted.path)
        acceptance = await feedback.acceptance(connection, repository.id)
        activity = Activity(
            await thoughts.of_repository(connection, repository.id, states=["running"], limit=5),
            await thoughts.of_repository(connection, repository.id, states=["queued"], limit=3),
            _telling(await runs.of_repository(connection, repository.id, limit=60)),
        )
    total = count(tallies, wanted)
    return await repository_page(
        request,
        repository,
        "insights.html",
        tab="insights",
        # What was found since is told over the stream: on the first page, by the same filters.
        live=f"{feed_url(wanted) if number == 1 else '?'}&after={newest}".replace("?&", "?"),
        wanted=wanted,
        groups=_groups(await shown(found, may_open=settings.draft_pull_requests)),
        total=total,
        left_out=left_out(tallies, wanted),
        facets=facets(tallies, wanted),
        activity=activity,
        acceptance=acceptance,
        number=number,
        last=max(1, -(-total // _PAGE)),
        link=lambda page: feed_url(wanted, page),
        writes=access.viewer(request).writes(repository),
    )


async def show(request: web.Request) -> web.Response:
    """One finding, with all that is known of it."""
    repository = await access.repository(request, access.path_number(request))
    found = await named(request, repository)
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        settings = (await learned(connection, repository)).effective
        asked = await drafts.of_finding(connection, repository.id, found.fingerprint)
        same = await causes.of(connection, repository.id, found.fingerprint)
        cause = await findings.get(connection, repository.id, found.cause) if found.cause else None
    one, *others = await shown([found, *same], may_open=settings.draft_pull_requests)
    return await repository_page(
        request,
        repository,
        "finding_page.html",
        tab="insights",
        shown=one,
        same=others,
        cause=cause,
        draft=asked[0] if asked else None,
        pull_url=f"{request.app[keys.SETTINGS].github_url}/{repository.name}/pull",
        writes=access.viewer(request).writes(repository),
    )


async def patch(request: web.Request) -> web.Response:
    """The fix of a finding, as `git apply` takes it. It is saved, never shown by the browser."""
    repository = await access.repository(request, access.path_number(request))
    finding = await named(request, repository)
    if not finding.patch:
        raise Problem(404, "This finding has no patch yet; 'Draft a fix' asks for one.")
    name = f"ponder-{finding.fingerprint[:8]}.patch"
    return web.Response(
        text=finding.patch,
        content_type="text/plain",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _telling(ended: list[Run]) -> list[Run]:
    """The last of each kind: that one Thought did the same six times over tells little."""
    last: dict[str, Run] = {}
    for run in ended:
        if run.summary:
            last.setdefault(run.kind, run)
    return list(last.values())[:6]


def _groups(found: list[Shown]) -> list[tuple[str, list[Shown]]]:
    grouped = groupby(found, key=lambda each: each.finding.evidence)
    return [(_GROUPS[evidence], list(members)) for evidence, members in grouped]
