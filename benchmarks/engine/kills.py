"""Workers, PostgreSQL and Valkey are killed at random moments: what is lost, or settled twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.engine import noop
from benchmarks.engine.stage import Tenants, tenants
from benchmarks.query.stage import Stage, environment, fresh, staged, until
from cli import stores
from core.db.leases import BEAT_SECONDS
from core.db.thoughts import LEASE_SECONDS
from core.errors import TryLater
from core.settings import Secret

TENANTS = 4
EACH = 40
WORKERS = 2
KILLS = 6
PAUSES = (0.0, 1.5)
"""Seconds until the next kill, from the moment that something runs again."""
STORES = {"postgresql": "postgresql.json", "valkey": "valkey.json"}


@dataclass
class Crowd:
    """Processes that think, and are started again like the stores whenever they are gone."""

    stage: Stage
    work: Path
    chance: random.Random
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: list[tuple[str, float]] = field(default_factory=list)

    def start(self) -> None:
        alive = [each for each in self.workers if each.poll() is None]
        self.workers = alive + [self._worker() for _ in range(WORKERS - len(alive))]

    def _worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.engine.worker", str(self.work / "begun.json")],
            env=environment(self.stage.settings) | {"PYTHONPATH": os.getcwd()},
            stdout=(self.work / "workers.log").open("ab"),
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        """Something, with SIGKILL."""
        which = self.chance.choice(["worker", "worker", *STORES])
        if which == "worker":
            self.chance.choice(self.workers).kill()
        else:
            record = self.stage.settings.data_dir / "stores" / STORES[which]
            with suppress(ProcessLookupError):
                os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)
        self.kills.append((which, time.time()))

    async def tend(self) -> None:
        """Start what is gone: as a supervisor does, and as `ponder up` does with its stores."""
        embedded = replace(self.stage.settings, database_url=Secret(""), redis_url=Secret(""))
        await asyncio.to_thread(stores.ensure, embedded)
        self.start()

    def end(self) -> None:
        for each in self.workers:
            each.kill()
            each.wait()


async def measured(work: Path, seed: int) -> dict[str, Any]:
    async with staged(fresh(work / "stores" / "kills")) as stage:
        made = await tenants(stage, TENANTS)
        await made.queue([EACH] * TENANTS, noop.LEADS)
        crowd = Crowd(stage, work, random.Random(seed))
        crowd.start()
        try:
            await _killed(crowd, made)
            began = time.time()
            await until(lambda: _is_over(crowd, made), 180.0, 0.5)
            settled = time.time() - began
        finally:
            crowd.end()
        return {"seed": seed, **await _judged(stage, crowd), "over_after": settled}


async def _killed(crowd: Crowd, made: Tenants) -> None:
    for _ in range(KILLS):
        since = crowd.kills[-1][1] if crowd.kills else 0.0
        if await until(partial(_goes_on, crowd, made, since)) == "over":
            return
        await asyncio.sleep(crowd.chance.uniform(*PAUSES))
        crowd.kill()


async def _goes_on(crowd: Crowd, made: Tenants, since: float) -> str:
    """'on' where something began after a moment, 'over' where nothing is left; else ''."""
    await crowd.tend()
    with suppress(TryLater):
        if not await made.left():
            return "over"
        began = "SELECT FROM runs WHERE started_at > to_timestamp(%s) LIMIT 1"
        return "on" if await made.stage.fetch(began, since) else ""
    return ""


async def _is_over(crowd: Crowd, made: Tenants) -> bool:
    await crowd.tend()
    with suppress(TryLater):
        return not await made.left()
    return False


async def _judged(stage: Stage, crowd: Crowd) -> dict[str, Any]:
    """`doubled` counts Thoughts with more than one run that was settled, and the bytes of artifacts
    that were paid for beside those that were stored."""
    ((done, resting),) = await stage.fetch(
        "SELECT count(*) FILTER (WHERE state = 'done'), "
        "count(*) FILTER (WHERE state = 'resting') FROM thoughts"
    )
    ((once, more, lost),) = await stage.fetch(
        "SELECT count(*) FILTER (WHERE done = 1), count(*) FILTER (WHERE done > 1), "
        "coalesce(sum(lost), 0)::int FROM (SELECT count(*) FILTER (WHERE status = 'done') AS done, "
        "count(*) FILTER (WHERE status = 'lost') AS lost FROM runs GROUP BY thought_id) AS counted"
    )
    ((paid,),) = await stage.fetch(
        "SELECT sum((buckets->'bytes'->>'day_spent')::float8) FROM budgets "
        "WHERE repository_id IS NOT NULL"
    )
    return {
        "kills": len(crowd.kills),
        "lost": TENANTS * EACH * (1 + noop.LED) - done - resting,
        "resting": resting,
        "doubled": more + round(abs(paid / noop.BYTES - done)),
        "settled_once": once,
        "runs_cut_off": lost,
        **await _waits(stage, crowd.kills),
    }


async def _waits(stage: Stage, kills: list[tuple[str, float]]) -> dict[str, float]:
    """Seconds from a worker's death until what it cut off was anybody's again, and until it was
    begun again, behind what is worth more; the longest of all."""
    rows = await stage.fetch(
        "SELECT extract(epoch FROM r.started_at)::float8, "
        "extract(epoch FROM r.finished_at)::float8, "
        "extract(epoch FROM (SELECT min(n.started_at) FROM runs n "
        "WHERE n.thought_id = r.thought_id AND n.started_at >= r.finished_at))::float8 "
        "FROM runs r WHERE r.status = 'lost'"
    )
    died = [at for which, at in kills if which == "worker"]
    found = {"freed_after": 0.0, "begun_after": 0.0}
    for began, noticed, again in rows:
        # A lease ends a while after it was beaten last.
        cuts = [at for at in died if began <= at <= noticed - LEASE_SECONDS + 2 * BEAT_SECONDS]
        if cuts and again is not None:
            found["freed_after"] = max(found["freed_after"], noticed - cuts[-1])
            found["begun_after"] = max(found["begun_after"], again - cuts[-1])
    return found
