"""Each intent is seen on GitHub exactly once, whatever crashes when."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from core.db import intents, repositories
from core.db.connect import Connection
from core.errors import TryLater
from core.github import GitHub
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.world import Comment
from tests.workers.reports.conftest import Place
from workers.reports.post import marker, post

COMMENTS = r"/(issues|pulls)/5/comments$"


def bodies(place: Place, stand_in: StandIn, where: str = "issues") -> list[str]:
    """What the App said in the thread, as a reader sees it."""
    comments = place.there.thread(5).kept(where)
    ours = [comment.body for comment in comments if comment.author is stand_in.world.bot]
    return [body.partition("\n\n<!--")[0] for body in ours]


async def test_a_comment_is_written(place: Place, github: GitHub, stand_in: StandIn) -> None:
    intent = await place.intend("comment", "hello")
    await post(github=github, database=place.database, intent_id=intent.id)

    written = place.there.thread(5).comments[-1]
    assert written.body == "hello\n\n<!-- ponder:help:issues:1 -->"
    after = await place.intent(intent.id)
    assert (after.state, after.github_id) == ("done", written.id)
    assert stand_in.asked("GET", COMMENTS) == []


async def test_a_reply_goes_into_its_review_thread(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    intent = await place.intend("comment", "hello", where="pulls")
    await post(github=github, database=place.database, intent_id=intent.id)
    written = place.there.thread(5).reviews[-1]
    assert (written.in_reply_to, written.path) == (place.review.id, "a.py")
    assert bodies(place, stand_in) == []


@pytest.mark.parametrize("where", ["issues", "pulls"])
async def test_a_reaction_is_written(
    place: Place, github: GitHub, stand_in: StandIn, where: str
) -> None:
    intent = await place.intend("reaction", "eyes", where=where)
    for _ in range(2):
        await post(github=github, database=place.database, intent_id=intent.id)
    comment = place.question if where == "issues" else place.review
    assert comment.reactions == [("ponder-test[bot]", "eyes")]


@pytest.mark.parametrize("where", ["issues", "pulls"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502},
        {"status": 502, "after": True},
        {"drop": True},
        {"drop": True, "after": True},
        {"status": 429, "headers": {"retry-after": "1"}},
        {"status": 403, "message": "You have exceeded a secondary rate limit"},
    ],
    ids=["502", "written, then 502", "cut", "written, then cut", "429", "secondary limit"],
)
async def test_a_comment_is_there_once_whatever_github_answered(
    place: Place, github: GitHub, stand_in: StandIn, where: str, fault: dict[str, object]
) -> None:
    stand_in.fail("POST", COMMENTS, **fault)
    intent = await place.intend("comment", "hello", where=where)
    with pytest.raises(TryLater):
        await post(github=github, database=place.database, intent_id=intent.id)
    assert (await place.intent(intent.id)).state == "open"

    await post(github=github, database=place.database, intent_id=intent.id)

    assert bodies(place, stand_in, where) == ["hello"]
    after = await place.intent(intent.id)
    assert (after.state, after.github_id) == ("done", place.there.thread(5).kept(where)[-1].id)


class Crash(BaseException):
    """The process is gone at this point."""


@pytest.mark.parametrize("where", ["issues", "pulls"])
@pytest.mark.parametrize("point", ["mark_tried", "lock", "finish"])
@pytest.mark.parametrize("before", [True, False])
async def test_a_comment_is_there_once_wherever_the_worker_died(
    place: Place,
    github: GitHub,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    point: str,
    before: bool,
) -> None:
    """Before or after each step that is stored: what was not committed is lost."""
    intent = await place.intend("comment", "hello", where=where)
    step = getattr(intents, point)

    async def dies(*arguments: object, **named: object) -> None:
        if not before:
            await step(*arguments, **named)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(intents, point, dies)
        with pytest.raises(Crash):
            await post(github=github, database=place.database, intent_id=intent.id)

    await post(github=github, database=place.database, intent_id=intent.id)

    assert bodies(place, stand_in, where) == ["hello"]
    assert (await place.intent(intent.id)).state == "done"


async def test_two_workers_write_one_comment(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    intent = await place.intend("comment", "hello")
    outcomes = await asyncio.gather(
        *(post(github=github, database=place.database, intent_id=intent.id) for _ in range(4)),
        return_exceptions=True,
    )
    assert all(outcome is None or isinstance(outcome, TryLater) for outcome in outcomes)
    await post(github=github, database=place.database, intent_id=intent.id)
    assert bodies(place, stand_in) == ["hello"]


async def test_a_worker_that_was_overtaken_looks_before_it_writes(
    place: Place, github: GitHub, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another began after it, wrote, and died before it could say so."""
    intent = await place.intend("comment", "hello")
    mark, finish = intents.mark_tried, intents.finish
    overtaken = False

    async def dies(*arguments: object) -> None:
        raise Crash

    async def overtakes(connection: Connection, intent_id: int) -> datetime:
        began = await mark(connection, intent_id)
        await connection.commit()
        nonlocal overtaken
        if not overtaken:
            overtaken = True
            monkeypatch.setattr(intents, "finish", dies)
            with pytest.raises(Crash):
                await post(github=github, database=place.database, intent_id=intent_id)
            monkeypatch.setattr(intents, "finish", finish)
        return began

    monkeypatch.setattr(intents, "mark_tried", overtakes)
    await post(github=github, database=place.database, intent_id=intent.id)
    assert overtaken
    assert bodies(place, stand_in) == ["hello"]


async def test_somebody_else_who_writes_the_marker_keeps_nothing_back(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    """And neither does Ponder's own quotation of it."""
    intent = await place.intend("comment", "hello")
    thread = place.there.thread(5)
    forged = f"hello\n\n{marker(intent)}"
    mallory = stand_in.world.account("mallory")
    thread.comments.append(Comment(next(stand_in.world.ids), forged, mallory))
    quoting = f"as in {marker(intent)} above"
    thread.comments.append(Comment(next(stand_in.world.ids), quoting, stand_in.world.bot))
    stand_in.fail("POST", COMMENTS, status=502)
    with pytest.raises(TryLater):
        await post(github=github, database=place.database, intent_id=intent.id)
    await post(github=github, database=place.database, intent_id=intent.id)
    assert bodies(place, stand_in) == [f"as in {marker(intent)} above", "hello"]


async def test_a_thread_that_was_locked_ends_the_intent(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    place.there.thread(5).locked = True
    intent = await place.intend("comment", "hello")
    await post(github=github, database=place.database, intent_id=intent.id)
    after = await place.intent(intent.id)
    assert after.state == "failed"
    assert after.error is not None
    assert "locked" in after.error


async def test_a_comment_that_was_deleted_ends_the_reaction(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    place.there.thread(5).comments.remove(place.question)
    intent = await place.intend("reaction", "eyes")
    await post(github=github, database=place.database, intent_id=intent.id)
    assert (await place.intent(intent.id)).state == "failed"


async def test_nothing_is_written_to_a_repository_that_was_removed(
    place: Place, github: GitHub, stand_in: StandIn
) -> None:
    intent = await place.intend("comment", "hello")
    async with place.database.system() as connection:
        await repositories.mark_removed(connection, place.here.id)
    await post(github=github, database=place.database, intent_id=intent.id)
    assert (await place.intent(intent.id)).error == "the repository was removed"
    assert stand_in.requests == []
