"""Who is looking, and at what: every row that a door shows passes through here."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from core.db import answers, repositories
from core.db.answers import Answer
from core.db.repositories import Repository
from web import keys
from web.problem import Problem
from web.viewer import VIEWER, Viewer


def viewer(request: web.Request) -> Viewer:
    return request[VIEWER]


async def visible(request: web.Request) -> list[Repository]:
    """By name."""
    async with request.app[keys.DATABASE].system() as connection:
        listed = await repositories.listed(connection)
    return [repository for repository in listed if viewer(request).sees(repository)]


async def repository(
    request: web.Request, repository_id: int, *, write: bool = False
) -> Repository:
    """Raise Problem 404 alike for what is not there and for what must not be seen."""
    async with request.app[keys.DATABASE].system() as connection:
        found = await repositories.get(connection, repository_id)
    if found is None or not viewer(request).sees(found):
        raise Problem(404, f"There is no repository {repository_id}, or none that you may see.")
    if write and not viewer(request).writes(found):
        raise Problem(403, f"You need write access to {found.name} on GitHub for this.")
    return found


def path_number(request: web.Request, name: str = "repo") -> int:
    """A number in the path; what is none, names nothing."""
    text = request.match_info[name]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Problem(404, f"'{text[:40]}' is no repository; its id in Ponder is a number.")
    return int(text)


def query_number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Problem(
            422,
            f"Give {name} as a number in the query, like ?{name}=1.",
            errors=[{"parameter": name, "detail": "must be a positive integer"}],
        )
    return int(text)


async def answer(request: web.Request, answer_id: UUID) -> tuple[Answer, Repository]:
    """An answer of a repository that the viewer may see."""
    async with request.app[keys.DATABASE].system() as connection:
        found = await answers.get(connection, answer_id)
        of = await repositories.get(connection, found.repository_id) if found else None
    if found is None or of is None or not viewer(request).sees(of):
        raise Problem(404, f"There is no answer {answer_id}, or you may not see its repository.")
    return found, of


async def answer_in_path(request: web.Request) -> tuple[Answer, Repository]:
    text = request.match_info["answer_id"]
    try:
        answer_id = UUID(text)
    except ValueError as error:
        raise Problem(404, f"'{text[:40]}' is no answer; its id is a UUID.") from error
    return await answer(request, answer_id)
