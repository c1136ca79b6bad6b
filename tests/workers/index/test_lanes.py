from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import Checkout
from tests.workers.index.conftest import Indexed
from workers import git
from workers.index import child, lanes, skip
from workers.index.blob import Blob
from workers.index.child import Parsed, Task


@pytest.fixture
async def mirror(tmp_path: Path) -> Path:
    checkout = Checkout(tmp_path / "source")
    for number in range(3):
        checkout.write(f"{number}.py", f"n = {number}\n")
    checkout.write("deadly.py", "deadly = 1\n")
    checkout.commit()
    path = tmp_path / "mirror.git"
    await git.fetch(str(checkout.path), path)
    return path


def tasks(mirror: Path) -> list[Task]:
    entries = git.tree(mirror, git.resolve(mirror, ""))
    return [
        Task(number, entry.sha, entry.path.decode(), 8, True)
        for number, entry in enumerate(entries)
    ]


@pytest.fixture(autouse=True)
def no_other_child_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    waiting: list[Any] = []
    monkeypatch.setattr(lanes, "_waiting", waiting)
    yield
    for process, connection in waiting:
        process.kill()
        process.join()
        connection.close()
        process.close()


def serve_but_die(connection: object) -> None:
    """A child whose parser crashes on one content, as a grammar's C code may."""
    parse_all = child.parse_all

    def deadly(files: Iterable[tuple[str, bytes]]) -> Iterator[Blob]:
        listed = list(files)
        if any(b"deadly" in content for _, content in listed):
            os.abort()
        return parse_all(listed)

    child.parse_all = deadly
    child.serve(connection)  # type: ignore[arg-type]


def reasons(parsed: list[Parsed]) -> list[str | None]:
    return [verdict.reason for part in parsed for verdict in part.verdicts]


async def test_a_content_that_kills_the_parser_costs_only_itself(
    mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "serve", serve_but_die)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        parsed = await lane.run(tasks(mirror))
        again = await lane.run(tasks(mirror)[:1])
    assert reasons(parsed) == [None, None, None, skip.CRASHED]
    assert reasons(again) == [None]


async def test_a_parser_that_hangs_is_killed(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "serve", serve_never)
    monkeypatch.setattr(lanes, "BATCH_SECONDS", 0.2)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        assert reasons(await lane.run(tasks(mirror)[:1])) == [skip.CRASHED]


def serve_never(connection: Connection) -> None:
    import time

    Path(connection.recv(), "serving").touch()
    time.sleep(600)


async def test_the_next_run_takes_over_the_child_of_the_last(mirror: Path) -> None:
    async with lanes.open_lanes(mirror, 2) as opened:
        for lane in opened:
            await lane.run(tasks(mirror)[:1])
    (first,) = lanes._waiting
    elsewhere = mirror.with_name("elsewhere.git")
    mirror.rename(elsewhere)
    async with lanes.open_lanes(elsewhere, 1) as (lane,):
        assert reasons(await lane.run(tasks(elsewhere))) == [None] * 4
    assert lanes._waiting == [first]


async def test_a_child_that_died_while_it_waited_is_replaced(mirror: Path) -> None:
    async with lanes.open_lanes(mirror, 1) as (lane,):
        await lane.run(tasks(mirror)[:1])
    ((process, _),) = lanes._waiting
    process.kill()
    process.join()
    async with lanes.open_lanes(mirror, 1) as (lane,):
        assert reasons(await lane.run(tasks(mirror))) == [None] * 4


async def test_cancelling_ends_the_child(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "serve", serve_never)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        parsing = asyncio.create_task(lane.run(tasks(mirror)))
        while not (mirror / "serving").exists():
            await asyncio.sleep(0.01)
        parsing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await parsing


async def test_a_crash_is_listed_as_a_reason(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "serve", serve_but_die)
    for path in ("a.py", "b.py", "same.py"):
        shop.checkout.write(path, "deadly = 1\n" if path != "b.py" else "b = 1\n")
    shop.checkout.commit()
    found = await shop.skipped((await shop.index()).snapshot_id)
    assert found == {"a.py": skip.CRASHED, "b.py": None, "same.py": skip.CRASHED}
