"""What came of runs is stored once, whatever is wrong with its neighbours."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.artifacts import Artifacts, open_artifacts
from core.db import budgets, claims, findings, runs, thoughts
from core.db.connect import Database
from core.db.findings import Claim
from core.db.repositories import Repository
from core.db.risks import Risk
from core.db.runs import Spent
from core.db.thoughts import Subject
from tests.tenants import states, tenant, wish
from workers.engine import follow as following
from workers.engine.claim import Claimed, claim
from workers.engine.ended import BUG, Ended, Settling
from workers.engine.places import Places
from workers.engine.records import Records
from workers.engine.reprice import reprice
from workers.engine.settle import settle
from workers.thoughts import THOUGHTS
from workers.thoughts.base import FollowUp, Limits, Outcome


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(wall_seconds=0.001, cpu_seconds=10)
    monkeypatch.setitem(THOUGHTS, "light", SimpleNamespace(NAME="light", LIMITS=limits))


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return open_artifacts(tmp_path.as_uri())


async def begun(database: Database, numbers: tuple[int, ...], each: int = 1) -> list[Claimed]:
    for number in numbers:
        repository = await tenant(database, number)
        for note in range(each):
            await wish(database, repository, str(note), kind="light")
    async with database.system() as connection:
        return await claim(connection, Records(), room=Places(64), now=datetime.now(UTC)) or []


def settling(claimed: Claimed, status: str = "done", **ended: Any) -> Settling:
    spent = Spent(1.0, 2.0)
    return Settling(claimed.thought, claimed.run, Ended(status, spent, **ended))


def found(fingerprint: str, evidence: Any = "proven") -> Outcome:
    return Outcome("Found.", claims=[Claim(fingerprint, "r", "low", evidence, "a.py", 1, 1, "m")])


async def test_a_bad_outcome_does_not_take_its_neighbours_with_it(
    database: Database, artifacts: Artifacts
) -> None:
    claimed = await begun(database, (1, 2, 3))
    outcomes = [found("a"), found("b", "no such evidence"), found("c")]
    group = [settling(c, outcome=o) for c, o in zip(claimed, outcomes, strict=True)]
    assert len(await settle(database, artifacts, group)) == 3
    async with database.system() as connection:
        ended = [await runs.get(connection, each.run.id) for each in claimed]
        assert [run and run.status for run in ended] == ["done", "failed", "done"]
        assert ended[1] is not None
        assert ended[1].problem == BUG
    stored = []
    for each in claimed:
        async with database.tenant(each.repository.installation_id) as connection:
            stored += await findings.of_repository(connection, each.repository.id)
    assert [each.fingerprint for each in stored] == ["a", "c"]


async def test_what_is_settled_twice_is_paid_once(database: Database, artifacts: Artifacts) -> None:
    claimed = await begun(database, (1,), each=3)
    group = [settling(each, outcome=Outcome("Fine.")) for each in claimed]
    assert len(await settle(database, artifacts, group)) == 3
    assert await settle(database, artifacts, group) == set()
    async with database.tenant(1) as connection:
        both = await budgets.of_repository(connection, 1, claimed[0].repository.id)
    assert [row.buckets["cpu_seconds"]["day_spent"] for row in both] == [6.0, 6.0]


async def test_what_another_attempt_has_is_left_to_it(
    database: Database, artifacts: Artifacts
) -> None:
    (first,) = await begun(database, (1,))
    async with database.system() as connection:
        await claims.fail(connection, first.thought, runs.WORKER_DIED, seconds=0)
        (second,) = await claim(connection, Records(), room=Places(1), now=datetime.now(UTC)) or []
    assert await settle(database, artifacts, [settling(first, outcome=found("late"))]) == set()
    assert await settle(database, artifacts, [settling(second)]) == {second.thought.id}
    async with database.tenant(1) as connection:
        assert await findings.of_repository(connection, first.repository.id) == []


async def test_each_failure_waits_longer_and_the_third_rests(
    database: Database, artifacts: Artifacts
) -> None:
    (claimed,) = await begun(database, (1,))
    waits, problem = [], "The file /tmp/x1f2 of 17 bytes is odd."
    for attempt in range(3):
        said = problem.replace("17", str(attempt))
        await settle(database, artifacts, [settling(claimed, "failed", problem=said)])
        async with database.system() as connection:
            thought = await thoughts.get(connection, claimed.thought.id)
            assert thought is not None
            waits.append((thought.run_at - datetime.now(UTC)).total_seconds())
            await connection.execute("UPDATE thoughts SET run_at = now()")
            more = await claim(connection, Records(), room=Places(1), now=datetime.now(UTC))
            claimed = more[0] if more else claimed
    assert 20 < waits[0] < 40 < waits[1] < 80
    assert thought.state == "resting"
    assert thought.problem.startswith("It failed 3 times the same way: The file")


async def test_what_rests_is_not_queued_again_by_what_leads_to_it(
    database: Database, artifacts: Artifacts
) -> None:
    tired, leading = await begun(database, (1,), each=2)
    async with database.system() as connection:
        await connection.execute(
            "UPDATE thoughts SET state = 'resting' WHERE id = %s", (tired.thought.id,)
        )
    leads = [FollowUp("light", tired.thought.about, "it looks odd")]
    outcome = Outcome("Leads.", follow_ups=[*leads, FollowUp("light", Subject(note="new"), "odd")])
    await settle(database, artifacts, [settling(leading, outcome=outcome)])
    assert await states(database, tired.repository) == {"resting": 1, "done": 1, "queued": 1}


async def test_in_a_full_queue_what_is_worth_least_makes_room(
    database: Database, artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_QUEUED", 3)
    (leading,) = await begun(database, (1,))
    repository = leading.repository
    for number in range(3):
        await wish(database, repository, f"w{number}", kind="light", priority=10.0**-number)
    lead = FollowUp("light", Subject(note="better"), "it looks very odd", expected=0.9)
    outcome = Outcome("Leads.", follow_ups=[lead])
    await settle(database, artifacts, [settling(leading, outcome=outcome)])
    assert await notes(database, repository) == ["better", "w0", "w1"]


async def notes(database: Database, repository: Repository) -> list[str]:
    """Of what waits, the best first."""
    async with database.tenant(repository.installation_id) as connection:
        queued = await thoughts.of_repository(connection, repository.id, states=["queued"])
    return [each.about.note for each in queued]


async def test_what_waits_is_repriced_by_new_risk_and_by_votes(
    database: Database, artifacts: Artifacts
) -> None:
    (leading,) = await begun(database, (1,))
    repository = leading.repository
    leads = [
        FollowUp("light", Subject("file", path=path, note=path), "odd", expected=expected)
        for path, expected in (("a.py", 0.2), ("b.py", 0.1))
    ]
    await settle(
        database, artifacts, [settling(leading, outcome=Outcome("Leads.", follow_ups=leads))]
    )
    assert await notes(database, repository) == ["a.py", "b.py"]
    weighed = await another(database, repository)
    rows = {"risks": [Risk("a.py", "", 0.1, []), Risk("b.py", "", 0.9, [])]}
    await settle(database, artifacts, [settling(weighed, outcome=Outcome("Weighed.", rows=rows))])
    assert await notes(database, repository) == ["b.py", "a.py"]
    before = await priorities(database, repository)
    async with database.tenant(1) as connection:
        await connection.execute(
            "INSERT INTO findings (installation_id, repository_id, fingerprint, thought, rule, "
            "severity, evidence, commit_sha, path, start_line, end_line, message, vote) VALUES "
            "(1, %s, 'f', 'light', 'r', 'low', 'proven', 'c', 'a.py', 1, 1, 'm', -1)",
            (repository.id,),
        )
        assert await reprice(connection, repository.id) == 2
    after = await priorities(database, repository)
    assert all(late < early for late, early in zip(after, before, strict=True))


async def another(database: Database, repository: Repository) -> Claimed:
    await wish(database, repository, "next", kind="light", priority=9999.0)
    async with database.system() as connection:
        found = await claim(connection, Records(), room=Places(1), now=datetime.now(UTC), turns=1)
        assert found
        for each in found[1:]:
            await claims.put_back(connection, each.thought)
    return found[0]


async def priorities(database: Database, repository: Repository) -> list[float]:
    async with database.tenant(repository.installation_id) as connection:
        queued = await thoughts.of_repository(connection, repository.id, states=["queued"])
    return [each.priority for each in queued]


async def test_what_a_person_ended_stays_ended_though_its_worker_dies(database: Database) -> None:
    (claimed,) = await begun(database, (1,))
    async with database.tenant(1) as connection:
        assert await thoughts.cancel(connection, claimed.thought.id, by="ada")
        state = await claims.fail(connection, claimed.thought, runs.WORKER_DIED, seconds=0)
    assert state == "cancelled"
