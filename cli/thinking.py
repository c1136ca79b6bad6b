"""How a run is told in JSON."""

from __future__ import annotations

from typing import Any

from core.db import findings
from core.db.runs import Run
from workers.context import Context


async def document(context: Context, run: Run) -> dict[str, Any]:
    """`findings` are the fingerprints that this run saw."""
    async with context.database.tenant(run.installation_id) as connection:
        seen = await findings.of_run(connection, run.repository_id, run.id)
    return {
        "run_id": str(run.id),
        "thought": run.kind,
        "subject": run.about.title,
        "status": run.status,
        "seconds": round(run.seconds, 3),
        "cpu_seconds": round(run.cpu_seconds, 3),
        "summary": run.summary or run.problem,
        "findings": seen,
    }
