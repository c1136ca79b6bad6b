"""What workers mean to write meanwhile: reviews, check runs, issues and draft pull requests, each
as whoever decided it would have it. Half of them are changed a moment later."""

from __future__ import annotations

import asyncio
import random
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from core.db import installations, repositories, work
from core.db.connect import Database
from core.errors import TryLater
from core.github import GitHub
from tests.github_stand_in.bare import Bare
from tests.github_stand_in.server import StandIn
from tests.github_stand_in.world import Repository
from tests.workers.reports.writing.cases import CASES
from tests.workers.reports.writing.conftest import LINES, Case, Content, Scene

_KINDS = ("check_run", "review", "draft_pull_request", "issue")
_CASES = {case.kind: case for case in CASES}


@dataclass
class Thing:
    """`content` is how it should look in the end."""

    case: Case
    scene: Scene
    content: Content

    @property
    def seen(self) -> list[Any]:
        return self.case.seen(self.scene)

    @property
    def is_right(self) -> bool:
        return self.seen == self.case.expected(self.content)


@dataclass
class Meaning:
    scenes: list[Scene]
    chance: random.Random
    things: list[Thing] = field(default_factory=list)

    async def mean(self) -> None:
        kind = self.chance.choice(_KINDS)
        key = f"{kind}:{len(self.things)}"
        scene = replace(self.chance.choice(self.scenes), key=key, made={})
        case = _CASES[kind]
        target, (first, second) = case.target(scene), case.contents(scene)
        thing = Thing(case, scene, first)
        self.things.append(thing)
        changes, moment = self.chance.random() < 0.5, self.chance.uniform(0, 5)
        await _said(thing, target)
        if changes:
            await asyncio.sleep(moment)
            thing.content = second
            await _said(thing, target)

    def judged(self) -> dict[str, int]:
        """`absent` is not on GitHub, `again` is there more than once, `other` looks otherwise than
        it was meant last."""
        wrong = [thing for thing in self.things if not thing.is_right]
        return {
            "meant": len(self.things),
            "absent": sum(not thing.seen for thing in wrong),
            "again": sum(max(0, len(thing.seen) - 1) for thing in wrong),
            "other": sum(len(thing.seen) == 1 for thing in wrong),
        }


async def _said(thing: Thing, target: Content) -> None:
    """Until the database has it: it is equal, and so the same, however often it is said."""
    while True:
        try:
            return await thing.scene.mean(thing.case.kind, thing.content, target)
        except (TryLater, psycopg.Error):
            await asyncio.sleep(0.1)


async def scene(
    stand_in: StandIn, database: Database, github: GitHub, there: Repository, folder: Path
) -> Scene:
    """A repository that both sides know, with a pull request in git."""
    there.git = folder / there.full_name.replace("/", "-")
    shutil.copytree(_git(folder), there.git)
    owner = stand_in.world.installation_of(there)
    owner.permissions |= {"contents": "write"}
    async with database.system() as connection:
        await installations.meet(
            connection, installation_id=owner.id, account=there.owner.login, account_type="User"
        )
        here = await repositories.connect_github(
            connection,
            installation_id=owner.id,
            github_id=there.id,
            name=there.full_name,
            source=f"{stand_in.url}/{there.full_name}.git",
            private=False,
        )
        await work.for_repository(connection, "index", here)
    alice = stand_in.person("alice")
    pull = alice.opens(there, "topic")
    asked = alice.says(there, pull.number, "hello")
    remark = alice.remarks(there, pull.number, "hello", path="a.py", line=9)
    return Scene(database, github, there, here, asked, remark, stand_in, alice, pull)


def _git(folder: Path) -> Path:
    path = folder / "project.git"
    if not path.exists():
        path.mkdir(parents=True)
        bare = Bare(path)
        bare.create()
        tip = bare.commit("main", {"a.py": LINES, "b.py": "b\n"})
        bare.commit("topic", {"a.py": LINES.replace("line 9\n", "nine\n")}, parents=[tip])
    return path
