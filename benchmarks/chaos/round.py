"""One seed: what is sent, what goes wrong meanwhile, and what is there in the end."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.chaos.crowd import Crowd, free_port
from benchmarks.chaos.meant import Meaning, scene
from benchmarks.chaos.pulls import Pulling, repositories
from benchmarks.query.stage import Stage, fresh, staged, until
from core.errors import TryLater
from core.github import GitHub, open_github
from core.settings import Settings
from core.tasks import ended
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.world import Comment, Repository
from tests.workers.reports.writing.conftest import Scene
from workers.catch_up import catch_up

TENANTS = 25
REPLIED = 0.2
"""Of all deliveries: comments to which there is one reply, and one reaction at most."""
_OTHERS = (("push", None), ("check_run", "completed"), ("status", None), ("star", "created"))
_TWICE = 0.05
_MEANT = 0.15
"""For so many of the deliveries something else is meant to be written, too."""
PULLED = 0.012
"""For so many a pull request is opened."""
_WRITES = "/(comments|reactions|reviews|check-runs|issues|pulls|commits|trees|refs)$"
_A_SECOND = 40.0
_HARM_SECONDS = (0.2, 1.6)
_SELDOM_SECONDS = (1.0, 5.0)
_LONGER_SECONDS = 40.0
"""So long after the last delivery things still fail, but not as often: a worker that is killed as
soon as it is up reviews nothing."""
_SETTLE_SECONDS = 900.0
"""On an idle machine a minute is enough."""


@dataclass
class Round:
    stage: Stage
    stand_in: StandIn
    crowd: Crowd
    github: GitHub
    chance: random.Random
    meaning: Meaning
    pulling: Pulling
    guids: list[str] = field(default_factory=list)
    asked: list[tuple[Repository, Comment, int]] = field(default_factory=list)
    faults: int = 0
    harm_seconds: tuple[float, float] = _HARM_SECONDS
    reviewed: tuple[int, ...] = (0, 0)
    left: int = 0

    async def send(self, count: int) -> None:
        """At random, so many a second; whether or not those before were answered. Some come
        twice."""
        self.pulling.installed()
        opened = set(self.chance.sample(range(count), round(count * PULLED)))
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                event, payload = self._made(number)
                guid = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
                self.guids.append(guid)
                for _ in range(1 + (self.chance.random() < _TWICE)):
                    group.create_task(self.stand_in.webhooks.send(event, payload, guid))
                if self.chance.random() < _MEANT:
                    group.create_task(self.meaning.mean())
                if number in opened:
                    group.create_task(self.pulling.pull())
                await asyncio.sleep(self.chance.expovariate(_A_SECOND))

    def _made(self, number: int) -> tuple[str, dict[str, Any]]:
        installations = list(self.stand_in.world.installations.values())
        repository = installations[number % TENANTS].repositories[0]
        webhooks = self.stand_in.webhooks
        if self.chance.random() >= REPLIED:
            event, action = self.chance.choice(_OTHERS)
            return event, webhooks.of(repository, event, action)
        issue = repository.next_number()
        comment = Comment(
            next(self.stand_in.world.ids), "/ponder help", webhooks.account(repository.owner.login)
        )
        repository.thread(issue).comments.append(comment)
        self.asked.append((repository, comment, issue))
        payload = webhooks.commented(repository, repository.thread(issue), "issues", comment)
        return "issue_comment", payload

    async def trouble(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(*self.harm_seconds))
            if self.chance.random() < 0.5:
                await self.crowd.harm()
            else:
                self._fail()
            await self.crowd.tend()

    def _fail(self) -> None:
        """GitHub does one of the things that it does."""
        self.faults += 1
        times = self.chance.randint(1, 4)
        match self.chance.randrange(8):
            case 0:
                self.stand_in.fail("*", "", status=502, times=times)
            case 1:
                self.stand_in.fail("POST", _WRITES, after=True, times=times)
            case 2:
                self.stand_in.fail("*", "", drop=True, times=times)
            case 3:
                self.stand_in.fail("POST", _WRITES, cut=True, times=times)
            case 4:
                self.stand_in.limit("*", "", "429", 1, times=times)
            case 5:
                self.stand_in.limit("POST", "", "secondary", 1, times=times)
            case 6:
                self.stand_in.limit("*", "", "primary", 1, times=times)
            case _:
                self.stand_in.world.revoke()

    async def settled(self) -> None:
        """All is well again. What was missed is asked for, as each worker does every five minutes,
        until nothing changes any more. Everything is killed once more first, and so no lease is
        anybody's, and none has to be waited for."""
        self.stand_in.faults.clear()
        self.crowd.end()
        await self.crowd.tend()
        await until(self._free, _SETTLE_SECONDS, 0.2)
        await self._reviewed()
        ends = asyncio.get_running_loop().time() + _SETTLE_SECONDS
        while asyncio.get_running_loop().time() < ends:
            await self.crowd.tend()
            with suppress(TryLater):
                later = datetime.now(UTC) + timedelta(hours=1)
                missed = await catch_up(self.github, self.stage.database, now=later)
                await self.stand_in.webhooks.settled()
                await self._hasten()
                self.left = await self._left()
                if not missed and not self.left:
                    return
            await asyncio.sleep(1)

    async def _free(self) -> bool:
        with suppress(TryLater):
            await self.stage.fetch(
                "WITH w AS (UPDATE work SET lease_until = now() WHERE state = 'running' "
                "RETURNING 1), r AS (UPDATE writers SET lease_until = now() RETURNING 1) SELECT 1"
            )
            return True
        return False

    async def _reviewed(self) -> None:
        """How many reviews came to their end while everything failed, and how many more beginnings
        there were than reviews: each was cut off, or had to wait for GitHub."""
        (self.reviewed,) = await self.stage.fetch(
            "SELECT count(*) FILTER (WHERE state = 'done'), "
            "coalesce(sum(greatest(cardinality(began) - 1, 0)), 0)::int FROM reviews"
        )

    async def _hasten(self) -> None:
        """What waits because of a fault need not wait its whole time: it would be tried the same
        way then."""
        await self.stage.fetch(
            "WITH w AS (UPDATE work SET run_at = now() WHERE state = 'queued' RETURNING 1), "
            "i AS (UPDATE intents SET next_at = now() WHERE state = 'open' RETURNING 1), "
            "r AS (UPDATE writers SET next_at = now() RETURNING 1), "
            # A review that was cut off counts as one of an hour's.
            "b AS (UPDATE reviews SET began = '{}' RETURNING 1) SELECT 1"
        )

    async def _left(self) -> int:
        ((left,),) = await self.stage.fetch(
            "SELECT (SELECT count(*) FROM intents WHERE state = 'open') + (SELECT count(*) "
            "FROM work WHERE state IN ('queued', 'running')) + (SELECT count(*) FROM reviews "
            "WHERE state IN ('waiting', 'running'))"
        )
        return int(left)

    async def judged(self) -> dict[str, Any]:
        """`lost` are deliveries that are not stored as done or ignored; `missing` are comments
        without a reply, `twice` replies and reactions beyond the first."""
        rows = await self.stage.fetch(
            "SELECT id FROM deliveries WHERE state IN ('done', 'ignored')"
        )
        stored = {str(row[0]) for row in rows}
        bot = self.stand_in.world.bot
        replies = [
            sum(comment.author is bot for comment in repository.thread(issue).comments)
            for repository, _, issue in self.asked
        ]
        reacted = [Counter(c.reactions)[(bot.login, "eyes")] for _, c, _ in self.asked]
        sent = self.stand_in.webhooks.deliveries
        first = [d for d in sent if not d.redelivery]
        return {
            "deliveries": len({d.guid for d in sent}),
            "missed": sum(d.outcome == "failure" for d in first),
            "kills": len(self.crowd.kills),
            "faults": self.faults,
            "left": self.left,
            "lost": len({d.guid for d in sent} - stored),
            "replies": sum(replies),
            "missing": sum(count == 0 for count in replies),
            "twice": sum(max(0, count - 1) for count in [*replies, *reacted]),
            "wrong": self.stand_in.violations[:5],
            **self.meaning.judged(),
            **self.pulling.judged(),
            "reviewed": self.reviewed[0],
            "cut off": self.reviewed[1],
        }


async def measured(work: Path, seed: int, deliveries: int) -> dict[str, Any]:
    chance = random.Random(seed)
    async with staged(fresh(work / "stores")) as stage, StandIn().serve() as stand_in:
        stand_in.limits.per_minute = stand_in.limits.per_hour = 10**9
        stand_in.webhooks.judging = False
        port = free_port()
        settings = Settings.from_environment(
            {"PONDER_DATA_DIR": str(stage.settings.data_dir), "PONDER_SECRET_KEY": "k" * 40}
            | stand_in.environment
        )
        crowd = Crowd(stage, stand_in, work, chance, port)
        async with open_github(settings) as github:
            assert github is not None
            meaning = Meaning(await _scenes(stage, stand_in, github, work), chance)
            pulling = Pulling(stand_in, repositories(stand_in, work / "git"), chance)
            stand_in.webhooks.target = f"http://127.0.0.1:{port}/webhooks/github"
            crowd.start()
            try:
                one = Round(stage, stand_in, crowd, github, chance, meaning, pulling)
                return {"seed": seed, **await _run(one, deliveries)}
            finally:
                crowd.end()


async def _scenes(stage: Stage, stand_in: StandIn, github: GitHub, work: Path) -> list[Scene]:
    made, folder = [], fresh(work / "git")
    for number in range(TENANTS):
        installation = stand_in.world.installation(f"account-{number}")
        there = stand_in.world.repository(installation, "code")
        made.append(await scene(stand_in, stage.database, github, there, folder))
    return made


async def _run(one: Round, deliveries: int) -> dict[str, Any]:
    troubling = asyncio.create_task(one.trouble())
    try:
        await one.send(deliveries)
        one.harm_seconds = _SELDOM_SECONDS
        await asyncio.sleep(_LONGER_SECONDS)
    finally:
        await ended(troubling)
    if not troubling.cancelled():
        troubling.result()
    await one.settled()
    return await one.judged()
