"""GET /search: the places in a repository that fit a search, best first."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from core.db.repositories import Repository
from web import access
from web.problem import Problem
from web.searching import MOST_RESULTS, Refused, asked_in, search


async def find(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    asked = asked_in(request, limit=_limit(request))
    if not asked.query:
        raise _wrong("q", "is missing: give words, or a search with conditions")
    try:
        found = await search(request, repository, asked)
    except Refused as refused:
        detail = str(refused)
        errors = [{"parameter": "q", "detail": detail}]
        raise Problem(422, detail, errors=errors) from refused
    results = [{**each, "url": code_url(repository, found, each)} for each in found["results"]]
    told = {name: value for name, value in found.items() if name != "type"}
    return web.json_response(
        {"repo_id": repository.id, "query": asked.query, **told, "results": results}
    )


def code_url(repository: Repository, found: dict[str, Any], place: dict[str, Any]) -> str:
    """The code viewer's page at the lines that were found."""
    first, last = place["start_line"], place["end_line"]
    return (
        f"/repositories/{repository.id}/blob/{found['commit']}/{quote(place['path'])}"
        f"?lines={first}-{last}#L{first}-L{last}"
    )


def _limit(request: web.Request) -> int:
    text = request.query.get("limit", "20")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_RESULTS):
        raise _wrong("limit", f"must be a number from 1 to {MOST_RESULTS}")
    return int(text)


def _wrong(parameter: str, detail: str) -> Problem:
    errors = [{"parameter": parameter, "detail": detail}]
    return Problem(422, f"{parameter} {detail}.", errors=errors)
