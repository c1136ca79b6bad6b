"""A baseline: one row a transaction is claimed with SKIP LOCKED and deleted, and nothing else."""

from __future__ import annotations

import time

from benchmarks.engine.stage import Tenants

_CLAIM = (
    "DELETE FROM thoughts WHERE id = (SELECT id FROM thoughts WHERE repository_id = %s "
    "AND state = 'queued' ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
)


async def rate(tenants: Tenants, rows: int) -> float:
    """Rows a second, by one client, of the same table; without tenants, budgets, runs, leases."""
    whose = tenants.repositories[0]
    await tenants.queue([rows, *[0] * (len(tenants.repositories) - 1)], "bare")
    async with tenants.stage.database.system() as connection:
        began = time.monotonic()
        for _ in range(rows):
            # Row-level security needs the system's setting in each transaction.
            await connection.execute("SELECT set_config('ponder.installation', 'system', true)")
            await connection.execute(_CLAIM, (whose.id,))
            await connection.commit()
        return rows / (time.monotonic() - began)
