"""A repository's page: ask, and read what was answered."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from core.db import answers, conversations
from core.db.repositories import Repository
from web import access, body, keys
from web.asking import LONGEST_QUESTION, ask
from web.exchange import Exchange, exchange_of
from web.problem import Problem
from web.standing import repository_page


async def new(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    return await _page(request, repository, None, [])


async def show(request: web.Request) -> web.Response:
    """Whoever sees the repository and has the address may read; asking on is the owner's."""
    repository = await access.repository(request, access.path_number(request))
    conversation_id = _uuid(request.match_info["conversation_id"])
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        found = await conversations.get(connection, conversation_id)
        if found is None or found.repository_id != repository.id:
            raise Problem(404, f"{repository.name} has no such conversation.")
        rows = await answers.of_conversation(connection, found.id)
        exchanges = [await exchange_of(request, connection, row) for row in rows]
    owner = "mine" if found.user_id == access.viewer(request).user_id else "another"
    owner = owner if found.thread is None else "thread"
    return await _page(request, repository, found.id, exchanges, owner=owner)


async def asked(request: web.Request) -> web.Response:
    """The form of browsers without scripts; with them, the page posts to /chat."""
    repository = await access.repository(request, access.path_number(request))
    form = await body.form(request)
    question = form.get("question", "").strip()
    if not question or len(question) > LONGEST_QUESTION or "\x00" in question:
        raise Problem(422, f"Write a question of at most {LONGEST_QUESTION} characters.")
    named = form.get("conversation_id", "")
    answer = await ask(
        request,
        repository,
        question,
        door="browser",
        conversation_id=_uuid(named) if named else None,
    )
    place = f"/repositories/{repository.id}/conversations/{answer.conversation_id}"
    raise web.HTTPSeeOther(f"{place}#answer-{answer.id}")


async def _page(
    request: web.Request,
    repository: Repository,
    conversation_id: UUID | None,
    exchanges: list[Exchange],
    *,
    owner: str = "mine",
) -> web.Response:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        status = await request.app[keys.STATUSES].of(connection, repository)
        recent = await conversations.recent(
            connection, repository.id, access.viewer(request).user_id
        )
    return await repository_page(
        request,
        repository,
        "conversation.html",
        tab="ask",
        index=status,
        recent=recent,
        conversation_id=conversation_id,
        exchanges=exchanges,
        owner=owner,
        longest=LONGEST_QUESTION,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem(404, f"'{text[:40]}' is no conversation; its id is a UUID.") from error
