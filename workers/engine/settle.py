"""What came of runs, many in one transaction: findings, follow-ups, costs, and the Thoughts."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core import log
from core.artifacts import Artifacts
from core.db import (
    budgets,
    cards,
    causes,
    claims,
    findings,
    fuzz_corpora,
    learning,
    looks,
    risk_models,
    risks,
    runs,
    signals,
)
from core.db.connect import Connection, Database, scope
from core.db.runs import LOG, Finished, Run
from core.db.thoughts import Thought
from core.errors import TryLater, UserError
from core.learning import UNSAID
from workers.engine import alike
from workers.engine.clean import cleaned, storable
from workers.engine.ended import BUG, FAILED, PUT_BACK, UNTOUCHED, Ended, Settling
from workers.engine.follow import follow
from workers.engine.purses import Purses, total
from workers.engine.reprice import reprice
from workers.thoughts.base import Outcome

ROWS: dict[str, Callable[..., Awaitable[None]]] = {
    "cards": cards.remember,
    "fuzz_corpora": fuzz_corpora.remember,
    "looks": looks.remember,
    "risk_models": risk_models.replace,
    "risks": risks.replace,
    "signals": signals.remember,
}
"""What an outcome's `rows` are stored with, by the name of their table."""

_FIRST_RETRY_SECONDS = 30.0

_log = log.get(__name__)


async def settle(database: Database, artifacts: Artifacts, ended: Sequence[Settling]) -> set[int]:
    """In one transaction; where one of them cannot be stored, each in its own. Returns the Thoughts
    that were ours, by id; of those that another attempt has by now nothing is stored. Raise
    TryLater where a store is away, and UserError where it is full: what was settled before stays
    settled, and is not settled again."""
    try:
        sizes = [await _put(artifacts, each) for each in ended]
        async with database.system() as connection:
            return await _Group(connection, ended, sizes).settled()
    except (TryLater, UserError):
        raise
    except Exception:
        if len(ended) > 1:
            found = [await settle(database, artifacts, [each]) for each in ended]
            return set().union(*found)
        if ended[0].ended.problem == BUG:
            raise
        _log.exception("settle.bug", thought=ended[0].thought.kind)
    failed = Ended("failed", ended[0].ended.spent, problem=BUG)
    return await settle(database, artifacts, [replace(ended[0], ended=failed)])


async def _put(artifacts: Artifacts, each: Settling) -> list[dict[str, Any]]:
    """Before the rows that name them: what no row names is litter, and no loss."""
    files = dict(each.ended.outcome.artifacts) if each.ended.outcome else {}
    if each.ended.log:
        files[LOG] = each.ended.log.encode(errors="replace")
    for name, content in files.items():
        await artifacts.put(each.run.id, name, content)
    return [{"name": name, "bytes": len(content)} for name, content in files.items()]


@dataclass(frozen=True, slots=True)
class _Group:
    """`sizes` are of the artifacts of each."""

    connection: Connection
    group: Sequence[Settling]
    sizes: Sequence[Sequence[dict[str, Any]]]

    async def settled(self) -> set[int]:
        ours = await self._pay()
        over = await self._end([each for each in self.group if each.thought.id in ours])
        finished = [
            await self._finished(each, sizes)
            for each, sizes in zip(self.group, self.sizes, strict=True)
            if each.thought.id in over and each.ended.status != UNTOUCHED
        ]
        if finished:
            await runs.finish(self.connection, finished)
        return over

    async def _pay(self) -> set[int]:
        """What it really cost takes the place of what was reserved; and turns are counted by it.
        Returns what is ours."""
        numbers = sorted({each.thought.repository_id for each in self.group})
        rows = await budgets.locked(self.connection, numbers)
        held = {each.thought.id: each.thought.attempts for each in self.group}
        reserved = await claims.reservations(self.connection, held)
        said = await learning.of(self.connection, numbers)
        now = datetime.now(UTC)
        for installation_id, number in [key for key in rows if key[1] is not None]:
            if (whole := rows.get((installation_id, None))) is None or number is None:
                continue
            settings = said[number].effective if number in said else UNSAID
            purses = Purses.of([rows[installation_id, number], whole], settings, now)
            own, whole = self._paid(number, purses, reserved).stored()
            rows[installation_id, number], rows[installation_id, None] = own, whole
        await budgets.save(self.connection, list(rows.values()))
        return set(reserved)

    def _paid(self, number: int, purses: Purses, reserved: Mapping[int, Any]) -> Purses:
        """The purses of one repository."""
        owed, seconds = [], 0.0
        for each, sizes in zip(self.group, self.sizes, strict=True):
            if each.thought.repository_id == number and each.thought.id in reserved:
                kept = reserved[each.thought.id]
                owed += [_cost(each, sizes), {name: -float(kept[name]) for name in kept}]
                seconds += each.ended.spent.seconds - each.expected
        return purses.take(total(owed)).served(seconds)

    async def _end(self, ours: Sequence[Settling]) -> set[int]:
        """Returns those that were ended."""
        well = [each for each in ours if each.ended.status in runs.WELL]
        over: set[int] = set()
        if well:
            held = {each.thought.id: each.thought.attempts for each in well}
            over |= await claims.finish_all(self.connection, held)
        untouched = [each for each in ours if each.ended.status == UNTOUCHED]
        if untouched:
            await runs.forget(self.connection, [each.run.id for each in untouched])
        for each in ours:
            if each.ended.status not in runs.WELL and await _ended(self.connection, each):
                over.add(each.thought.id)
        return over

    async def _finished(self, each: Settling, sizes: Sequence[dict[str, Any]]) -> Finished:
        ended = each.ended
        return Finished(
            each.run.id,
            "cancelled" if ended.status == PUT_BACK else ended.status,
            ended.spent,
            storable(ended.content),
            storable(ended.outcome.summary) if ended.outcome else "",
            storable(ended.problem),
            ended.outcome.metrics if ended.outcome else {},
            sizes,
            await self._kept(each, ended.outcome) if ended.outcome else 0,
        )

    async def _kept(self, each: Settling, outcome: Outcome) -> int:
        """Store what came of it, where only its own installation is seen. Returns how many findings
        are new."""
        if not (outcome.claims or outcome.changes or outcome.covered or outcome.rows
                or outcome.follow_ups):  # fmt: skip
            return 0
        await scope(self.connection, each.thought.installation_id)
        new = await _store(self.connection, each.thought, each.run, outcome)
        wanted = [*outcome.follow_ups, *await alike.asked(self.connection, each.thought, outcome)]
        await follow(self.connection, each.thought, wanted, each.records)
        if outcome.rows.get("risks"):
            await reprice(self.connection, each.thought.repository_id)
        await scope(self.connection, None)
        return new


def _cost(each: Settling, sizes: Sequence[dict[str, Any]]) -> dict[str, float]:
    spent = each.ended.spent
    return {
        "cpu_seconds": spent.cpu_seconds,
        "model_tokens": float(spent.model_tokens),
        "bytes": float(sum(size["bytes"] for size in sizes)),
    }


async def _ended(connection: Connection, each: Settling) -> bool:
    """End a claim that did not end well: what failed waits for another try, longer each time, and
    then rests."""
    thought, ended = each.thought, each.ended
    if ended.status in (PUT_BACK, UNTOUCHED):
        return await claims.put_back(connection, thought)
    if ended.status not in FAILED:
        return await claims.cancelled(connection, thought, ended.problem)
    jitter = random.uniform(0.8, 1.2)  # noqa: S311 - so that not all come back at once
    return (
        await claims.fail(
            connection, thought, storable(ended.problem), seconds=_FIRST_RETRY_SECONDS * jitter
        )
        is not None
    )


async def _store(connection: Connection, thought: Thought, run: Run, outcome: Outcome) -> int:
    """Returns how many findings are new. Of a pull request's head it is claims, what became of
    them, and cards of the change: what is known of the default branch stays as it is."""
    new = await _claimed(connection, thought, run, outcome) if outcome.claims else 0
    tables, ref = dict(outcome.rows), thought.about.ref
    whose = {"repository_id": thought.repository_id}
    if outcome.changes:
        changes = [cleaned(change) for change in outcome.changes]
        await findings.change(
            connection, **whose, run_id=run.id, thought=thought.kind, changes=changes, ref=ref
        )
        for each in changes:
            if each.cause is not None:
                name, cause = each.fingerprint, each.cause
                await causes.join(connection, **whose, fingerprint=name, cause=cause)
    if ref:
        await _remember(connection, thought, {n: tables[n] for n in tables.keys() & {"cards"}})
        return new
    if outcome.covered:
        still = [cleaned(claim).fingerprint for claim in outcome.claims]
        await findings.mark_fixed(
            connection, **whose, thought=thought.kind, paths=outcome.covered, still=still
        )
    await _remember(connection, thought, tables)
    return new


async def _claimed(connection: Connection, thought: Thought, run: Run, outcome: Outcome) -> int:
    claimed = [cleaned(claim) for claim in outcome.claims]
    fingerprints = [claim.fingerprint for claim in claimed]
    known = await findings.known(connection, thought.repository_id, fingerprints)
    await findings.claim(
        connection,
        installation_id=thought.installation_id,
        repository_id=thought.repository_id,
        run_id=run.id,
        thought=thought.kind,
        commit=run.commit_sha,
        claims=claimed,
        ref=thought.about.ref,
    )
    return len(set(fingerprints) - known)


async def _remember(
    connection: Connection, thought: Thought, tables: Mapping[str, Sequence[Any]]
) -> None:
    for table, rows in tables.items():
        await ROWS[table](
            connection,
            repository_id=thought.repository_id,
            installation_id=thought.installation_id,
            thought=thought.kind,
            **{table: rows},
        )
