"""Asking: a row and its work are committed, then a worker is woken. No door answers by itself."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from core.db import answers, conversations, switches, work
from core.db.answers import Answer
from core.db.connect import Connection
from core.db.conversations import Conversation
from core.db.repositories import Repository
from web import keys
from web.follow import Follower
from web.limits import QUESTIONS_A_MINUTE, check_rate
from web.problem import Problem
from web.viewer import VIEWER, Viewer

LONGEST_QUESTION = 4000


async def ask(
    request: web.Request,
    repository: Repository,
    question: str,
    *,
    door: str,
    conversation_id: UUID | None = None,
    ref: str = "",
) -> Answer:
    """A pending answer, which a worker has been told of.

    Raise Problem where the repository could not be indexed, the conversation is not the viewer's,
    too many questions came at once, or everything is switched off.
    """
    viewer = request[VIEWER]
    require_hope(repository)
    await check_rate(
        request,
        viewer,
        "asked",
        QUESTIONS_A_MINUTE,
        "questions",
        installation_id=repository.installation_id,
    )
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        await require_on(request, connection)
        conversation = await _conversation(connection, repository, viewer, conversation_id)
        answer = await answers.create(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            conversation_id=conversation.id,
            door=door,
            question=question,
            ref=ref,
        )
        job = await work.add(
            connection,
            installation_id=repository.installation_id,
            kind="answer",
            queue="interactive",
            subject={"answer_id": str(answer.id)},
        )
    await request.app[keys.QUEUE].wake(job)
    return answer


def follower(request: web.Request, installation_id: int) -> Follower:
    app = request.app
    return Follower(app[keys.DATABASE], app[keys.QUEUE], app[keys.CLOSING], installation_id)


def require_hope(repository: Repository) -> None:
    """A question may wait for the first index, but not for one that failed."""
    if repository.snapshot_id is None and repository.error:
        raise Problem(409, f"{repository.name} could not be indexed: {repository.error}")


async def require_on(request: web.Request, connection: Connection) -> None:
    """Nothing runs while the kill switch is on."""
    if request.app[keys.SETTINGS].kill_switch or await switches.is_on(connection, "kill"):
        raise Problem(503, "Ponder is switched off (kill switch); switch it on again first.")


async def _conversation(
    connection: Connection, repository: Repository, viewer: Viewer, conversation_id: UUID | None
) -> Conversation:
    """Whoever sees the repository may read a conversation; going on with it is its owner's."""
    if conversation_id is None:
        return await conversations.start(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            user_id=viewer.user_id,
        )
    found = await conversations.get(connection, conversation_id)
    if found is None or found.repository_id != repository.id:
        raise Problem(404, f"{repository.name} has no conversation {conversation_id}.")
    if found.user_id != viewer.user_id or found.thread is not None:
        raise Problem(403, "This conversation is someone else's; start your own.")
    return found
