"""Whoever asks while an index is made sees the old snapshot or the new one, whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.db import repositories, snapshots
from core.db.snapshots import Snapshot
from tests.workers.index.conftest import Indexed
from workers.retrieve.search import Searcher

FILES = 40
WORDS = ("walrus", "pelican", "otter", "heron", "badger", "lapwing")


def write(shop: Indexed, version: int) -> str:
    """A tree in which every file says the same version."""
    for number in range(FILES):
        shop.checkout.write(
            f"part_{number}.py", f"def part_{number}():\n    return '{WORDS[version]}'\n"
        )
    return shop.checkout.commit(f"version {version}")


async def current(shop: Indexed) -> Snapshot:
    async with shop.database.tenant(0) as connection:
        found = await snapshots.current(connection, shop.repository.id)
    assert found is not None
    return found


async def versions(shop: Indexed, searcher: Searcher) -> tuple[str, dict[str, int]]:
    """The commit that a question is answered from, and how many files say which version there."""
    snapshot = await current(shop)
    said = {
        word: len({hit.path for hit in await searcher.search(snapshot, word, limit=2 * FILES)})
        for word in WORDS[1:3]
    }
    return snapshot.commit_sha, said


@asynccontextmanager
async def asking(shop: Indexed) -> AsyncIterator[list[tuple[str, dict[str, int]]]]:
    """Questions, one after another, as long as the block runs; and one after it."""
    searcher = Searcher(shop.database, None)
    seen = [await versions(shop, searcher)]
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            seen.append(await versions(shop, searcher))

    task = asyncio.create_task(ask())
    try:
        yield seen
    finally:
        over.set()
        await task
        seen.append(await versions(shop, searcher))


async def test_a_question_sees_the_old_snapshot_or_the_new_one(shop: Indexed) -> None:
    first = write(shop, 1)
    await shop.index()
    second = write(shop, 2)
    async with asking(shop) as seen:
        await shop.index()
    whole = {first: {"pelican": FILES, "otter": 0}, second: {"pelican": 0, "otter": FILES}}
    assert [said for _, said in seen] == [whole[commit] for commit, _ in seen]
    assert (seen[0][0], seen[-1][0]) == (first, second)
    assert len(seen) > 2


async def test_pushes_at_the_same_time_end_at_the_newest(shop: Indexed) -> None:
    write(shop, 1)
    await shop.index()
    running = []
    for version in range(2, 6):
        newest = write(shop, version)
        running.append(asyncio.create_task(shop.index()))
        await asyncio.sleep(0)
    await asyncio.gather(*running)
    assert (await current(shop)).commit_sha == newest
    async with shop.database.tenant(0) as connection:
        found = await repositories.get(connection, shop.repository.id)
    assert found is not None
    assert found.error is None


async def test_a_run_that_is_cancelled_leaves_the_old_snapshot_whole(shop: Indexed) -> None:
    first = write(shop, 1)
    await shop.index()
    write(shop, 2)
    parsing = asyncio.Event()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "parse":
            parsing.set()

    running = asyncio.create_task(shop.index(progress=progress))
    await parsing.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    commit, said = await versions(shop, Searcher(shop.database, None))
    assert (commit, said) == (first, {"pelican": FILES, "otter": 0})
    second = (await shop.index()).commit
    assert (await current(shop)).commit_sha == second
