"""What is claimed: by turns, within budgets, and never what somebody else has."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.db import budgets, claims, learning, repositories, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.thoughts import LEASE_SECONDS, Subject
from tests.tenants import states, tenant, wish
from workers.engine.charge import charge
from workers.engine.claim import Claimed, claim
from workers.engine.places import Places
from workers.engine.records import Records
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Limits


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("light", 0.001), ("heavy", 300.0)):
        limits = Limits(wall_seconds=seconds, cpu_seconds=10)
        monkeypatch.setitem(THOUGHTS, name, SimpleNamespace(NAME=name, LIMITS=limits))


async def claimed(database: Database, *, room: int = 1) -> list[Claimed]:
    async with database.system() as connection:
        return await claim(connection, Records(), room=Places(room), now=datetime.now(UTC)) or []


async def three(database: Database, kind: str, each: int) -> list[Repository]:
    made = [await tenant(database, number) for number in (1, 2, 3)]
    for repository in made:
        for number in range(each):
            await wish(database, repository, str(number), kind=kind)
    return made


async def test_what_takes_no_time_is_claimed_ahead_for_several_tenants(database: Database) -> None:
    await three(database, "light", 4)
    found = await claimed(database)
    assert len(found) == 12
    assert len({each.thought.id for each in found}) == 12


async def test_a_lease_begins_with_the_claim_however_long_its_transaction_takes(
    database: Database,
) -> None:
    await three(database, "light", 1)
    async with database.system() as connection:
        await connection.execute("SELECT pg_sleep(0.3)")
        await claim(connection, Records(), room=Places(1), now=datetime.now(UTC))
        cursor = await connection.execute(
            "SELECT extract(epoch FROM min(lease_until) - now())::float8 FROM thoughts"
        )
        (row,) = await cursor.fetchall()
    assert row[0] > LEASE_SECONDS + 0.3


async def test_what_takes_long_is_claimed_as_there_is_room(database: Database) -> None:
    await three(database, "heavy", 4)
    assert len(await claimed(database)) == 1
    found = await claimed(database, room=2)
    # Another's turn comes before a second one of the first.
    assert len({each.repository.id for each in found}) == 2


async def test_workers_that_claim_at_once_claim_each_thought_once(database: Database) -> None:
    made = await three(database, "light", 30)
    taken: list[int] = []
    while [1 for each in made if (await states(database, each)).get("queued")]:
        found = await asyncio.gather(*(claimed(database) for _ in range(4)))
        taken += [each.thought.id for several in found for each in several]
    assert len(taken) == len(set(taken)) == 90


async def test_a_repository_without_an_index_keeps_nobody_waiting(database: Database) -> None:
    first, second, _ = await three(database, "heavy", 1)
    async with database.system() as connection:
        await connection.execute(
            "UPDATE repositories SET snapshot_id = NULL WHERE id = %s", (first.id,)
        )
        await repositories.mark_removed(connection, second.id)
    (found,) = await claimed(database, room=3)
    assert found.repository.id not in (first.id, second.id)


async def test_an_archived_repository_is_thought_about_only_where_a_person_asks(
    database: Database,
) -> None:
    repository = await tenant(database, 1)
    await wish(database, repository, "waits", kind="heavy", priority=9.0)
    async with database.system() as connection:
        await repositories.set_archived(connection, repository.id, archived=True)
    assert await claimed(database) == []
    async with database.tenant(1) as connection:
        await thoughts.ask(connection, repository, "heavy", Subject(note="me"), by="ada")
    (found,) = await claimed(database)
    assert found.thought.asked_by == "ada"


async def test_what_a_person_asks_for_comes_first_though_it_is_quiet(database: Database) -> None:
    whole_day = [{"from": "00:00", "to": "00:00"}]
    repository = await tenant(database, 1, quiet_hours={"quiet": whole_day})
    await wish(database, repository, "waits", kind="heavy", priority=9.0)
    assert await claimed(database) == []
    async with database.tenant(1) as connection:
        asked = await thoughts.ask(connection, repository, "heavy", Subject(note="me"), by="ada")
        own, _ = await budgets.of_repository(connection, 1, repository.id)
    assert own.paused_because == "These are quiet hours."
    assert [each.thought.id for each in await claimed(database)] == [asked.id]


async def test_at_a_cap_work_waits_as_it_was_and_goes_on_when_the_cap_is_raised(
    database: Database,
) -> None:
    caps = {"cpu_seconds": {"per_day": 25}}
    repository = await tenant(database, 1, budgets=caps)
    for note in "123":
        await wish(database, repository, note, kind="light")
    assert len(await claimed(database)) == 2
    assert await claimed(database) == []
    assert await states(database, repository) == {"queued": 1, "running": 2}
    async with database.tenant(1) as connection:
        await learning.say(
            connection, repository, {"budgets": {"cpu_seconds": {"per_day": 50}}}, by="me"
        )
    assert len(await claimed(database)) == 1


async def test_writes_to_github_are_charged_until_there_are_no_more(database: Database) -> None:
    repository = await tenant(database, 1, budgets={"github_writes": {"burst": 2, "per_hour": 0}})
    said = []
    for _ in range(3):
        async with database.tenant(1) as connection:
            said.append(
                await charge(connection, repository, {"github_writes": 1}, datetime.now(UTC))
            )
    assert said == ["", "", "The budget of unasked writes to GitHub is used up."]


@pytest.mark.parametrize(("has_model", "kept"), [(True, 900.0), (False, 0.0)])
async def test_tokens_are_kept_only_where_there_is_a_model(
    database: Database, monkeypatch: pytest.MonkeyPatch, has_model: bool, kept: float
) -> None:
    limits = Limits(wall_seconds=300, cpu_seconds=10, model_tokens=900)
    monkeypatch.setitem(THOUGHTS, "asking", SimpleNamespace(NAME="asking", LIMITS=limits))
    await wish(database, await tenant(database, 1), "1", kind="asking")
    async with database.system() as connection:
        now = datetime.now(UTC)
        found = await claim(connection, Records(), room=Places(1), now=now, has_model=has_model)
        assert found
        held = {each.thought.id: each.thought.attempts for each in found}
        (reserved,) = (await claims.reservations(connection, held)).values()
    assert reserved["model_tokens"] == kept
