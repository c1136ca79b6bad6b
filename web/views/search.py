"""A repository's search page: what was found, with previews, and what it has in common."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from core.db.repositories import Repository
from web import access, keys
from web.api.search import code_url
from web.code import marked_lines
from web.exchange import Line
from web.problem import Problem
from web.searching import FACETS, Asked, Refused, asked_in, search
from web.standing import repository_page

_LIMIT = 40
_NAMES = {
    "part": "Part",
    "language": "Language",
    "folder": "Folder",
    "kind": "Kind",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """`at` opens the code at one of the lines."""

    place: dict[str, Any]
    url: str
    lines: list[Line]

    def at(self, number: int) -> str:
        return f"{self.url.partition('?')[0]}?lines={number}#L{number}"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet; `url` chooses it, or takes the choice back."""

    name: str
    count: int
    url: str
    chosen: bool


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    asked = asked_in(request, limit=_LIMIT)
    if not asked.query:
        return await _page(request, repository, asked)
    try:
        found = await search(request, repository, asked)
    except Refused as refused:
        return await _page(request, repository, asked, wrong=str(refused), status=422)
    except Problem as problem:
        return await _page(request, repository, asked, wrong=problem.detail, status=problem.status)
    return await _page(request, repository, asked, found)


async def _page(
    request: web.Request,
    repository: Repository,
    asked: Asked,
    found: dict[str, Any] | None = None,
    *,
    wrong: str = "",
    status: int = 200,
) -> web.Response:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        index = await request.app[keys.STATUSES].of(connection, repository)
    return await repository_page(
        request,
        repository,
        "search.html",
        status=status,
        index=index,
        asked=asked,
        found=found,
        previews=await asyncio.to_thread(_previews, repository, found) if found else [],
        facets=_facets(asked, found) if found else [],
        everything=_url(asked) if asked.chosen else "",
        wrong=wrong,
    )


def _previews(repository: Repository, found: dict[str, Any]) -> list[Preview]:
    return [
        Preview(place, code_url(repository, found, place), _lines(place))
        for place in found["results"]
    ]


def _lines(place: dict[str, Any]) -> list[Line]:
    html = marked_lines(
        [line["text"] for line in place["lines"]],
        [line["spans"] for line in place["lines"]],
        place["language"],
        place["path"],
    )
    numbers = [line["number"] for line in place["lines"]]
    return [Line(n, Markup(each)) for n, each in zip(numbers, html, strict=True)]  # noqa: S704


def _facets(asked: Asked, found: dict[str, Any]) -> list[tuple[str, list[Value]]]:
    """By name; one that would not tell places apart is left out."""
    named = [(_NAMES[facet], _values(asked, facet, found["facets"][facet])) for facet in FACETS]
    return [
        (name, values)
        for name, values in named
        if len(values) > 1 or any(value.chosen for value in values)
    ]


def _values(asked: Asked, facet: str, counts: list[dict[str, Any]]) -> list[Value]:
    chosen = getattr(asked, facet)
    listed = [
        Value(each["value"], each["count"], _url(asked, facet, each["value"]), False)
        for each in counts
        if each["value"] != chosen
    ]
    if not chosen:
        return listed
    count = next((each["count"] for each in counts if each["value"] == chosen), 0)
    return [Value(chosen, count, _url(asked, facet), True), *listed]


def _url(asked: Asked, facet: str = "", value: str = "") -> str:
    """The same search with one choice changed; with no facet, without any choice."""
    others = {name: each for name, each in asked.chosen.items() if facet and name != facet}
    wanted = {facet: value} if value else {}
    return f"?{urlencode({'q': asked.query, **others, **wanted})}"
