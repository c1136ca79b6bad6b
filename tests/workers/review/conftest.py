"""A repository on GitHub with its App: the bot's door, a worker, a writer, and real analysers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import following
from core.db import repo_configs, repositories, review_findings, reviews, work
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.reviews import Review
from core.github import GitHub
from core.queue import Queue
from core.settings import Settings
from tests.bot.conftest import Bot, bot
from tests.github_stand_in import world
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import CheckRun, Thread
from workers import jobs
from workers.context import Context
from workers.linters import LINTERS
from workers.retrieve.search import Searcher

__all__ = ["bot", "github", "github_settings", "stand_in"]

CART = '''"""Carts."""


def total(prices):
    return sum(prices)
'''
TILL = '''"""Tills."""

from shop.cart import total


def pay():
    return total([1])
'''
FAULTY = (
    CART
    + """

def remember(name, seen=[]):
    seen.append(name)
    return seen
"""
)
LIMITS = '''"""Limits."""


def clamp(value: int, low: int, high: int) -> int:
    """The value, but never below low nor above high."""
    return max(low, min(value, high))
'''
FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/till.py": TILL,
    "shop/limits.py": LIMITS,
    "README.md": "Shop\n",
}
_SLOW = frozenset({"embed", "tend"})


@dataclass
class Stage:
    """`alice` may write. Whatever is queued is done by `until_quiet`."""

    bot: Bot
    context: Context
    there: world.Repository
    alice: Person
    done: list[str] = field(default_factory=list)
    watch: Callable[[], object] = lambda: None
    """Called after each job."""

    @property
    def stand_in(self) -> StandIn:
        return self.bot.stand_in

    async def here(self) -> Repository:
        async with self.bot.database.system() as connection:
            found = await repositories.known(connection, self.there.id)
        assert found
        return found

    async def until_quiet(self, *, later: bool = True) -> None:
        """All webhooks have come, and all work is done; also what would only be done `later`."""
        for _ in range(60):
            await self.stand_in.webhooks.settled()
            async with self.bot.database.system() as connection:
                await connection.execute(
                    "UPDATE work SET run_at = now() WHERE state = 'queued' "
                    "AND (%s OR subject->>'later' IS NULL)",
                    (later,),
                )
                await connection.execute("UPDATE intents SET next_at = now() WHERE state = 'open'")
                due = [row for row in await work.due(connection) if row.kind not in _SLOW]
            if not due:
                return
            for row in due:
                await jobs.run_work({"context": self.context}, row.id)
                self.done.append(row.kind)
                self.watch()
        raise AssertionError(f"it never ends: {self.done[-20:]}")

    async def configure(self, text: str) -> None:
        """What .github/ponder.yml says on the default branch."""
        here = await self.here()
        async with self.bot.database.tenant(here.installation_id) as connection:
            await repo_configs.keep(connection, here, commit="c" * 40, content=text.encode())

    async def an_hour_passes(self) -> None:
        async with self.bot.database.system() as connection:
            await connection.execute(
                "UPDATE reviews SET began = "
                "ARRAY(SELECT b - interval '1 hour' FROM unnest(began) b)"
            )

    def opens(self, files: dict[str, str | None], branch: str = "topic", **more: object) -> Thread:
        # Else two branches with the same change, made in one second, have the same head.
        self.alice.pushes(self.there, branch, files, f"Change it on {branch}")
        return self.alice.opens(self.there, branch, **more)  # type: ignore[arg-type]

    def check(self, pull: Thread) -> CheckRun:
        """Of the pull request's head."""
        assert pull.pull
        found = [r for r in self.there.check_runs.values() if r.head_sha == pull.pull.head_sha]
        (run,) = found
        return run

    async def reviews(self, pull: Thread) -> list[Review]:
        here = await self.here()
        async with self.bot.database.tenant(here.installation_id) as connection:
            return await reviews.of_pull(connection, here.id, pull.number)

    async def findings(self, pull: Thread) -> list[ReviewFinding]:
        here = await self.here()
        async with self.bot.database.tenant(here.installation_id) as connection:
            return await review_findings.of_pull(connection, here.id, pull.number)


@pytest.fixture
async def stage(
    bot: Bot,
    github_settings: Settings,
    queue: Queue,
    github: GitHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Stage]:
    """Ruff alone looks: others take seconds to start, and have tests of their own."""
    for name in set(LINTERS) - {"ruff", "secret"}:
        monkeypatch.delitem(LINTERS, name)
    monkeypatch.setattr(following, "DEBOUNCE_SECONDS", 0.0)
    context = Context(
        github_settings, bot.database, queue, Searcher(bot.database, None), None, github
    )
    installation = bot.stand_in.world.installation()
    installation.permissions |= {"contents": "write"}
    there = bot.stand_in.world.repository(installation)
    there.roles["alice"] = "write"
    bot.stand_in.limits.per_minute = bot.stand_in.limits.per_hour = 10**6
    bot.stand_in.seed(there, tmp_path / "shop.git", FILES)
    await bot.stand_in.webhooks.send("push", bot.stand_in.webhooks.pushed(there))
    made = Stage(bot, context, there, bot.stand_in.person("alice"))
    await made.until_quiet()
    yield made
    await bot.stand_in.webhooks.settled()
