"""Whose turn it is, and which of its Thoughts the budgets allow: claimed in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.budget import RESOURCES, Purse
from core.db import budgets, claims, learning, repositories, runs, snapshots
from core.db.budgets import Budget
from core.db.claims import Turn
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.snapshots import Snapshot
from core.db.thoughts import Thought
from core.learning import INSTALLATION_FACTOR, UNSAID, Effective, scaled
from core.quiet import quiet_until
from workers.engine.records import Records
from workers.thoughts import THOUGHTS

QUANTUM_SECONDS = 1.0
"""Work that one turn is given at most, where a single Thought does not take longer."""
CREDIT_SECONDS = 30.0
"""Who had nothing to do is served so much ahead of the others, and no more."""
LOOKED_AT = 16
"""Of the best Thoughts, beyond those that there is room for: where the very best are too dear, a
cheaper one is taken."""
_NEVER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A Thought that is ours to run, and about what. `expected` is how long it is likely to
    take, in seconds."""

    thought: Thought
    run: Run
    repository: Repository
    snapshot: Snapshot
    expected: float


@dataclass(frozen=True, slots=True)
class Purses:
    """Of the repository and of its installation: what is spent is taken from both."""

    rows: tuple[Budget, Budget]
    purses: tuple[Purse, Purse]
    settings: Effective

    @classmethod
    def of(cls, rows: Sequence[Budget], settings: Effective, now: datetime) -> Purses:
        own, whole = rows
        rates = (settings.rates, scaled(settings.rates, INSTALLATION_FACTOR))
        filled = [
            Purse.of(rate, row.buckets, now, settings.zone)
            for rate, row in zip(rates, rows, strict=True)
        ]
        return cls((own, whole), (filled[0], filled[1]), settings)

    def take(self, amounts: Mapping[str, float]) -> Purses:
        own, whole = (purse.take(amounts) for purse in self.purses)
        return replace(self, purses=(own, whole))

    def bounded(self, wanted: Mapping[str, float]) -> dict[str, float]:
        own, whole = self.purses
        return whole.bounded(own.bounded(wanted))

    def lacks(self, wanted: Mapping[str, float]) -> str:
        return next((name for purse in self.purses if (name := purse.lacks(wanted))), "")

    def served(self, seconds: float, times: tuple[float, float] | None = None) -> Purses:
        """Further in virtual time. `times` is how far turns have come, where one begins."""
        among, beneath = times or (None, None)
        own, whole = self.rows
        return replace(self, rows=(_served(own, seconds, beneath), _served(whole, seconds, among)))

    def paused(self, until: datetime, because: str) -> Purses:
        own, whole = self.rows
        return replace(self, rows=(replace(own, paused_until=until, paused_because=because), whole))

    def stored(self) -> list[Budget]:
        return [
            replace(row, buckets=purse.stored())
            for row, purse in zip(self.rows, self.purses, strict=True)
        ]


def _served(row: Budget, seconds: float, at: float | None) -> Budget:
    if at is None:
        return replace(row, served=row.served + seconds / row.weight)
    began = max(row.served, at - CREDIT_SECONDS)
    return replace(row, began=max(row.began, began), served=began + seconds / row.weight)


async def claim(
    connection: Connection, records: Records, *, room: int, now: datetime
) -> list[Claimed] | None:
    """The best Thoughts that fit, of the repository whose turn it is; None where it is nobody's,
    empty where it can do nothing now. People who wait come first."""
    turn = await claims.asked_turn(connection) or await claims.next_turn(connection)
    if turn is None:
        return None
    repository = await repositories.get(connection, turn.repository_id)
    snapshot = await snapshots.current(connection, turn.repository_id)
    said = await learning.get(connection, turn.repository_id)
    rows = await budgets.of_repository(
        connection, turn.installation_id, turn.repository_id, lock=True
    )
    if repository is None or snapshot is None or not rows:
        return []
    settings = said.effective if said else UNSAID
    purses = Purses.of(rows, settings, now)
    return await _Claiming(connection, turn, repository, snapshot, records, room, now).of(purses)


@dataclass(frozen=True, slots=True)
class _Claiming:
    connection: Connection
    turn: Turn
    repository: Repository
    snapshot: Snapshot
    records: Records
    room: int
    now: datetime

    async def of(self, purses: Purses) -> list[Claimed]:
        quiet = quiet_until(purses.settings.quiet, purses.settings.zone, self.now)
        if quiet is not None and not self.turn.asked:
            return await self._pause(purses, quiet, "These are quiet hours.")
        kinds = [kind for kind in THOUGHTS if self._may(kind, purses.settings)]
        found = await claims.best(self.connection, self.turn, kinds, limit=self.room + LOOKED_AT)
        expected = {each.id: await self.records.seconds(self.connection, each) for each in found}
        chosen, left = self._chosen(found, expected, purses)
        if not chosen:
            return await self._nothing(found, purses)
        return await self._taken(chosen, expected, left)

    def _may(self, kind: str, settings: Effective) -> bool:
        return self.turn.asked or settings.thoughts is None or kind in settings.thoughts

    def _chosen(
        self, found: Sequence[Thought], expected: Mapping[int, float], purses: Purses
    ) -> tuple[dict[int, dict[str, float]], Purses]:
        """What to take, with what is reserved for each; and the purses after that."""
        chosen: dict[int, dict[str, float]] = {}
        seconds = 0.0
        for each in found:
            wanted = purses.bounded(wants(each.kind))
            full = len(chosen) >= self.room or (chosen and seconds >= QUANTUM_SECONDS)
            if full or (purses.lacks(wanted) and not self.turn.asked):
                continue
            chosen[each.id] = wanted
            seconds += expected[each.id]
            purses = purses.take(wanted)
        return chosen, purses

    async def _taken(
        self, chosen: Mapping[int, Mapping[str, float]], expected: Mapping[int, float], left: Purses
    ) -> list[Claimed]:
        taken = await claims.take(self.connection, chosen)
        at = {each.id: await self._snapshot(each) for each in taken}
        commits = {number: snapshot.commit_sha for number, snapshot in at.items()}
        begun = await runs.begin_all(self.connection, taken, commits)
        times = await budgets.virtual_time(self.connection, self.turn.installation_id)
        seconds = sum(expected[each.id] for each in taken)
        await budgets.save(self.connection, left.served(seconds, times).stored())
        return [
            Claimed(each, begun[each.id], self.repository, at[each.id], expected[each.id])
            for each in sorted(taken, key=lambda each: -each.priority)
        ]

    async def _snapshot(self, thought: Thought) -> Snapshot:
        return await snapshot_of(self.connection, thought, self.snapshot)

    async def _nothing(self, found: Sequence[Thought], purses: Purses) -> list[Claimed]:
        """Say until when, so that nobody looks at this repository again and again."""
        if not found:
            return await self._pause(purses, self.now + timedelta(seconds=5), "")
        wanted = purses.bounded(wants(found[0].kind))
        lacking = purses.lacks(wanted)
        if not lacking:
            return []
        zone = purses.settings.zone
        until = max(purse.until(wanted, zone) for purse in purses.purses)
        because = f"The budget of {RESOURCES[lacking]} is used up."
        return await self._pause(purses, min(until, self.now + _NEVER), because)

    async def _pause(self, purses: Purses, until: datetime, because: str) -> list[Claimed]:
        await budgets.save(self.connection, purses.paused(until, because).stored())
        return []


async def snapshot_of(connection: Connection, thought: Thought, current: Snapshot) -> Snapshot:
    """What a Thought is about: the current snapshot, or the overlay of a pull request's head. One
    that is forgotten by now leaves nothing to think about, which its run says."""
    about = thought.about
    if not about.ref:
        return current
    head = await snapshots.latest_of_commit(connection, current.repository_id, about.after)
    return head or current


def wants(kind: str) -> dict[str, float]:
    """What a run may take at most."""
    limits = THOUGHTS[kind].LIMITS
    return {"cpu_seconds": limits.cpu_seconds, "model_tokens": float(limits.model_tokens)}
