"""One transaction: deliveries are stored, and all that follows from them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from bot.decision import Decision, Effect, Ignore, Note
from bot.effects import perform
from bot.following import Places, Rows, Usual, is_known, known_places, write
from bot.intake import Received, Refusal
from bot.payload import Payload
from core.db import deliveries
from core.db.connect import Connection, Database
from core.db.deliveries import New
from core.db.work import Work
from core.errors import Skip


@dataclass(frozen=True, slots=True)
class Wait:
    """What is to follow cannot be told yet, for this reason."""

    reason: str


@dataclass(frozen=True)
class Arrival:
    """A delivery, and what is to follow of it; a Refusal: it is stored as failed, and told so."""

    received: Received
    decision: Decision | Wait | Refusal
    slug: str

    @property
    def id(self) -> UUID:
        return self.received.id

    @cached_property
    def place(self) -> tuple[int, int]:
        """Which repository of which installation it is about, 0 where it is about none."""
        payload = Payload(self.received.payload)
        return _id(payload, "installation.id") or 0, _id(payload, "repository.id") or 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is that of the row, or 'duplicate'."""

    state: str
    reason: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of each, in their order, and the work to wake once it is committed."""

    outcomes: list[Outcome]
    queued: list[Work]


_DONE, _DUPLICATE = Outcome("done"), Outcome("duplicate")


async def store(database: Database, public_url: str, arrivals: Sequence[Arrival]) -> Stored:
    """No id may be there twice. Whatever is raised, nothing of it all is stored."""
    async with database.pipelined() as connection:
        new = await deliveries.receive(connection, [_row(arrival) for arrival in arrivals])
        storing = _Storing(connection, public_url)
        await storing.follow([arrival for arrival in arrivals if arrival.id in new])
        await deliveries.ignore(connection, _skipped(arrivals, storing.outcomes))
    outcomes = [storing.outcomes.get(arrival.id, _DUPLICATE) for arrival in arrivals]
    return Stored(outcomes, storing.queued)


def _skipped(arrivals: Iterable[Arrival], outcomes: Mapping[UUID, Outcome]) -> dict[UUID, str]:
    """Those that were to lead to something, and did not, with the reason."""
    return {
        arrival.id: outcome.reason
        for arrival in arrivals
        if (outcome := outcomes.get(arrival.id))
        and outcome.state == "ignored"
        and isinstance(arrival.decision, Effect)
    }


_Caused = list[tuple[Arrival, Effect]]
"""What is to follow of deliveries about one repository, in their order."""


@dataclass(slots=True)
class _Storing:
    connection: Connection
    public_url: str
    outcomes: dict[UUID, Outcome] = field(default_factory=dict)
    queued: list[Work] = field(default_factory=list)

    async def follow(self, arrivals: Iterable[Arrival]) -> None:
        at: dict[tuple[int, int], _Caused] = {}
        for arrival in arrivals:
            decision = arrival.decision
            if isinstance(decision, Refusal):
                self.outcomes[arrival.id] = Outcome("failed", str(decision), decision)
            elif isinstance(decision, Ignore):
                self.outcomes[arrival.id] = Outcome("ignored", decision.reason)
            elif isinstance(decision, Wait):
                self.outcomes[arrival.id] = Outcome("received", decision.reason)
            else:
                at.setdefault(arrival.place, []).append((arrival, decision))
        # In one order by everybody, so that two batches do not wait for each other's rows.
        await self._follow([at[place] for place in sorted(at)])

    async def _follow(self, all_caused: Sequence[_Caused]) -> None:
        """What is usual is written together. Where something else happens in a repository, too,
        or it is new, one follows after the other."""
        places = await known_places(self.connection, _usual(all_caused))
        rows, apart = Rows(), []
        for caused in all_caused:
            if _are_usual(caused, places):
                for arrival, effect in caused:
                    self._add(rows, arrival, effect, places)
            else:
                apart.append(caused)
        self.queued += await write(self.connection, rows)
        await self._apart(apart)

    def _add(self, rows: Rows, arrival: Arrival, effect: Effect, places: Places) -> None:
        assert isinstance(effect, Usual)
        try:
            rows.add(effect, places)
        except Skip as reason:
            self.outcomes[arrival.id] = Outcome("ignored", str(reason))
        else:
            self.outcomes[arrival.id] = _DONE

    async def _apart(self, all_caused: Sequence[_Caused]) -> None:
        """What different repositories need is sent to the server together, and not one question
        after the other's answer."""
        following = map(self._in_order, all_caused)
        ended = await asyncio.gather(*following, return_exceptions=True)
        for each in ended:
            if each is not None:
                raise each

    async def _in_order(self, caused: _Caused) -> None:
        """A Skip has written nothing; anything else ends the transaction."""
        for arrival, effect in caused:
            try:
                self.queued += await perform(
                    self.connection, effect, slug=arrival.slug, public_url=self.public_url
                )
            except Skip as reason:
                self.outcomes[arrival.id] = Outcome("ignored", str(reason))
            else:
                self.outcomes[arrival.id] = _DONE


def _usual(all_caused: Iterable[_Caused]) -> Iterator[Usual]:
    for caused in all_caused:
        for _, effect in caused:
            if isinstance(effect, Usual):
                yield effect


def _are_usual(caused: _Caused, places: Places) -> bool:
    return all(
        isinstance(effect, Usual) and (isinstance(effect, Note) or is_known(effect, places))
        for _, effect in caused
    )


def _row(arrival: Arrival) -> New:
    received, decision = arrival.received, arrival.decision
    action = received.payload.get("action")
    installation_id, github_id = arrival.place
    state: deliveries.State = "done"
    reason = ""
    if isinstance(decision, Refusal):
        state, reason = "failed", str(decision)
    elif isinstance(decision, Ignore):
        state, reason = "ignored", decision.reason
    elif isinstance(decision, Wait):
        state, reason = "received", decision.reason
    is_over = state in ("done", "ignored")
    return New(
        id=received.id,
        event=received.event,
        action=action if isinstance(action, str) else "",
        installation_id=installation_id or None,
        github_id=github_id or None,
        # All that follows from it is stored with it, and then nothing of it is read again.
        payload="{}" if is_over else _text(received.payload),
        state=state,
        reason=reason,
    )


def _text(payload: Mapping[str, Any]) -> str:
    try:
        return json.dumps(payload, allow_nan=False)
    except ValueError:  # a number beyond all numbers, which GitHub never sends
        return "{}"


def _id(payload: Payload, path: str) -> int | None:
    value = payload.get(path)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < 2**63 else None
