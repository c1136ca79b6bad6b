"""One tenant with 100 times the work: what the others' 95th percentile becomes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.engine import noop
from benchmarks.engine.stage import Tenants, tenants, worker
from benchmarks.query.stage import fresh, staged, until

TENANTS = 10
EACH = 20
TIMES = 100
_ROUNDS = 3


async def measured(work: Path) -> dict[str, float]:
    """Until a Thought of the others is done, all queued at one moment: seconds, and how many
    Thoughts were done by then, which a busy machine does not change. Alike, and where the first
    tenant has 100 times as many; rounds of both take turns."""
    alike: list[tuple[float, int]] = []
    beside: list[tuple[float, int]] = []
    async with staged(fresh(work / "stores" / "fairness")) as stage:
        made = await tenants(stage, TENANTS)
        async with worker(stage, work / "begun.json"):
            await _times(made, EACH)
            for _ in range(_ROUNDS):
                alike += await _times(made, EACH)
                beside += await _times(made, EACH * TIMES)
    found: dict[str, float] = {}
    for place, what in enumerate(("seconds", "done")):
        p95 = [float(np.percentile([e[place] for e in each], 95)) for each in (alike, beside)]
        found |= {f"alike_{what}": p95[0], f"beside_{what}": p95[1]}
        found[f"more_{what}"] = p95[1] / p95[0] - 1
    return found


async def _times(made: Tenants, first: int) -> list[tuple[float, int]]:
    """Of all but the first, whose rest is taken away when the others are done."""
    await made.queue([first, *[EACH] * (TENANTS - 1)], noop.TURN)
    others = [repository.id for repository in made.repositories[1:]]
    await until(lambda: _are_done(made, others), 600.0, 0.1)
    rows = await made.stage.fetch(
        "SELECT seconds, place FROM (SELECT repository_id, rank() OVER (ORDER BY finished_at) "
        "AS place, extract(epoch FROM finished_at - created_at)::float8 AS seconds "
        "FROM thoughts WHERE state = 'done') AS ended WHERE repository_id = ANY(%s)",
        others,
    )
    await made.stage.fetch("WITH gone AS (DELETE FROM thoughts WHERE state = 'queued') SELECT 1")
    await until(lambda: _is_empty(made))
    await made.clear()
    return [(seconds, place) for seconds, place in rows]


async def _are_done(made: Tenants, repositories: list[int]) -> bool:
    ((left,),) = await made.stage.fetch(
        "SELECT count(*) FROM thoughts WHERE repository_id = ANY(%s) AND state <> 'done'",
        repositories,
    )
    return not left


async def _is_empty(made: Tenants) -> bool:
    return not await made.left()
