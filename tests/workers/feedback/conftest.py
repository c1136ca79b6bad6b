"""A pull request in which Ponder said something, and people who have an opinion of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.app import PATH, add_routes
from core.db import answers, review_findings, shown, work
from core.db.answers import Answer
from core.db.findings import Claim
from core.db.review_findings import ReviewFinding
from core.db.work import Work
from core.errors import Skip, TryLater
from core.queue import Queue
from core.settings import Settings
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.threads import Comment
from tests.workers.reports.conftest import FINISHED
from tests.workers.reports.writing.conftest import Scene, _git, scene
from workers.context import Context
from workers.kinds import KINDS
from workers.reports.comment import reply_to

__all__ = ["_git", "github", "github_settings", "scene", "stand_in"]

PRINT = "f" * 16
RULE = "ruff/F841"
OPINED = replace(
    FINISHED,
    commit_sha="a" * 40,
    text="In `a.py`.",
    model="small",
    policy_version="p3",
    propensity=0.25,
)


@dataclass
class Opinions:
    """`comment` is Ponder's own beside line 9 of a.py, which the pull request changed."""

    scene: Scene
    context: Context
    comment: Comment

    async def work_through(self) -> None:
        """What the webhooks have queued for a worker about feedback."""
        await self.scene.stand_in.webhooks.settled()
        for row in await self._queued():
            with suppress(Skip):
                await KINDS[row.kind](self.context, row)
            async with self.scene.database.system() as connection:
                await work.finish(connection, row.id)

    async def work_again(self) -> None:
        """After a failure that passes: the work is there, and done at the second try."""
        with pytest.raises(TryLater):
            await self.work_through()
        await self.work_through()

    async def _queued(self) -> list[Work]:
        async with self.scene.database.system() as connection:
            rows = await work.due(connection)
        return [row for row in rows if row.kind in ("verdict", "merged", "reactions")]

    async def look(self) -> int:
        """At what is due, and everything is."""
        async with self.scene.database.system() as connection:
            await connection.execute("UPDATE shown SET next_at = now()")
            for row in await shown.lookers(connection):
                assert row.kind == "reactions"
        before = len(await self.votes())
        await self.work_through()
        return len(await self.votes()) - before

    async def votes(self) -> dict[str, tuple[int, str, bool]]:
        """By who: vote, source, and whether they may write."""
        async with self.scene.database.system() as connection:
            cursor = await connection.execute(
                "SELECT actor, vote, source, may_write FROM feedback ORDER BY id"
            )
            return {row[0]: tuple(row[1:]) for row in await cursor.fetchall()}

    async def finding(self) -> ReviewFinding:
        async with self.scene.database.system() as connection:
            (found,) = await review_findings.of_pull(
                connection, self.scene.here.id, self.scene.pull.number
            )
        return found

    async def answer(self) -> tuple[Answer, Comment]:
        """One to alice's question, as a comment on the pull request's page."""
        given = await self.scene.answer(OPINED, str(self.scene.pull.number))
        target = {"number": self.scene.pull.number, "pull": True}
        target["sender_id"] = self.scene.alice.account.id
        async with self.scene.database.tenant(given.installation_id) as connection:
            await connection.execute("UPDATE answers SET target = %s", (answers.Jsonb(target),))
            found = await answers.get(connection, given.id)
            assert found is not None
            await reply_to(connection, self.context.settings, found)
        await self.scene.post()
        return found, self.scene.pull.comments[-1]


@pytest.fixture
async def opinions(
    scene: Scene, github_settings: Settings, queue: Queue
) -> AsyncIterator[Opinions]:
    scene.there.roles["alice"] = "write"
    await _find(scene)
    head, number = scene.head, scene.pull.number
    key = review_findings.comment_key(number, PRINT)
    remark = {"key": key, "path": "a.py", "line": 9, "side": "RIGHT", "body": "`nine` is unused"}
    await scene.mean(
        "review",
        {"body": "One thing.", "event": "COMMENT", "comments": [remark]},
        {"number": number, "commit": head},
    )
    await scene.until_written()
    context = Context(
        github_settings, scene.database, queue, searcher=None, endpoint=None, github=scene.github
    )
    app = Application()
    add_routes(
        app,
        settings=github_settings,
        database=scene.database,
        queue=queue,
        github=scene.github,
    )
    async with TestClient(TestServer(app)) as client:
        scene.stand_in.webhooks.target = str(client.make_url(PATH))
        yield Opinions(scene, context, scene.pull.reviews[-1])
        await scene.stand_in.webhooks.settled()


async def _find(scene: Scene) -> None:
    claim = Claim(PRINT, RULE, "low", "proven", "a.py", 9, 9, "`nine` is unused", content="c" * 16)
    async with scene.database.system() as connection:
        await review_findings.remember(
            connection, scene.here, scene.pull.number, scene.head, [claim]
        )
