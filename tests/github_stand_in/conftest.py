"""A repository with a pull request on the stand-in, and an App that asks it plainly."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.github_stand_in import world
from tests.github_stand_in.committer import seeded
from tests.github_stand_in.fixtures import stand_in
from tests.github_stand_in.people import Person
from tests.github_stand_in.server import GRAPHQL, PREFIX, StandIn
from tests.github_stand_in.threads import Thread

__all__ = ["stand_in"]

LINES = "".join(f"line {n}\n" for n in range(1, 61))
CHANGED = LINES.replace("line 5\n", "five\n").replace("line 40\n", "")


@dataclass
class Place:
    """A repository with one open pull request, and the App that asks about it."""

    stand_in: StandIn
    session: aiohttp.ClientSession
    installation: world.Installation
    there: world.Repository
    alice: Person
    pull: Thread
    token: str

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Status, document and headers."""
        url = f"{self.stand_in.url}{PREFIX}{path.format(r=f'/repos/{self.there.full_name}')}"
        return await self._ask(method, url, body, headers)

    async def graphql(self, query: str, **variables: Any) -> Any:
        said = {"query": query, "variables": variables}
        return (await self._ask("POST", self.stand_in.url + GRAPHQL, said, {}))[1]

    async def _ask(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Any:
        sent = {
            **({"Authorization": f"bearer {self.token}"} if self.token else {}),
            "Accept": "application/json",
            "User-Agent": "ponder",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(
            method, url, json=body, headers=sent | named, allow_redirects=False
        ) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None, response.headers

    async def says(self, method: str, path: str, body: Any = None) -> Any:
        """The document of a success."""
        status, document, _ = await self.ask(method, path, body)
        assert status < 300, document
        return document

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        status, document, _ = await self.ask(method, path, body)
        assert status >= 400, document
        return status, document["message"]


@pytest.fixture(scope="session")
def git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copied for each test: a branch main, and a branch topic that changes a file twice."""
    path = tmp_path_factory.mktemp("git") / "project.git"
    there = world.World()
    repository = there.repository(there.installation())
    seeded(repository, path, {"a.py": LINES, "b.py": "b\n"})
    tip = repository.bare.resolve("main")
    repository.bare.commit("topic", {"a.py": CHANGED}, parents=[tip] if tip else [])
    return path


@pytest.fixture
async def place(stand_in: StandIn, git: Path, tmp_path: Path) -> AsyncIterator[Place]:
    installation = stand_in.world.installation()
    installation.permissions |= {"contents": "write"}
    there = stand_in.world.repository(installation)
    there.git = tmp_path / "git" / "project.git"
    shutil.copytree(git, there.git)
    alice = stand_in.person("alice")
    pull = alice.opens(there, "topic")
    token = "ghs_test"
    stand_in.world.tokens[token] = world.Token(
        installation, None, installation.permissions, float("inf")
    )
    async with aiohttp.ClientSession() as session:
        yield Place(stand_in, session, installation, there, alice, pull, token)
        await stand_in.webhooks.settled()
