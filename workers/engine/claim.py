"""Whose turn it is, and which of its Thoughts the budgets allow: claimed in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.budget import RESOURCES
from core.db import budgets, claims, learning, repositories, runs, snapshots
from core.db.claims import Turn
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.snapshots import Snapshot
from core.db.thoughts import Thought
from core.learning import UNSAID, Effective
from core.quiet import quiet_until
from workers.engine.places import Places
from workers.engine.purses import Purses, total
from workers.engine.records import Records
from workers.thoughts import THOUGHTS

QUANTUM_SECONDS = 1.0
"""Work that one turn is given at most, where a single Thought does not take longer."""
AHEAD_SECONDS = 0.03
"""Thoughts that take no time are claimed for so long ahead: asking for each would cost more than
they do, and longer would keep them from other workers."""
MOST = 64
"""Of one claim."""
TURNS = 16
"""Of one claim: small tenants are served together."""
_LOOKED_AT = 8
"""Of the best Thoughts, beyond those that there is room for: where the very best are too dear, a
cheaper one is taken."""
_NEVER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A Thought that is ours to run, and about what. `expected` is how long it is likely to
    take, in seconds, and `long` whether it needs a wide place; `known` are digests of what was
    looked at before, and is not again; `settings` are the repository's."""

    thought: Thought
    run: Run
    repository: Repository
    snapshot: Snapshot
    settings: Effective
    known: frozenset[str] = frozenset()
    expected: float = 0.0
    long: bool = False


async def claim(
    connection: Connection,
    records: Records,
    *,
    room: Places,
    now: datetime,
    turns: int = TURNS,
    has_model: bool = True,
) -> list[Claimed] | None:
    """The best Thoughts that fit, of the repositories whose turn it is; None where it is nobody's,
    empty where they can do nothing now. People who wait come first, but for what has no place.
    Where there is no model, no tokens are kept for it."""

    async def taken(whose: Sequence[Turn], *, asked: bool) -> list[Claimed]:
        opened = await _opened(connection, whose, now)
        for number, turn in opened.items():
            turn.short, turn.has_model = await records.short(connection, number), has_model
        return await _Taking(connection, records, _Room(room), now, opened).taken(asked)

    asked = await claims.asked_turn(connection, list(THOUGHTS))
    if asked and (found := await taken([asked], asked=True)):
        return found
    whose = await claims.next_turns(connection, limit=turns)
    if not whose:
        return [] if asked else None
    return await taken(whose, asked=False)


@dataclass(slots=True)
class _Room:
    """`places` of those that run at once, then some work ahead, and `most` in all."""

    places: Places
    ahead: float = AHEAD_SECONDS
    most: int = MOST

    def takes(self, expected: float, *, long: bool) -> bool:
        """Whether there is room for one more, which is then taken."""
        ahead = not self.places.free and expected <= self.ahead
        if self.most <= 0 or not (ahead or self.places.takes(long=long)):
            return False
        if ahead:
            self.ahead -= expected
        self.places, self.most = self.places.left([long]), self.most - 1
        return True


@dataclass(slots=True)
class _Turn:
    """What is known of a repository whose turn it is; `chosen` is what is taken of it, with what is
    reserved for each; `short` are the kinds that may pass by others."""

    repository: Repository
    snapshot: Snapshot
    purses: Purses
    short: frozenset[str] = frozenset()
    has_model: bool = True
    chosen: dict[int, dict[str, float]] = field(default_factory=dict)

    def kinds(self, room: _Room, *, asked: bool) -> list[str]:
        """Those that may be thought, and have a place."""
        allowed = self.purses.settings.thoughts
        fit = self.short if room.places.free and not room.places.wide else THOUGHTS
        return [kind for kind in fit if asked or allowed is None or kind in allowed]

    def wants(self, kind: str) -> dict[str, float]:
        """What a run may take at most."""
        limits = THOUGHTS[kind].LIMITS
        tokens = float(limits.model_tokens) if self.has_model else 0.0
        return {"cpu_seconds": limits.cpu_seconds, "model_tokens": tokens}

    def quiet(self, now: datetime) -> datetime | None:
        return quiet_until(self.purses.settings.quiet, self.purses.settings.zone, now)

    def choose(
        self, found: Sequence[Thought], expected: Mapping[int, float], room: _Room, *, asked: bool
    ) -> None:
        """As much as fits into one turn; what is short passes by what has no place."""
        seconds, purses = 0.0, self.purses
        for each in found:
            if seconds >= QUANTUM_SECONDS:
                break
            wanted = purses.bounded(self.wants(each.kind))
            if purses.lacks(wanted) and not asked:
                continue
            if not room.takes(expected[each.id], long=each.kind not in self.short):
                continue
            seconds += expected[each.id]
            self.chosen[each.id] = wanted
            purses = purses.take(wanted)

    def claimed(
        self,
        thought: Thought,
        run: Run,
        snapshot: Snapshot,
        known: frozenset[str],
        expected: float,
    ) -> Claimed:
        long = thought.kind not in self.short
        settings = self.purses.settings
        return Claimed(thought, run, self.repository, snapshot, settings, known, expected, long)

    def spend(self, taken: Sequence[Thought]) -> None:
        self.purses = self.purses.take(total(self.chosen[each.id] for each in taken))

    def rest(self, found: Sequence[Thought], now: datetime) -> bool:
        """Say until when nothing can be done, so that nobody looks here again and again. False
        where there was merely no room."""
        if not found:
            self.purses = self.purses.paused(now + timedelta(seconds=5), "")
            return True
        wanted = self.purses.bounded(self.wants(found[0].kind))
        lacking = self.purses.lacks(wanted)
        if lacking:
            zone = self.purses.settings.zone
            until = max(purse.until(wanted, zone) for purse in self.purses.purses)
            because = f"The budget of {RESOURCES[lacking]} is used up."
            self.purses = self.purses.paused(min(until, now + _NEVER), because)
        return bool(lacking)


async def _opened(connection: Connection, turns: Sequence[Turn], now: datetime) -> dict[int, _Turn]:
    """In the order of turns, by repository."""
    numbers = [turn.repository_id for turn in turns]
    known = await repositories.several(connection, numbers)
    current = await snapshots.several(connection, numbers)
    said = await learning.of(connection, numbers)
    rows = await budgets.locked(connection, numbers)
    found = {}
    for turn in turns:
        number, whole = turn.repository_id, (turn.installation_id, None)
        own = (turn.installation_id, number)
        if number in known and number in current and own in rows and whole in rows:
            settings = said[number].effective if number in said else UNSAID
            purses = Purses.of([rows[own], rows[whole]], settings, now)
            found[number] = _Turn(known[number], current[number], purses)
    return found


@dataclass(frozen=True, slots=True)
class _Taking:
    connection: Connection
    records: Records
    room: _Room
    now: datetime
    turns: dict[int, _Turn]

    async def taken(self, asked: bool) -> list[Claimed]:
        awake = {} if asked else self._quietened()
        turns = {n: turn for n, turn in self.turns.items() if n not in awake}
        wanted = {n: turn.kinds(self.room, asked=asked) for n, turn in turns.items()}
        limit = self.room.most // max(1, len(wanted)) + _LOOKED_AT
        found = await claims.best(self.connection, wanted, asked=asked, limit=limit)
        every = [each for listed in found.values() for each in listed]
        expected = {each.id: await self.records.seconds(self.connection, each) for each in every}
        changed = dict(awake)
        for number, listed in found.items():
            turn = self.turns[number]
            turn.choose(listed, expected, self.room, asked=asked)
            if not turn.chosen and self.room.places.wide and turn.rest(listed, self.now):
                changed[number] = turn
        return await self._begun(expected, changed)

    def _quietened(self) -> dict[int, _Turn]:
        """Turns of those that want quiet now, which are over."""
        found = {}
        for number, turn in self.turns.items():
            if (until := turn.quiet(self.now)) is not None:
                turn.purses = turn.purses.paused(until, "These are quiet hours.")
                found[number] = turn
        return found

    async def _begun(
        self, expected: Mapping[int, float], changed: dict[int, _Turn]
    ) -> list[Claimed]:
        chosen = {number: kept for t in self.turns.values() for number, kept in t.chosen.items()}
        taken = await claims.take(self.connection, chosen) if chosen else []
        at = {each.id: await self._snapshot(each) for each in taken}
        commits = {number: snapshot.commit_sha for number, snapshot in at.items()}
        begun = await runs.begin_all(self.connection, taken, commits) if taken else {}
        known = await runs.contents(self.connection, taken) if taken else {}
        await self._count(taken, expected, changed)
        return [
            self.turns[each.repository_id].claimed(
                *(each, begun[each.id], at[each.id]),
                *(known.get(each.id, frozenset()), expected[each.id]),
            )
            for each in sorted(taken, key=self._order)
        ]

    def _order(self, thought: Thought) -> tuple[int, float, int]:
        """By turns, the best first."""
        return list(self.turns).index(thought.repository_id), -thought.priority, thought.id

    async def _count(
        self, taken: Sequence[Thought], expected: Mapping[int, float], changed: dict[int, _Turn]
    ) -> None:
        """What was reserved, who is paused, and who was served."""
        served: dict[int, float] = {}
        for each in taken:
            number = each.repository_id
            served[number] = served.get(number, 0.0) + expected[each.id]
            changed[number] = self.turns[number]
        for number in served:
            self.turns[number].spend([each for each in taken if each.repository_id == number])
        if changed:
            rows = [row for turn in changed.values() for row in turn.purses.stored()]
            await budgets.save(self.connection, rows)
        if served:
            await budgets.serve(self.connection, served)

    async def _snapshot(self, thought: Thought) -> Snapshot:
        current = self.turns[thought.repository_id].snapshot
        return await snapshot_of(self.connection, thought, current)


async def snapshot_of(connection: Connection, thought: Thought, current: Snapshot) -> Snapshot:
    """What a Thought is about: the current snapshot, or the overlay of a pull request's head. One
    that is forgotten by now leaves nothing to think about, which its run says."""
    about = thought.about
    if not about.ref:
        return current
    head = await snapshots.latest_of_commit(connection, current.repository_id, about.after)
    return head or current
