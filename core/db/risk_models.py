"""Risk models: what was learned from a repository's own fixes, one row a repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class RiskModel:
    """`weights` are those of workers/risk/model.py, by level; `summary` says in words which model
    is used and on how much it rests. `fitted_at` None: not stored yet."""

    weights: dict[str, Any]
    summary: str
    commit_sha: str
    fitted_at: datetime | None = None


async def get(connection: Connection, repository_id: int) -> RiskModel | None:
    cursor = connection.cursor(row_factory=class_row(RiskModel))
    await cursor.execute(
        "SELECT weights, summary, commit_sha, fitted_at FROM risk_models WHERE repository_id = %s",
        (repository_id,),
    )
    return await cursor.fetchone()


async def replace(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    thought: str,
    risk_models: Sequence[RiskModel],
) -> None:
    """The last of them, in place of the one that is there; `thought` is who fitted it."""
    for model in risk_models:
        await connection.execute(
            "INSERT INTO risk_models (repository_id, installation_id, weights, summary, "
            "commit_sha) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (repository_id) DO UPDATE SET "
            "weights = excluded.weights, summary = excluded.summary, "
            "commit_sha = excluded.commit_sha, fitted_at = now()",
            (
                *(repository_id, installation_id, Jsonb(model.weights), model.summary),
                model.commit_sha,
            ),
        )
