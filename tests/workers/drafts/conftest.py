"""A repository on GitHub with a finding that has a patch, and a person who asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from core.db import (
    drafts,
    installations,
    intents,
    repositories,
    review_findings,
    runs,
    snapshots,
    thoughts,
    work,
)
from core.db.connect import Database
from core.db.drafts import Draft
from core.db.findings import Claim
from core.db.intents import Intent
from core.db.repositories import Repository
from core.db.thoughts import Thought
from core.db.work import Work
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.found import keep_found, keep_tried
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import Thread
from tests.tenants import known
from workers.context import Context
from workers.drafts.advance import advance
from workers.drafts.tend import tend
from workers.linters.patch import unified
from workers.reports.post import post
from workers.thoughts import verify

__all__ = ["github", "github_settings", "stand_in"]

CART = (
    "def total(prices):\n    return sum(prices) + 1\n\n\n"
    "def count(prices):\n    return len(prices)\n"
)
MENDED = CART.replace("sum(prices) + 1", "sum(prices)")
TEST = "from cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
FINGERPRINT = "f" * 32


@dataclass
class Shop:
    """`there` is GitHub's side, `here` ours. `alice` may write, `mallory` only reads."""

    context: Context
    stand_in: StandIn
    there: world.Repository
    here: Repository
    alice: Person
    mallory: Person

    @property
    def installation(self) -> world.Installation:
        return self.stand_in.world.installation_of(self.there)

    @property
    def tip(self) -> str:
        found = self.there.bare.resolve("main")
        assert found
        return found

    async def find(self, *, tried: bool = True, **other: Any) -> None:
        """A finding at the tip of the default branch, unless said otherwise, with a change."""
        ref, commit = other.pop("ref", ""), other.pop("commit", self.tip)
        claim = Claim(
            *(FINGERPRINT, "promise-of-total", "medium", "reproduced", "cart.py", 1, 2),
            "`total` returns more than the sum.",
            symbol="total",
            reproducer=TEST,
            patch=unified("cart.py", CART, MENDED),
        )
        said = "the test that failed passes, and 3 tests that passed before still do."
        claim = replace(claim, **other)
        async with self._tenant() as connection:
            await keep_found(connection, self.here, claim, commit, ref)
            if tried:
                await keep_tried(connection, self.here, claim.fingerprint, said)

    async def allow(self, **permissions: str) -> None:
        """The second tier."""
        self.installation.permissions |= permissions
        async with self.context.database.system() as connection:
            await installations.save(
                connection,
                installation_id=self.installation.id,
                account="octo",
                account_type="User",
                permissions=dict(self.installation.permissions),
                suspended=False,
            )

    async def ask(self, by: str = "alice", **what: Any) -> Draft:
        """Ask, and let it go on until it is over; return what came of it."""
        what = {"kind": "fix", "fingerprint": FINGERPRINT} | what
        async with self._tenant() as connection:
            (queued,) = await drafts.request(connection, self.here, asked_by=by, **what)
        return await self.follow(queued)

    async def follow(self, queued: Work) -> Draft:
        for _ in range(6):
            found = await self.draft(queued.subject["draft_id"])
            if found.state not in drafts.WAITING:
                break
            await advance(self.context, queued, _built)
            await self.post()
        return found

    async def go_on(self, draft: Draft) -> Draft:
        async with self._tenant() as connection:
            queued = await drafts.again(connection, self.here, draft.id)
        return await self.follow(queued)

    async def thought(self, draft: Draft) -> Thought:
        """What a draft waits for."""
        async with self._tenant() as connection:
            found = await thoughts.get(connection, draft.thought_id or 0)
        assert found is not None, draft.said
        return found

    async def end(
        self, thought: Thought, status: str, summary: str = "", *, holds: bool = False
    ) -> None:
        """As if it had been thought."""
        async with self._tenant() as connection:
            run = await runs.begin(connection, thought, self.tip)
            await connection.execute(
                "UPDATE runs SET status = %s, summary = %s, metrics = %s WHERE id = %s",
                (status, summary, Jsonb({verify.HOLDS: float(holds)}), run.id),
            )
            await connection.execute(
                "UPDATE thoughts SET state = 'done' WHERE id = %s", (thought.id,)
            )

    async def review(self, number: int, head: str, *, mends: bool = True) -> None:
        """As if a review had found something there."""
        patch = unified("cart.py", CART, MENDED) if mends else None
        claim = Claim(
            *(FINGERPRINT, "ruff/B006", "medium", "proven", "cart.py", 1, 2, "It is wrong."),
            patch=patch,
        )
        async with self._tenant() as connection:
            await review_findings.remember(connection, self.here, number, head, [claim])

    async def draft(self, draft_id: int) -> Draft:
        async with self._tenant() as connection:
            found = await drafts.get(connection, draft_id)
        assert found is not None
        return found

    async def drafts(self) -> list[Draft]:
        async with self._tenant() as connection:
            return await drafts.of_repository(connection, self.here.id, states=drafts.WAITING)

    async def tend(self) -> None:
        await tend(self.context, self.here, _built)
        await self.post()

    async def moves(self, draft: Draft, files: dict[str, str]) -> Thought:
        """The default branch moves on, and is indexed; return what tries the draft there."""
        self.alice.pushes(self.there, "main", files, "more")
        await self.tend()
        await self.indexed()
        await self.tend()
        return await self.thought(await self.draft(draft.id))

    async def indexed(self) -> None:
        """As if the tip had been."""
        async with self._tenant() as connection:
            made = await snapshots.add(
                connection,
                installation_id=self.here.installation_id,
                repository_id=self.here.id,
                ref="",
                commit_sha=self.tip,
                base=None,
                rules="",
                committed_at=datetime.now(UTC),
            )
            await repositories.set_snapshot(connection, self.here.id, made)

    async def post(self) -> None:
        assert self.context.github is not None
        await post(
            github=self.context.github,
            database=self.context.database,
            installation_id=self.here.installation_id,
            pause=0.0,
        )

    async def intent(self, key: str) -> Intent | None:
        async with self._tenant() as connection:
            return await intents.by_key(connection, key)

    async def queued(self) -> list[Work]:
        async with self.context.database.system() as connection:
            return await work.due(connection)

    def pull(self, draft: Draft) -> Thread:
        assert draft.number is not None, draft.said
        return self.there.threads[draft.number]

    def pulls(self) -> list[Thread]:
        return [each for each in self.there.threads.values() if each.pull]

    def _tenant(self) -> Any:
        return self.context.database.tenant(self.here.installation_id)


async def _built(repository: Repository, ref: str) -> None:
    return None


@pytest.fixture
async def shop(
    stand_in: StandIn,
    github: GitHub,
    github_settings: Settings,
    database: Database,
    queue: Queue,
    tmp_path: Path,
) -> AsyncIterator[Shop]:
    installation = stand_in.world.installation()
    there = stand_in.world.repository(installation)
    stand_in.seed(there, tmp_path / "there.git", {"cart.py": CART, "README.md": "A shop.\n"})
    alice, mallory = stand_in.person("alice"), stand_in.person("mallory")
    there.roles |= {"alice": "write", "mallory": "read"}
    settings = replace(github_settings, data_dir=tmp_path / "here")
    here = await known(database, stand_in, there)
    context = Context(settings, database, queue, searcher=None, endpoint=None, github=github)  # type: ignore[arg-type]
    shop = Shop(context, stand_in, there, here, alice, mallory)
    await shop.allow(contents="write")
    yield shop
    await stand_in.webhooks.settled()
