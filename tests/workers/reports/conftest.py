"""A repository on GitHub that Ponder knows, and somebody who asks there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from core.db import answers, conversations, intents, work
from core.db.answers import Answer, Finished
from core.db.connect import Database
from core.db.intents import Intent
from core.db.repositories import Repository
from core.db.work import Work
from core.github import GitHub
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.server import StandIn
from tests.tenants import known
from workers.reports.post import post

__all__ = ["github", "github_settings", "stand_in"]

COMMENTS = r"/(issues|pulls)/\d+/comments$"


FINISHED = Finished(
    snapshot_id=None,
    commit_sha="",
    text="It adds one [1].",
    refused=False,
    notice="",
    model="",
    policy_version="0",
    propensity=1.0,
    prompt_hash="",
    prompt_tokens=0,
    completion_tokens=0,
    cost_usd=0.0,
    checks_passed=1,
    checks_failed=0,
    seconds=0.1,
)


@dataclass
class Place:
    """A repository on both sides, with the comments that ask."""

    database: Database
    github: GitHub
    there: world.Repository
    here: Repository
    question: world.Comment
    review: world.Comment

    def target(self, kind: str = "issues") -> dict[str, Any]:
        asked = self.question if kind == "issues" else self.review
        target = {"kind": kind, "number": 5, "comment_id": asked.id, "sender": "alice"}
        if kind == "issues":
            return target
        return target | {"root_id": asked.id, "path": asked.path, "commit": asked.commit}

    async def intend(
        self,
        kind: str,
        content: dict[str, Any] | str,
        *,
        target: dict[str, Any] | None = None,
        key: str = "help:issues:1",
        urgent: bool = False,
    ) -> list[Work]:
        """A text is the content's body."""
        async with self.database.tenant(self.here.installation_id) as connection:
            return await intents.intend(
                connection,
                self.here,
                key=key,
                kind=kind,
                target=target or self.target("pulls" if kind == "reply" else "issues"),
                content={"body": content} if isinstance(content, str) else content,
                urgent=urgent,
            )

    async def post(self, **how: Any) -> bool:
        """Let a writer write what is due, at once."""
        how = {"pause": 0.0} | how
        return await post(
            github=self.github,
            database=self.database,
            installation_id=self.here.installation_id,
            **how,
        )

    async def wait(self) -> None:
        """Time passes: what was to be tried later is due, and a dead writer's lease is over."""
        async with self.database.system() as connection:
            await connection.execute("UPDATE intents SET next_at = now()")
            await connection.execute("UPDATE writers SET next_at = now(), lease_until = now()")

    async def intent(self, key: str = "help:issues:1") -> Intent:
        async with self.database.system() as connection:
            found = await intents.by_key(connection, key)
        assert found is not None
        return found

    async def queued(self) -> list[Work]:
        async with self.database.system() as connection:
            return await work.due(connection)

    async def answer(self, finished: Finished, thread: str = "5") -> Answer:
        async with self.database.tenant(self.here.installation_id) as connection:
            conversation = await conversations.start(
                connection,
                installation_id=self.here.installation_id,
                repository_id=self.here.id,
                thread=thread,
            )
            asked = await answers.create(
                connection,
                installation_id=self.here.installation_id,
                repository_id=self.here.id,
                conversation_id=conversation.id,
                door="github",
                question="where?",
                target=self.target(),
            )
            await answers.finish(connection, asked.id, finished)
            found = await answers.get(connection, asked.id)
        assert found is not None
        return found


def said(place: Place, stand_in: StandIn, number: int = 5) -> list[str]:
    """What the App said on a page, as a reader sees it."""
    ours = [c.body for c in place.there.thread(number).comments if c.author is stand_in.world.bot]
    return [body.partition("\n\n<!--")[0] for body in ours]


async def comment(place: Place, text: str, number: int = 5, *, urgent: bool = False) -> None:
    key = f"help:{number}:{text}"
    await place.intend("comment", text, key=key, target={"number": number}, urgent=urgent)


async def due(place: Place) -> list[Work]:
    async with place.database.system() as connection:
        return await intents.neglected(connection)


@pytest.fixture
async def place(stand_in: StandIn, github: GitHub, database: Database) -> Place:
    installation = stand_in.world.installation()
    there = stand_in.world.repository(installation)
    thread = there.thread(5, is_pull=True)
    alice = stand_in.world.account("alice")
    question = world.Comment(next(stand_in.world.ids), "/ponder where?", alice)
    review = world.Comment(
        next(stand_in.world.ids), "/ponder safe?", alice, path="a.py", commit="e" * 40
    )
    thread.comments.append(question)
    thread.reviews.append(review)
    here = await known(database, stand_in, there)
    return Place(database, github, there, here, question, review)
