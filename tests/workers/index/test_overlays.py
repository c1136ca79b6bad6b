from __future__ import annotations

import pytest

from core.db import files, snapshots
from core.db.snapshots import Snapshot
from tests.workers.index.conftest import Indexed
from workers.index import build
from workers.index.compact import compact
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher


def write(shop: Indexed, name: str, word: str) -> None:
    shop.checkout.write(f"{name}.py", f"def {name}():\n    return {word}\n")


def base(shop: Indexed, files: int = 60) -> None:
    for number in range(files):
        write(shop, f"file_{number}", f"word_{number}")
    shop.checkout.commit()


async def current(shop: Indexed) -> Snapshot:
    async with shop.database.tenant(0) as connection:
        found = await snapshots.current(connection, shop.repository.id)
    assert found is not None
    return found


async def rows(shop: Indexed, snapshot_id: int) -> int:
    ((count,),) = await shop.fetch("SELECT count(*) FROM files WHERE snapshot_id = %s", snapshot_id)
    return int(count)


async def found(searcher: Searcher, snapshot: Snapshot, word: str) -> set[str]:
    return {hit.path for hit in await searcher.search(snapshot, word) if hit.score > 0}


async def test_a_branch_lies_where_it_parted_from_the_default_branch(shop: Indexed) -> None:
    base(shop)
    await shop.index()
    parted = await current(shop)
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    write(shop, "topic", "apricot")
    shop.checkout.commit()
    shop.checkout.git("checkout", "--quiet", "main")
    for number in range(5):
        write(shop, f"file_{number}", "changed")
    shop.checkout.commit()
    await shop.index()
    report = await shop.index("topic")
    assert await rows(shop, report.snapshot_id) == 1
    async with shop.database.tenant(0) as connection:
        made = await snapshots.get(connection, report.snapshot_id)
    assert made is not None and made.base_id == parted.id
    assert report.files == 61


async def test_a_long_chain_of_overlays_is_taken_in(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MAX_DEPTH", 3)
    base(shop)
    await shop.index()
    first = await current(shop)
    searcher = Searcher(shop.database, None)
    depths = []
    for number in range(6):
        write(shop, f"file_{number}", f"apricot_{number}")
        if number == 2:
            (shop.checkout.path / "file_50.py").unlink()
        shop.checkout.commit()
        report = await shop.index()
        snapshot = await current(shop)
        depths.append(snapshot.depth)
        assert report.files == (60 if number < 2 else 59)
        assert "file_50.py" in await found(searcher, first, "word_50")
        for earlier in range(number + 1):
            assert f"file_{earlier}.py" in await found(searcher, snapshot, f"apricot_{earlier}")
    assert depths == [1, 2, 3, 1, 2, 3]
    assert "file_50.py" not in await found(searcher, await current(shop), "word_50")


async def test_overlays_that_grew_are_made_one_with_their_base(
    shop: Indexed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base(shop)
    await shop.index()
    assert not await compact(shop.database, shop.repository)
    for number in range(9):
        write(shop, f"file_{number}", f"apricot_{number}")
    (shop.checkout.path / "file_50.py").unlink()
    shop.checkout.commit()
    await shop.index()
    before = await current(shop)
    assert before.base_id is not None
    files = await shop.files(before.id)
    searcher = Searcher(shop.database, None, disk=Disk(tmp_path_factory.mktemp("disk")))
    seen = await found(searcher, before, "apricot_3")
    assert await compact(shop.database, shop.repository)
    after = await current(shop)
    assert (after.id, after.base_id, after.depth) == (before.id, None, 0)
    assert await shop.files(after.id) == files
    assert await rows(shop, after.id) == len(files)
    # The one that had loaded it as an overlay goes on, and so do overlays on it.
    assert await found(searcher, after, "apricot_3") == seen
    write(shop, "file_20", "banana")
    shop.checkout.commit()
    await shop.index()
    last = await current(shop)
    assert last.base_id == after.id
    assert "file_20.py" in await found(searcher, last, "banana")
    assert "file_3.py" in await found(searcher, last, "apricot_3")
    assert not await compact(shop.database, shop.repository)


async def test_what_is_not_at_hand_is_made_again(shop: Indexed) -> None:
    base(shop)
    await shop.index()
    searcher = Searcher(shop.database, None)
    visited = []
    for number in range(12):
        write(shop, f"file_{number}", f"apricot_{number}")
        shop.checkout.commit()
        await shop.index()
        visited.append(await current(shop))
        await found(searcher, visited[-1], "apricot_0")
    for number, snapshot in enumerate(visited):
        assert f"file_{number}.py" in await found(searcher, snapshot, f"apricot_{number}")


async def test_a_file_of_an_overlay_is_known_by_the_end_of_its_path(shop: Indexed) -> None:
    shop.checkout.write("shop/cart.py", "a = 1\n")
    shop.checkout.write("shop/gone.py", "b = 1\n")
    shop.checkout.write("shop/100%.py", "c = 1\n")
    shop.checkout.commit()
    await shop.index()
    (shop.checkout.path / "shop/gone.py").unlink()
    shop.checkout.write("shop/till/coins.py", "d = 1\n")
    shop.checkout.commit()
    await shop.index()
    there = {"shop/cart.py", "cart.py", "till/coins.py", "100%.py"}
    asked = [*there, "art.py", "gone.py", "shop/gone.py", "coins", "%.py", "1__%.py", ""]
    async with shop.database.tenant(0) as connection:
        known = await files.ending_with(connection, (await current(shop)).id, asked)
    assert known == there
