"""What came of runs, in one transaction each: findings, follow-ups, what it cost, the Thought."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.artifacts import Artifacts
from core.db import budgets, cards, claims, findings, learning, looks, risk_models, risks, runs
from core.db.connect import Connection, Database
from core.db.runs import LOG, Run, Spent
from core.db.thoughts import Thought
from core.learning import UNSAID
from workers.engine.claim import Purses
from workers.engine.clean import cleaned, storable
from workers.engine.follow import follow
from workers.engine.records import Records
from workers.thoughts.base import Outcome

ROWS: dict[str, Callable[..., Awaitable[None]]] = {
    "cards": cards.remember,
    "looks": looks.remember,
    "risk_models": risk_models.replace,
    "risks": risks.replace,
}
"""What an outcome's `rows` are stored with, by the name of their table."""

FAILED = frozenset({"failed", "timed_out"})
_FIRST_RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: by a status of runs, or 'put_back', as if it had not been claimed; `outcome`
    is None where nothing came of it."""

    status: str
    spent: Spent
    outcome: Outcome | None = None
    content: str = ""
    problem: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class Settling:
    """A run that ended. `expected`: the seconds that its claim was counted with."""

    thought: Thought
    run: Run
    ended: Ended
    expected: float = 0.0
    records: Records = field(default_factory=Records)


async def settle(database: Database, artifacts: Artifacts, ended: Sequence[Settling]) -> int:
    """Returns how many were ours; of those that another attempt has by now nothing is stored."""
    settled = 0
    for each in ended:
        sizes = await _put(artifacts, each)
        async with database.tenant(each.thought.installation_id) as connection:
            settled += await _settled(connection, each, sizes)
    return settled


async def _put(artifacts: Artifacts, each: Settling) -> list[dict[str, Any]]:
    """Before the rows that name them: what no row names is litter, and no loss."""
    files = dict(each.ended.outcome.artifacts) if each.ended.outcome else {}
    if each.ended.log:
        files[LOG] = each.ended.log.encode(errors="replace")
    for name, content in files.items():
        await artifacts.put(each.run.id, name, content)
    return [{"name": name, "bytes": len(content)} for name, content in files.items()]


async def _settled(connection: Connection, each: Settling, sizes: Sequence[dict[str, Any]]) -> bool:
    thought, ended = each.thought, each.ended
    stored = float(sum(size["bytes"] for size in sizes))
    await _pay(connection, each, {"bytes": stored})
    if not await _is_ours(connection, thought, ended):
        return False
    found = 0
    if ended.outcome:
        found = await _store(connection, thought, each.run, ended.outcome)
        await follow(connection, thought, ended.outcome.follow_ups, each.records)
    await runs.finish(
        connection,
        each.run.id,
        status="cancelled" if ended.status == "put_back" else ended.status,
        content=ended.content,
        summary=storable(ended.outcome.summary) if ended.outcome else "",
        problem=storable(ended.problem),
        metrics=ended.outcome.metrics if ended.outcome else {},
        artifacts=sizes,
        spent=ended.spent,
        found=found,
    )
    return True


async def _is_ours(connection: Connection, thought: Thought, ended: Ended) -> bool:
    """End the claim: what failed waits for another try, longer each time, and then rests."""
    if ended.status == "put_back":
        return await claims.put_back(connection, thought)
    if ended.status == "cancelled":
        return await claims.cancelled(connection, thought, ended.problem)
    if ended.status not in FAILED:
        return bool(await claims.finish_all(connection, {thought.id: thought.attempts}))
    wait = _FIRST_RETRY_SECONDS * 2.0**thought.failures
    jitter = random.uniform(0.8, 1.2)  # noqa: S311 - so that not all come back at once
    state = await claims.fail(connection, thought, ended.problem, seconds=wait * jitter)
    return state is not None


async def _pay(connection: Connection, each: Settling, also: dict[str, float]) -> None:
    """What it really cost takes the place of what was reserved; and the turn is counted by it."""
    thought, spent = each.thought, each.ended.spent
    rows = await budgets.of_repository(
        connection, thought.installation_id, thought.repository_id, lock=True
    )
    reserved = await claims.reservation(connection, thought)
    if not rows or reserved is None:
        return
    said = await learning.get(connection, thought.repository_id)
    purses = Purses.of(rows, said.effective if said else UNSAID, datetime.now(UTC))
    cost = {"cpu_seconds": spent.cpu_seconds, "model_tokens": float(spent.model_tokens)} | also
    owed = {name: amount - float(reserved.get(name, 0.0)) for name, amount in cost.items()}
    paid = purses.take(owed).served(spent.seconds - each.expected)
    await budgets.save(connection, paid.stored())


async def _store(connection: Connection, thought: Thought, run: Run, outcome: Outcome) -> int:
    """Returns how many findings are new. Of a pull request's head it is claims and cards of the
    change: what is known of the default branch stays as it is."""
    whose = {"repository_id": thought.repository_id}
    claimed = [cleaned(claim) for claim in outcome.claims]
    fingerprints = [claim.fingerprint for claim in claimed]
    known = await findings.known(connection, thought.repository_id, fingerprints)
    await findings.claim(
        connection,
        **whose,
        installation_id=thought.installation_id,
        run_id=run.id,
        thought=thought.kind,
        commit=run.commit_sha,
        claims=claimed,
        ref=thought.about.ref,
    )
    tables = dict(outcome.rows)
    if thought.about.ref:
        kept = {name: tables[name] for name in tables.keys() & {"cards"}}
        await _remember(connection, thought, kept)
        return len(set(fingerprints) - known)
    changes = [cleaned(change) for change in outcome.changes]
    await findings.change(connection, **whose, run_id=run.id, thought=thought.kind, changes=changes)
    await findings.mark_fixed(
        connection, **whose, thought=thought.kind, paths=outcome.covered, still=fingerprints
    )
    await _remember(connection, thought, tables)
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
