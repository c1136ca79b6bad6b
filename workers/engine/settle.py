"""What came of a run, in one transaction: findings, follow-ups, the run, the Thought."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.artifacts import Artifacts
from core.db import cards, findings, looks, risk_models, risks, runs, thoughts
from core.db.connect import Connection, Database
from core.db.runs import LOG, Run, Spent
from core.db.thoughts import Thought
from workers.engine.priority import Worth
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Outcome

ROWS: dict[str, Callable[..., Awaitable[None]]] = {
    "cards": cards.remember,
    "looks": looks.remember,
    "risk_models": risk_models.replace,
    "risks": risks.replace,
}
"""What an outcome's `rows` are stored with, by the name of their table."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; `outcome` is None where nothing came of it."""

    status: str
    spent: Spent
    outcome: Outcome | None = None
    content: str = ""
    problem: str = ""
    log: str = ""


async def settle(
    database: Database, artifacts: Artifacts, thought: Thought, run: Run, ended: Ended
) -> bool:
    """False where another attempt has the Thought by now: then nothing is stored of this one."""
    files = dict(ended.outcome.artifacts) if ended.outcome else {}
    if ended.log:
        files[LOG] = ended.log.encode(errors="replace")
    # Before the rows that name them; what no row names is litter, and no loss.
    for name, content in files.items():
        await artifacts.put(run.id, name, content)
    sizes = [{"name": name, "bytes": len(content)} for name, content in files.items()]
    async with database.tenant(thought.installation_id) as connection:
        if not await thoughts.finish(connection, thought.id, thought.attempts):
            return False
        if ended.outcome:
            await _store(connection, thought, run, ended.outcome)
        await runs.finish(
            connection,
            run.id,
            status=ended.status,
            content=ended.content,
            summary=ended.outcome.summary if ended.outcome else "",
            problem=ended.problem,
            metrics=ended.outcome.metrics if ended.outcome else {},
            artifacts=sizes,
            spent=ended.spent,
        )
    return True


async def _store(connection: Connection, thought: Thought, run: Run, outcome: Outcome) -> None:
    whose = {"repository_id": thought.repository_id}
    await findings.claim(
        connection,
        **whose,
        installation_id=thought.installation_id,
        run_id=run.id,
        thought=thought.kind,
        commit=run.commit_sha,
        claims=outcome.claims,
    )
    await findings.change(
        connection, **whose, run_id=run.id, thought=thought.kind, changes=outcome.changes
    )
    still = [claim.fingerprint for claim in outcome.claims]
    await findings.mark_fixed(
        connection, **whose, thought=thought.kind, paths=outcome.covered, still=still
    )
    for table, rows in outcome.rows.items():
        await ROWS[table](
            connection,
            **whose,
            installation_id=thought.installation_id,
            thought=thought.kind,
            **{table: rows},
        )
    for wanted in outcome.follow_ups:
        if wanted.thought not in THOUGHTS:
            continue
        limits = THOUGHTS[wanted.thought].LIMITS
        worth = Worth(0.5, 1.0, wanted.expected, limits.cpu_seconds / 10)
        await thoughts.add(
            connection,
            **whose,
            installation_id=thought.installation_id,
            kind=wanted.thought,
            subject=wanted.subject,
            priority=worth.priority,
            reason=worth.reason(wanted.reason),
            parent_id=thought.id,
        )
