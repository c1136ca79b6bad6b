from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.workers.index.conftest import Indexed
from workers import git
from workers.index import child, lanes, skip
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


def serve_but_die(connection: object, mirror: str) -> None:
    """A child whose parser crashes on one content, as a grammar's C code may."""
    parse = child.parse

    def deadly(path: str, content: bytes) -> object:
        if b"deadly" in content:
            os.abort()
        return parse(path, content)

    child.parse = deadly  # type: ignore[assignment]
    child.serve(connection, mirror)  # type: ignore[arg-type]


def reasons(parsed: list[Parsed]) -> list[str | None]:
    return [verdict.reason for part in parsed for verdict in part.verdicts]


async def test_a_content_that_kills_the_parser_costs_only_itself(
    mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "serve", serve_but_die)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        parsed = await lane.parse(tasks(mirror))
        again = await lane.parse(tasks(mirror)[:1])
    assert reasons(parsed) == [None, None, None, skip.CRASHED]
    assert reasons(again) == [None]


async def test_a_parser_that_hangs_is_killed(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "serve", serve_never)
    monkeypatch.setattr(lanes, "BATCH_SECONDS", 0.2)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        assert reasons(await lane.parse(tasks(mirror)[:1])) == [skip.CRASHED]


def serve_never(connection: object, mirror: str) -> None:
    import time

    Path(mirror, "serving").touch()
    time.sleep(600)


async def test_cancelling_ends_the_child(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "serve", serve_never)
    async with lanes.open_lanes(mirror, 1) as (lane,):
        parsing = asyncio.create_task(lane.parse(tasks(mirror)))
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
