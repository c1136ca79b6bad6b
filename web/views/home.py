"""/: the repositories, how far their indexes are, and how to add one."""

from __future__ import annotations

from importlib import resources

from aiohttp import web

from core.errors import UserError
from web import access, body, keys
from web.connecting import connect, index
from web.page import fragment, page
from web.problem import Problem
from web.status import Status


async def show(request: web.Request) -> web.Response:
    return await _page(request)


async def icon(request: web.Request) -> web.Response:
    """For browsers that ask for an icon without having read which one a page names."""
    content = resources.files("web").joinpath("static", "mark.svg").read_bytes()
    kept = {"Cache-Control": "public, max-age=86400"}
    return web.Response(body=content, content_type="image/svg+xml", headers=kept)


async def rows(request: web.Request) -> web.Response:
    """The list alone: the page fetches it while an index is under way."""
    text = fragment(request, "repositories.html", statuses=await _statuses(request))
    return web.Response(text=text, content_type="text/html")


async def connected(request: web.Request) -> web.Response:
    """The form. What is wrong is said beside it, with what was typed still there."""
    typed = (await body.form(request)).get("repo", "")
    try:
        await connect(request, typed)
    except UserError as error:
        return await _page(request, status=422, typed=typed, wrong=str(error))
    except Problem as problem:
        return await _page(request, status=problem.status, typed=typed, wrong=problem.detail)
    raise web.HTTPSeeOther("/")


async def index_again(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request), write=True)
    await index(request, repository)
    raise web.HTTPSeeOther("/")


async def _page(
    request: web.Request, *, status: int = 200, typed: str = "", wrong: str = ""
) -> web.Response:
    return page(
        request,
        "home.html",
        status=status,
        statuses=await _statuses(request),
        typed=typed,
        wrong=wrong,
        github_url=request.app[keys.SETTINGS].github_url,
    )


async def _statuses(request: web.Request) -> list[Status]:
    visible = await access.visible(request)
    async with request.app[keys.DATABASE].system() as connection:
        return [await request.app[keys.STATUSES].of(connection, each) for each in visible]
