"""A review of a pull request, from the request to what is said of it.

GitHub is asked what the pull request is now, whatever came late; the diff comes from git. Only
content that no earlier round looked at is looked at; what was found before stays, or is fixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.db import (
    ignored_pulls,
    repo_configs,
    repositories,
    reviews,
    work,
)
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.reviews import Review
from core.db.work import Work
from core.errors import TryLater
from core.tasks import Stopped, unless
from workers.context import Context
from workers.review import (
    end,
    others,
    pace,
    pull,
    threads,
)
from workers.review.bench import Bench, Build
from workers.review.look import Look


async def review_claimed(
    context: Context, claimed: Work, repository: Repository, build: Build
) -> list[Work]:
    """One review of a pull request goes on at a time, and the next one waits for it."""
    async with context.database.system() as connection:
        if await work.is_run_already(connection, claimed):
            raise TryLater("an earlier review of this pull request goes on", seconds=5)
    number = claimed.subject["number"]
    if claimed.subject.get("later"):
        async with context.database.tenant(repository.installation_id) as connection:
            waiting = await reviews.waiting(connection, repository.id, number)
            return [await reviews.next_run(connection, repository, number)] if waiting else []
    if repository.snapshot_id is None:
        raise TryLater("the repository is not indexed yet", seconds=10)
    bench = await Bench.of(context, build)
    return await review(bench, repository, number, more=claimed.subject.get("more", ""))


async def review(
    bench: Bench, repository: Repository, number: int, *, more: str = ""
) -> list[Work]:
    """Returns the work to wake. `more` is a head of which the rest is to be looked at. Raise
    TryLater where GitHub or git is not there yet."""
    there = await pull.read(bench.github, repository, number)
    slug = (await bench.github.app()).slug
    async with bench.tenant(repository) as connection:
        rules = (await repo_configs.config(connection, repository)).review
        known = await reviews.of_pull(connection, repository.id, number)
        beside = await reviews.of_commit(connection, repository.id, there.head)
        asked = [each for each in known if each.state in ("waiting", "running")]
        manual = any(each.manual for each in asked)
        goes_on = more == there.head and not asked
        rounds = sum(each.state == "done" and each.head != more for each in known)
        reason = pull.why_not(there, rules, slug=slug, rounds=rounds, manual=manual)
        reason = reason or ("" if manual else await _told_not_to(connection, repository, number))
        if (reason and goes_on) or (more and not goes_on and not asked):
            return []  # What was said of the part that was looked at stands.
        if not reason:
            await threads.unsaid(connection, repository, number, there.head)
        queued = await end.superseded(connection, repository, number, there.head)
        ours = await reviews.start(connection, repository, number, there.head, manual=manual)
        if reason:
            return queued + await end.not_done(connection, repository, ours, "skipped", reason)
        if not manual and (later := await pace.put_off(connection, repository, ours, rules)):
            return queued + later
        if not goes_on:
            queued += await reviews.begun(connection, repository, there.head)
    covered = {} if manual else _covered(known, there.head, goes_on=goes_on)
    # What was said once is not followed by more mail about the same commit.
    rules = replace(rules, max_inline=0) if goes_on else rules
    beside = [each for each in beside if each.number != number]
    same = await others.of_same_head(bench.github, repository, beside, there.head)
    looking = Look(bench, repository, there, rules, covered, same, tests=not goes_on)
    return [*queued, *await _looked(looking, ours, manual=manual)]


async def _looked(looking: Look, ours: Review, *, manual: bool) -> list[Work]:
    """Cut off where somebody pauses Ponder meanwhile, or tells it to leave this one alone."""
    bench, repository, number = looking.bench, looking.repository, looking.pull.number

    async def told_not_to() -> str:
        async with bench.tenant(repository) as connection:
            now = await repositories.get(connection, repository.id) or repository
            return "" if manual else await _told_not_to(connection, now, number)

    try:
        return await unless(looking.concluded(ours), told_not_to)
    except Stopped:
        reason = await told_not_to() or "it was cut off"
        async with bench.tenant(repository) as connection:
            return await end.not_done(connection, repository, ours, "skipped", reason)


def _covered(known: Sequence[Review], head: str, *, goes_on: bool) -> Mapping[str, str]:
    """What the last review looked at, and those before it of what was still there then. Of a head
    that is back after another one nothing counts: what it brought was called fixed since."""
    done = [
        (each.ended_at, each.covered)
        for each in known
        if each.state == "done" and each.ended_at and (goes_on or each.head != head)
    ]
    return max(done, key=lambda each: each[0])[1] if done else {}


async def _told_not_to(connection: Connection, repository: Repository, number: int) -> str:
    if repository.paused_by:
        return f"{repository.paused_by} paused Ponder here"
    ignored = await ignored_pulls.has(connection, repository.id, number)
    return "somebody told Ponder to leave this pull request alone" if ignored else ""
