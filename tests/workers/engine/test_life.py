"""Whatever happens in whatever order, a Thought is in one place, and what it cost is paid once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from core.artifacts import open_artifacts
from core.db import budgets, claims, runs, thoughts
from core.db.connect import Database
from core.db.repositories import Repository
from core.db.runs import Spent
from tests.tenants import tenant, wish
from workers.engine.claim import Claimed, claim
from workers.engine.ended import UNTOUCHED, Ended, Settling
from workers.engine.places import Places
from workers.engine.records import Records
from workers.engine.settle import settle
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Limits, Outcome

COST = 3.0
RESERVED = 10.0
STEPS = ("wish", "claim", "done", "failed", "put_back", "untouched", "crash", "cancel", "late")


@dataclass
class Life:
    """Two tenants, what workers hold of them, and what some hold that were taken for dead."""

    database: Database
    folder: Path
    repositories: list[Repository]
    held: list[Claimed] = field(default_factory=list)
    ghosts: list[Claimed] = field(default_factory=list)
    wished: int = 0
    paid: float = 0.0

    async def step(self, name: str, which: int) -> None:
        steps: dict[str, Callable[[int], Coroutine[Any, Any, None]]] = {
            "wish": self.wish,
            "claim": self.claim,
            "crash": self.crash,
            "cancel": self.cancel,
            "late": self.late,
        }
        await steps[name](which) if name in steps else await self.end(name, which)

    async def wish(self, which: int) -> None:
        await wish(self.database, self.repositories[which % 2], str(self.wished), kind="light")
        self.wished += 1

    async def claim(self, which: int) -> None:
        async with self.database.system() as connection:
            await connection.execute("UPDATE thoughts SET run_at = now()")
            await connection.execute("UPDATE budgets SET paused_until = NULL")
            now = datetime.now(UTC)
            found = await claim(connection, Records(), room=Places(1 + which % 3), now=now, turns=2)
        self.held += found or []

    async def end(self, status: str, which: int) -> None:
        if not self.held:
            return
        group = [self.held.pop(which % len(self.held)) for _ in range(min(2, len(self.held)))]
        ours = await settle(
            self.database,
            open_artifacts(self.folder.as_uri()),
            [settling(each, status) for each in group],
        )
        assert ours == {each.thought.id for each in group}
        self.paid += len(group) * (0.0 if status == "untouched" else COST)
        self.ghosts += group

    async def late(self, which: int) -> None:
        """A worker that was taken for dead, or that asks twice, settles nothing."""
        if self.ghosts:
            each = self.ghosts[which % len(self.ghosts)]
            store = open_artifacts(self.folder.as_uri())
            assert await settle(self.database, store, [settling(each, "done")]) == set()

    async def crash(self, which: int) -> None:
        if not self.held:
            return
        each = self.held.pop(which % len(self.held))
        async with self.database.system() as connection:
            await runs.lose(connection, each.thought.id, runs.WORKER_DIED)
            await claims.fail(connection, each.thought, runs.WORKER_DIED, seconds=0)
        self.ghosts.append(each)
        self.paid += RESERVED

    async def cancel(self, which: int) -> None:
        if self.wished:
            async with self.database.system() as connection:
                cursor = await connection.execute(
                    "SELECT id FROM thoughts ORDER BY id OFFSET %s LIMIT 1", (which % self.wished,)
                )
                for (number,) in await cursor.fetchall():
                    await thoughts.cancel(connection, number, by="ada")

    async def judged(self) -> None:
        async with self.database.system() as connection:
            cursor = await connection.execute(
                "SELECT (SELECT count(*) FROM thoughts), "
                "(SELECT count(*) FROM thoughts WHERE state = 'running'), "
                "(SELECT count(*) FROM runs WHERE status = 'running'), "
                "(SELECT count(*) FROM (SELECT FROM runs WHERE status = 'done' "
                "GROUP BY thought_id HAVING count(*) > 1) AS doubled), "
                "(SELECT coalesce(sum((buckets->'cpu_seconds'->>'day_spent')::float8), 0) "
                "FROM budgets WHERE repository_id IS NOT NULL)"
            )
            (found,) = await cursor.fetchall()
        held = len(self.held)
        spent = self.paid + held * RESERVED
        assert found == (self.wished, held, held, 0, pytest.approx(spent))


def settling(claimed: Claimed, status: str) -> Settling:
    ended = {
        "done": Ended("done", Spent(1.0, COST), Outcome("Fine."), content=str(claimed.run.id)),
        "failed": Ended("failed", Spent(1.0, COST), problem="no luck"),
        "put_back": Ended("put_back", Spent(1.0, COST), problem="Its worker stopped."),
        "untouched": Ended(UNTOUCHED),
    }
    return Settling(claimed.thought, claimed.run, ended[status], claimed.expected)


@trying(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=8, max_size=25))
async def test_nothing_is_lost_and_nothing_is_settled_or_paid_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int]]
) -> None:
    limits = Limits(wall_seconds=0.001, cpu_seconds=RESERVED)
    monkeypatch.setitem(THOUGHTS, "light", SimpleNamespace(NAME="light", LIMITS=limits))
    async with database.system() as connection:
        await connection.execute("DELETE FROM installations WHERE id > 0")
    with TemporaryDirectory() as folder:
        made = [await tenant(database, number) for number in (1, 2)]
        life = Life(database, Path(folder), made)
        for name, which in [("wish", 0), ("wish", 1), ("claim", 2), *steps]:
            await life.step(name, which)
        await life.judged()
    async with database.tenant(1) as connection:
        assert len(await budgets.of_repository(connection, 1, made[0].id)) == 2
