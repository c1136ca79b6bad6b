"""A pull request with a real diff, and one of each kind of write to make there."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.db.connect import Database
from core.db.intents import Intent
from core.github import GitHub
from tests.github_stand_in import world
from tests.github_stand_in.bare import Bare
from tests.github_stand_in.fixtures import github, github_settings, stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.threads import Thread
from tests.tenants import known
from tests.workers.reports.conftest import Place
from workers.reports.writing.base import marker

__all__ = ["github", "github_settings", "stand_in"]

Content = dict[str, Any]
LINES = "".join(f"line {number}\n" for number in range(1, 21))


@dataclass
class Scene(Place):
    """What the other tests have, and git. `key` is of the thing that is written now."""

    stand_in: StandIn
    alice: Person
    pull: Thread
    key: str = "thing:0"
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def installation(self) -> world.Installation:
        return self.stand_in.world.installation_of(self.there)

    @property
    def tip(self) -> str:
        found = self.there.bare.resolve("main")
        assert found
        return found

    @property
    def head(self) -> str:
        assert self.pull.pull
        return self.pull.pull.head_sha

    def is_ours(self, thing: Any) -> bool:
        """By its author and by the marker at its end."""
        bot = self.stand_in.world.bot
        return thing.author is bot and thing.body.endswith(marker(self.key))

    async def mean(self, kind: str, content: Content, target: Content) -> None:
        await self.intend(kind, content, key=self.key, target=target)

    async def now(self) -> Intent:
        return await self.intent(self.key)

    async def until_written(self) -> None:
        for _ in range(5):
            await self.wait()
            await self.post()
            if (await self.now()).state != "open":
                break
        after = await self.now()
        assert after.state == "done", after.error


def said(text: str) -> str:
    """Without the marker."""
    return text.rpartition("\n\n<!-- ponder:")[0]


@pytest.fixture(scope="session")
def _git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("git") / "project.git"
    path.mkdir()
    bare = Bare(path)
    bare.create()
    tip = bare.commit("main", {"a.py": LINES, "b.py": "b\n"})
    bare.commit("topic", {"a.py": LINES.replace("line 9\n", "nine\n")}, parents=[tip])
    return path


@pytest.fixture
async def scene(
    stand_in: StandIn, github: GitHub, database: Database, _git: Path, tmp_path: Path
) -> AsyncIterator[Scene]:
    stand_in.limits.per_minute = stand_in.limits.per_hour = 10**6
    installation = stand_in.world.installation()
    installation.permissions |= {"contents": "write"}
    there = stand_in.world.repository(installation)
    there.git = tmp_path / "project.git"
    shutil.copytree(_git, there.git)
    alice = stand_in.person("alice")
    pull = alice.opens(there, "topic")
    question = alice.says(there, pull.number, "/ponder where?")
    review = alice.remarks(there, pull.number, "/ponder safe?", path="a.py", line=9)
    here = await known(database, stand_in, there)
    yield Scene(database, github, there, here, question, review, stand_in, alice, pull)
    await stand_in.webhooks.settled()


@dataclass(frozen=True)
class Case:
    """`contents` are what is meant first and then; `seen` is what a reader sees, and `expected`
    what they should see of each content. `methods` make each; of a long way every `stride`th step
    is enough."""

    kind: str
    target: Callable[[Scene], Content]
    contents: Callable[[Scene], tuple[Content, Content]]
    seen: Callable[[Scene], list[Any]]
    expected: Callable[[Content], list[Any]]
    methods: tuple[str, str] = ("POST", "PATCH")
    stride: int = 3
