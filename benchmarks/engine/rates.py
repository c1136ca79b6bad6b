"""Thoughts a second that have nothing to do, and how soon one begins at half of that."""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine import bare, cpu, noop
from benchmarks.engine.stage import Tenants, queue, tenants, worker
from benchmarks.query.stage import fresh, staged, until

TENANTS = 20
EACH = 500
SECONDS = 10.0
_TICK = 0.005


async def measured(work: Path, each: int) -> dict[str, Any]:
    """`each` Thoughts of each tenant, of each kind."""
    async with staged(fresh(work / "stores" / "engine")) as stage:
        made = await tenants(stage, TENANTS)
        found: dict[str, Any] = {"bare": {"rate": await bare.rate(made, 4 * each)}}
        for kind in (noop.NOTHING, noop.EMPTY):
            found[kind] = await _rate(made, kind, work, each)
        half = found[noop.NOTHING]["rate"] / 2
        found["latency"] = await _latency(made, noop.NOTHING, work, half)
        return found


async def _rate(made: Tenants, kind: str, work: Path, count: int) -> dict[str, float]:
    """Thoughts a second, of the middle of many that are queued at one moment, alike over all
    tenants; and the milliseconds of a processor that one takes of the worker and of the server."""
    async with worker(made.stage, work / "begun.json") as process:
        await _warmed(made, kind)
        await made.queue([count] * TENANTS, kind)
        before = cpu.seconds(process.pid), cpu.of_postgresql(made.stage)
        await until(lambda: _is_empty(made), 600.0, 0.5)
        after = cpu.seconds(process.pid), cpu.of_postgresql(made.stage)
    ((rate,),) = await made.stage.fetch(
        "SELECT count(*) / extract(epoch FROM max(finished_at) - min(finished_at)) FROM "
        "(SELECT finished_at, percent_rank() OVER (ORDER BY finished_at) AS place FROM thoughts "
        "WHERE state = 'done') AS ended WHERE place BETWEEN 0.1 AND 0.9"
    )
    await made.clear()
    each = [
        (late - early) * 1000 / (count * TENANTS) for early, late in zip(before, after, strict=True)
    ]
    return {"rate": float(rate), "worker": each[0], "server": each[1]}


async def _warmed(made: Tenants, kind: str) -> None:
    """A new process, like a new repository, knows nothing of what runs take."""
    await made.queue([5] * TENANTS, kind, label="warm")
    await until(lambda: _is_empty(made))
    await made.clear()


async def _is_empty(made: Tenants) -> bool:
    return not await made.left()


async def _latency(made: Tenants, kind: str, work: Path, rate: float) -> dict[str, float]:
    """Milliseconds until a Thought begins, where they come at random and `rate` a second."""
    async with worker(made.stage, work / "begun.json"):
        await _warmed(made, kind)
        sent = await _arrivals(made, kind, rate)
        await until(lambda: _is_empty(made))
    rows = await made.stage.fetch(
        "SELECT r.subject_key, extract(epoch FROM r.started_at)::float8, "
        "extract(epoch FROM t.created_at)::float8 "
        "FROM runs r JOIN thoughts t ON t.id = r.thought_id"
    )
    await made.clear()
    begun = dict(json.loads((work / "begun.json").read_text()))
    claims = [begun[key] - claimed for key, claimed, _ in rows]
    waits = [begun[key] - queued for key, _, queued in rows]
    return {
        "rate": sent / SECONDS,
        **{f"claim_p{n}": float(np.percentile(claims, n)) * 1000 for n in (50, 99)},
        **{f"queued_p{n}": float(np.percentile(waits, n)) * 1000 for n in (50, 99)},
    }


async def _arrivals(made: Tenants, kind: str, rate: float) -> int:
    """Poisson's, for SECONDS; those of a few milliseconds come in one transaction."""
    chance, sent, ends = random.Random(1), 0, time.monotonic() + SECONDS
    due = time.monotonic()
    while time.monotonic() < ends:
        count = 0
        while due <= time.monotonic():
            due, count = due + chance.expovariate(rate), count + 1
        if count:
            async with made.stage.database.system() as connection:
                notes = [f"at random {sent + n}" for n in range(count)]
                await queue(connection, chance.choice(made.repositories), kind, notes)
        sent += count
        await asyncio.sleep(_TICK)
    return sent
