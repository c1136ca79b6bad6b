"""A reader sees each thing exactly once, whatever GitHub answers and wherever a writer dies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from core.db.connect import Connection, Database
from core.github import Acting
from tests.workers.reports.writing.cases import CASES
from tests.workers.reports.writing.conftest import Case, Scene
from workers.reports.writing import KINDS

ALL = pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Fuse:
    """It burns at every step that leaves something behind; at the end of it, nothing more is done:
    the process is dead."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            self.check()

    def check(self) -> None:
        if self.left is not None and self.left <= 0:
            raise Crash


@pytest.fixture
def fuse(monkeypatch: pytest.MonkeyPatch) -> Fuse:
    made = Fuse()
    monkeypatch.setattr(Acting, "send", _burning(made, Acting.send))
    monkeypatch.setattr(Acting, "graphql", _burning(made, Acting.graphql))
    tenant = Database.tenant

    @asynccontextmanager
    async def transaction(self: Database, installation_id: int) -> AsyncIterator[Connection]:
        """What was committed stays; a step ends after it, and none begins in a dead process."""
        made.check()
        async with tenant(self, installation_id) as connection:
            yield connection
        made.burn()

    monkeypatch.setattr(Database, "tenant", transaction)
    return made


def _burning(fuse: Fuse, real: Callable[..., Any]) -> Callable[..., Any]:
    async def asks(*arguments: Any, **named: Any) -> Any:
        """It may end before GitHub is asked, and after it did what it was asked."""
        fuse.burn()
        answer = await real(*arguments, **named)
        fuse.burn()
        return answer

    return asks


def test_there_is_a_case_of_every_kind() -> None:
    assert {case.kind for case in CASES} == set(KINDS)


@ALL
async def test_a_thing_is_made_and_changed_with_no_more_than_its_permissions(
    scene: Scene, case: Case
) -> None:
    target, contents = case.target(scene), case.contents(scene)
    needed: set[tuple[tuple[str, str], ...]] = set()
    for content in contents:
        await scene.mean(case.kind, content, target)
        await scene.until_written()
        assert case.seen(scene) == case.expected(content)
        permissions = dict(KINDS[case.kind].permissions(await scene.now())) | {"metadata": "read"}
        needed.add(tuple(sorted(permissions.items())))
    asked = [request.body for request in scene.stand_in.asked("POST", "/access_tokens$")]
    assert {tuple(sorted(row["permissions"].items())) for row in asked} == needed
    assert {tuple(row["repository_ids"]) for row in asked} == {(scene.there.id,)}


@ALL
async def test_a_thing_is_there_once_wherever_the_writer_died(
    scene: Scene, fuse: Fuse, case: Case
) -> None:
    """At each step in turn of making it, or of changing it; every third time something else is
    meant before the next try."""
    for change in (False, True):
        length = 2 if change else 1
        while await _dies(scene, fuse, case, length, change=change):
            length += case.stride
        assert length > 5, "the fuse burns"


async def _dies(scene: Scene, fuse: Fuse, case: Case, length: int, *, change: bool) -> bool:
    """Whether it did: False if it was done before the fuse was at its end."""
    scene.key = f"thing:{case.kind}:{length}:{change}"
    target, (first, second) = case.target(scene), case.contents(scene)
    await scene.mean(case.kind, first, target)
    if change:
        await scene.until_written()
        await scene.mean(case.kind, second, target)
    fuse.left = length
    with suppress(Crash):
        await scene.post()
    died, fuse.left = fuse.left <= 0, None
    content = second if change else first
    if not change and length % 3 == 0:
        content = second
        await scene.mean(case.kind, second, target)
    await scene.until_written()
    assert case.seen(scene) == case.expected(content), f"died at step {length}"
    return died


FAULTS: dict[str, dict[str, Any]] = {
    "done, then 502": {"status": 502, "after": True},
    "done, cut half-way": {"cut": True, "after": True},
    "limited": {"status": 429, "headers": {"retry-after": "60"}},
}


@ALL
async def test_a_thing_is_there_once_whatever_github_answered(scene: Scene, case: Case) -> None:
    for name, fault in FAULTS.items():
        scene.key = f"thing:{case.kind}:{len(name)}"
        target, contents = case.target(scene), case.contents(scene)
        for content, method in zip(contents, case.methods, strict=True):
            failing = scene.stand_in.fail(method, r"^/repos/|/graphql$", **fault)
            await scene.mean(case.kind, content, target)
            await scene.post()
            assert failing.times == 0, f"{name} was met"
            await scene.until_written()
            assert case.seen(scene) == case.expected(content), name
