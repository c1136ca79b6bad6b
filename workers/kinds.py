"""The kinds of work, a few lines each: what a claimed row asks for, handed to who does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from core import log, stream
from core.db import answers, drafts, findings, intents, repositories, snapshots, thoughts, work
from core.db.answers import Answer
from core.db.repositories import Repository
from core.db.work import Work
from core.errors import Skip, TryLater, UserError
from core.github import GitHub
from workers import git
from workers.answer.answer import answer
from workers.answer.stale import mark_stale
from workers.commands import obey
from workers.config_check import check_config
from workers.configuration import keep_config
from workers.context import Context
from workers.drafts.advance import advance
from workers.drafts.dashboard import refresh
from workers.drafts.tend import tend
from workers.engine import heads
from workers.explain import name_changes
from workers.feedback.merged import Closed, fixed_before_merge
from workers.feedback.reactions import look
from workers.feedback.verdicts import Judging
from workers.index import build, garbage
from workers.index.compact import compact
from workers.index.embed import embed
from workers.index.link import link, link_overlay
from workers.installation import connect_repositories, git_credentials
from workers.progress import progress_row
from workers.purge import purge
from workers.reports.comment import reply_to
from workers.reports.onboarding import introduce
from workers.reports.post import post
from workers.retrieve.facets import Chosen
from workers.review.button import button
from workers.review.review import review_claimed
from workers.search import Search, snapshots_of

_log = log.get(__name__)


async def reply(context: Context, claimed: Work) -> list[Work]:
    """The work of posting an answer, where it was asked for on GitHub."""
    async with context.database.tenant(claimed.installation_id) as connection:
        found = await answers.get(connection, UUID(claimed.subject["answer_id"]))
        if found is None or found.door != "github" or found.target.get("withdrawn"):
            return []
        return await reply_to(connection, context.settings, found)


async def _repository(context: Context, claimed: Work, repository_id: int) -> Repository:
    async with context.database.tenant(claimed.installation_id) as connection:
        repository = await repositories.get(connection, repository_id)
    if repository is None:
        raise Skip("the repository was removed meanwhile")
    return repository


def _app(context: Context) -> GitHub:
    if context.github is None:
        raise Skip("no GitHub App is configured")
    return context.github


async def _build(context: Context, repository: Repository, ref: str) -> build.Report:
    """Of a ref with its links: nothing comes after it that would make them."""
    async with progress_row(context.database, repository) as progress:
        report = await build.index(
            settings=context.settings,
            database=context.database,
            repository=repository,
            ref=ref,
            credentials=await git_credentials(context.github, repository),
            progress=progress,
        )
        if ref:
            await link_overlay(
                database=context.database,
                repository=repository,
                snapshot_id=report.snapshot_id,
                progress=progress,
            )
    return report


async def _index(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    ref = claimed.subject.get("ref", "")
    report = await _build(context, repository, ref)
    if ref:
        return []
    mirror = git.mirror_path(context.mirrors, repository.id)
    await keep_config(context.database, mirror, repository, report.commit)
    edits = await mark_stale(context.settings, context.database, repository, report.snapshot_id)
    async with context.database.tenant(claimed.installation_id) as connection:
        waiting = await work.hasten_answers(connection, repository.id)
        vectors = await work.for_repository(connection, "embed", repository)
        tending = await drafts.tend(connection, repository)
        board = await drafts.refresh_dashboard(connection, repository)
        greeting = await introduce(connection, context.settings, repository)
    return [*edits, *waiting, vectors, *tending, board, *greeting]


async def _embed(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    await compact(context.database, repository)
    await _warm(context, repository)
    async with progress_row(context.database, repository) as progress:
        await link(database=context.database, repository=repository, progress=progress)
        done = await embed(
            database=context.database,
            endpoint=context.endpoint,
            local=context.local,
            repository=repository,
            progress=progress,
        )
    if done.problem:
        _log.warning("embed.without_model", reason=done.problem)
    await _warm(context, repository)
    return []


async def _warm(context: Context, repository: Repository) -> None:
    """A question that comes later finds the index mapped."""
    async with context.database.tenant(repository.installation_id) as connection:
        current = await snapshots.current(connection, repository.id)
    if current is not None:
        await context.searcher.warm(current)


async def _answer(context: Context, claimed: Work) -> list[Work]:
    answer_id = UUID(claimed.subject["answer_id"])
    async with context.database.tenant(claimed.installation_id) as connection:
        asked = await answers.get(connection, answer_id)
    if asked is None:
        raise Skip("the question was removed meanwhile")
    if asked.state == "pending":
        await _answered(context, asked, await _repository(context, claimed, asked.repository_id))
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
        await _build(context, repository, asked.ref)
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


async def _search(context: Context, claimed: Work) -> list[Work]:
    """What was found is told and not kept: who searches again, asks again."""
    subject = claimed.subject
    repository = await _repository(context, claimed, subject["repository_id"])
    built = partial(_build, context, repository)
    mirror = git.mirror_path(context.mirrors, repository.id)
    snapshot_of = snapshots_of(context.database, repository, built)
    search = Search(context.database, context.searcher, mirror, snapshot_of)
    limit, chosen = subject["limit"], Chosen.of(subject)
    event = await search.told(subject["query"], limit=limit, chosen=chosen)
    await stream.publish(context.queue.redis, subject["topic"], event)
    async with context.database.system() as connection:
        await work.forget(connection, claimed.id)
    return []


async def _facts(context: Context, claimed: Work) -> list[Work]:
    subject = claimed.subject
    repository = await _repository(context, claimed, subject["repository_id"])
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


async def _post(context: Context, claimed: Work) -> list[Work]:
    more = await post(
        github=_app(context),
        database=context.database,
        installation_id=claimed.installation_id,
        pause=context.settings.github_pause,
        killed=context.settings.kill_switch,
    )
    if not more:
        return []
    async with context.database.system() as connection:
        return [await intents.wake(connection, claimed.installation_id)]


async def _reactions(context: Context, claimed: Work) -> list[Work]:
    await look(_app(context), context.database, claimed.installation_id)
    return []


async def _verdict(context: Context, claimed: Work) -> list[Work]:
    github = _app(context)
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    place = github, context.database, context.mirrors, repository
    return await Judging(*place, claimed.subject, context.endpoint).judge()


async def _merged(context: Context, claimed: Work) -> list[Work]:
    github = _app(context)
    subject = claimed.subject
    repository = await _repository(context, claimed, subject["repository_id"])
    place = github, context.database, context.mirrors, repository
    await fixed_before_merge(*place, Closed(subject["number"], subject["head"]))
    return []


async def _command(context: Context, claimed: Work) -> list[Work]:
    return await obey(_app(context), context.database, claimed)


async def _configuration(context: Context, claimed: Work) -> list[Work]:
    github = _app(context)
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    mirror = git.mirror_path(context.mirrors, repository.id)
    return await check_config(github, context.database, mirror, repository, claimed.subject)


async def _installation(context: Context, claimed: Work) -> list[Work]:
    installation_id = claimed.subject["installation_id"]
    return await connect_repositories(_app(context), context.database, installation_id)


async def _purge(context: Context, claimed: Work) -> list[Work]:
    await purge(context, claimed)
    return []


async def _forget(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    # A person may have named a branch by its short name, or by the whole one.
    ref = claimed.subject["ref"]
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    await garbage.forget(context.database, repository, [ref, short])
    async with context.database.tenant(claimed.installation_id) as connection:
        await thoughts.supersede(connection, repository.id, ref=ref)
        await findings.forget_ref(connection, repository.id, ref)
        # The pull request that was closed may be one of ours.
        return await drafts.tend(connection, repository)


async def _head(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    if repository.snapshot_id is None:
        raise TryLater("the repository is not indexed yet", seconds=30)
    if not await heads.is_wanted(context.database, repository):
        raise Skip("Continual Learning was switched off meanwhile")
    ref = claimed.subject["ref"]
    report = await _build(context, repository, ref)
    mirror = git.mirror_path(context.mirrors, repository.id)
    await heads.consider(
        context.database,
        repository,
        mirror,
        ref=ref,
        base=claimed.subject["base"],
        head=report.commit,
    )
    return []


async def _draft(context: Context, claimed: Work) -> list[Work]:
    return await advance(context, claimed, partial(_build, context))


async def _tend(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    return await tend(context, repository, partial(_build, context))


async def _dashboard(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    return await refresh(context.database, repository, context.settings.public_url)


async def _review(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    return await review_claimed(context, claimed, repository, partial(_build, context))


async def _button(context: Context, claimed: Work) -> list[Work]:
    repository = await _repository(context, claimed, claimed.subject["repository_id"])
    return await button(context, repository, claimed)


KINDS: dict[str, Callable[[Context, Work], Awaitable[list[Work]]]] = {
    "index": _index,
    "embed": _embed,
    "answer": _answer,
    "search": _search,
    "facts": _facts,
    "post": _post,
    "command": _command,
    "configuration": _configuration,
    "installation": _installation,
    "forget": _forget,
    "head": _head,
    "purge": _purge,
    "review": _review,
    "button": _button,
    "reactions": _reactions,
    "verdict": _verdict,
    "merged": _merged,
    "draft": _draft,
    "tend": _tend,
    "dashboard": _dashboard,
}
"""Each returns the work that follows from it: committed, and woken once this work is settled."""
