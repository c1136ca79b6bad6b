"""Work for people who asked: answers, searches, facts."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from core import stream
from core.db import answers, snapshots, work
from core.db.answers import Answer
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from workers import git
from workers.answer.answer import answer
from workers.context import Context
from workers.explain import name_changes
from workers.kinds.base import built, repository_of
from workers.reports.comment import reply_to
from workers.retrieve.facets import Chosen
from workers.search import Search, snapshots_of


async def reply(context: Context, claimed: Work) -> list[Work]:
    """The work of posting an answer, where it was asked for on GitHub."""
    async with context.database.tenant(claimed.installation_id) as connection:
        found = await answers.get(connection, UUID(claimed.subject["answer_id"]))
        if found is None or found.door != "github" or found.target.get("withdrawn"):
            return []
        return await reply_to(connection, context.settings, found)


async def answer_work(context: Context, claimed: Work) -> list[Work]:
    answer_id = UUID(claimed.subject["answer_id"])
    async with context.database.tenant(claimed.installation_id) as connection:
        asked = await answers.get(connection, answer_id)
    if asked is None:
        raise Skip("the question was removed meanwhile")
    if asked.state == "pending":
        await _answered(context, asked, await repository_of(context, claimed, asked.repository_id))
    # A worker that died between the answer and the reply left an answer without one.
    return await reply(context, claimed)


async def _answered(context: Context, asked: Answer, repository: Repository) -> None:
    emit = partial(stream.publish, context.queue.redis, str(asked.id))
    if repository.snapshot_id is None:
        if repository.error:
            raise UserError(f"The repository could not be indexed: {repository.error}")
        await emit({"type": "status", "text": "Waiting for the first index of this repository"})
        raise TryLater("the repository is not indexed yet", seconds=5)
    # The index may have been built on another host, whose mirror is not here.
    mirror = git.mirror_path(context.mirrors, repository.id)
    if asked.ref or not mirror.exists():
        await built(context, repository, asked.ref)
    if asked.target.get("explains") and context.github is not None:
        asked = await name_changes(context.github, context.database, repository, mirror, asked)
    await answer(
        settings=context.settings,
        database=context.database,
        searcher=context.searcher,
        endpoint=context.endpoint,
        mirrors=context.mirrors,
        answer_id=asked.id,
        emit=emit,
    )


async def search_work(context: Context, claimed: Work) -> list[Work]:
    """What was found is told and not kept: who searches again, asks again."""
    subject = claimed.subject
    repository = await repository_of(context, claimed, subject["repository_id"])
    build_ref = partial(built, context, repository)
    mirror = git.mirror_path(context.mirrors, repository.id)
    snapshot_of = snapshots_of(context.database, repository, build_ref)
    search = Search(context.database, context.searcher, mirror, snapshot_of)
    limit, chosen = subject["limit"], Chosen.of(subject)
    event = await search.told(subject["query"], limit=limit, chosen=chosen)
    await stream.publish(context.queue.redis, subject["topic"], event)
    async with context.database.system() as connection:
        await work.forget(connection, claimed.id)
    return []


async def facts_work(context: Context, claimed: Work) -> list[Work]:
    subject = claimed.subject
    repository = await repository_of(context, claimed, subject["repository_id"])
    async with context.database.tenant(repository.installation_id) as connection:
        snapshot = await snapshots.get(connection, subject["snapshot_id"])
    if snapshot is None or snapshot.repository_id != repository.id:
        raise Skip("the snapshot is gone")
    graph = await context.searcher.graph(snapshot)
    await graph.facts(subject["scope"])
    # What was forgotten when links came is not remembered from before they did.
    if (grown := await context.searcher.graph(snapshot)) is not graph:
        await grown.facts(subject["scope"])
    return []
