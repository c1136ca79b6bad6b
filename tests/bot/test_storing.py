"""What follows from deliveries is the same, however many are stored at once."""

from __future__ import annotations

import uuid
from typing import Any

from bot.decision import Effect, Forget, Index, Note, Origin, RemoveRepositories, Review, Think
from bot.intake import Received
from bot.storing import Arrival, store
from core.db import learning, repo_configs, repositories, work
from core.db.connect import Database

COMMIT, HEAD = "c" * 40, "d" * 40


def origin(installation_id: int, number: int) -> Origin:
    name = f"account/{number}"
    there = f"https://example.com/{name}"
    return Origin(installation_id, "account", "User", number, name, there, private=False)


def arrival(effect: Effect, place: Origin) -> Arrival:
    payload = {
        "installation": {"id": place.installation_id},
        "repository": {"id": place.github_id},
    }
    return Arrival(Received(uuid.uuid4(), "push", payload), effect, "")


def review(place: Origin, number: int, *, pushed: bool = True, likely: bool = True) -> Review:
    think = Think(place, f"refs/pull/{number}/head", "b" * 40)
    return Review(place, number, HEAD, likely, pushed, think)


def story(place: Origin) -> list[Effect]:
    """Of one repository, from the push that makes it known."""
    return [
        Index(place),
        Note(place, COMMIT, "tests", failed=True),
        Note(place, COMMIT, "tests", failed=False),
        Note(place, COMMIT, "lint", failed=True),
        review(place, 1),
        review(place, 2, likely=False),
        review(place, 1, pushed=False),
        Index(place),
    ]


async def rows(database: Database, installation_id: int) -> dict[str, list[Any]]:
    """All that followed, without numbers that differ from one repository to the other."""
    queries = {
        "work": "SELECT kind, queue, subject - 'repository_id', run_at > created_at FROM work",
        "check_results": "SELECT commit_sha, name, failed FROM check_results",
        "reviews": "SELECT number, head, state, manual FROM reviews",
        "intents": "SELECT kind, target, content, urgent, revision FROM intents",
        "thoughts": "SELECT kind, priority FROM thoughts",
    }
    found = {}
    async with database.tenant(installation_id) as connection:
        for name, query in queries.items():
            cursor = await connection.execute(query)
            found[name] = sorted(map(repr, await cursor.fetchall()))
    return found


async def stored(database: Database, *arrivals: Arrival) -> list[tuple[str, str]]:
    done = await store(database, "http://127.0.0.1", arrivals)
    return [(outcome.state, outcome.reason) for outcome in done.outcomes]


async def test_many_at_once_lead_to_what_each_alone_leads_to(database: Database) -> None:
    one, many = origin(11, 101), origin(12, 102)
    for effect in story(one):
        assert await stored(database, arrival(effect, one)) == [("done", "")]
    await stored(database, arrival(Index(many), many))
    together = [arrival(effect, many) for effect in story(many)]
    assert set(await stored(database, *together)) == {("done", "")}
    alone, at_once = await rows(database, 11), await rows(database, 12)
    # The writer is woken once for all of them.
    assert {*alone.pop("work")} == {*at_once.pop("work")}
    assert alone == at_once
    assert at_once["check_results"] == [
        repr((COMMIT, "lint", True)),
        repr((COMMIT, "tests", False)),
    ]


async def test_a_push_that_makes_a_repository_known_comes_before_what_follows_it(
    database: Database,
) -> None:
    place = origin(11, 101)
    together = [arrival(effect, place) for effect in story(place)]
    assert set(await stored(database, *together)) == {("done", "")}
    assert len((await rows(database, 11))["reviews"]) == 2


async def test_what_came_after_a_removal_is_not_done(database: Database) -> None:
    """Whatever else arrives beside it."""
    gone, other = origin(11, 101), origin(12, 102)
    for place in (gone, other):
        await stored(database, arrival(Index(place), place))
    outcomes = await stored(
        database,
        arrival(Index(gone), gone),
        arrival(Index(other), other),
        arrival(RemoveRepositories(11, (101,)), gone),
        arrival(Note(gone, COMMIT, "tests", failed=True), gone),
        arrival(Forget(other, "refs/heads/old"), other),
        arrival(Index(gone), gone),
    )
    assert [state for state, _ in outcomes] == ["done"] * 3 + ["ignored", "done", "ignored"]
    assert "removed" in outcomes[-1][1]


async def test_a_repository_of_another_installation_is_not_touched(database: Database) -> None:
    theirs, claimed = origin(11, 101), origin(12, 101)
    await stored(database, arrival(Index(theirs), theirs))
    note = arrival(Note(claimed, COMMIT, "tests", failed=True), claimed)
    assert [state for state, _ in await stored(database, note)] == ["ignored"]
    assert (await rows(database, 11))["check_results"] == []
    assert (await rows(database, 12))["work"] == []


async def test_what_a_repository_says_of_itself_counts_for_its_own_alone(
    database: Database,
) -> None:
    quiet, keen = origin(11, 101), origin(11, 102)
    for place in (quiet, keen):
        await stored(database, arrival(Index(place), place))
    async with database.system() as connection:
        known = await repositories.known(connection, quiet.github_id)
        assert known is not None
        await repo_configs.keep(connection, known, commit=COMMIT, content=b"review:\n  on: false\n")
        known = await repositories.known(connection, keen.github_id)
        assert known is not None
        await learning.say(connection, known, {"on": True}, by="ada")
    await stored(database, *(arrival(review(place, 1), place) for place in (quiet, keen)))
    async with database.system() as connection:
        due = await work.due(connection)
    assert [row.subject["repository_id"] for row in due if row.kind == "head"] == [known.id]
    assert len([row for row in due if row.kind == "configuration"]) == 2
    assert len((await rows(database, 11))["reviews"]) == 1
