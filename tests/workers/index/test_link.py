"""Links are made after the snapshot, of what has none."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest

from core.db import symbol_links
from tests.workers.index.conftest import Indexed
from workers.index import child, lanes, link
from workers.index.link import link_overlay
from workers.index.packed import FileLinks


@pytest.fixture
def no_other_child_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    waiting: list[Any] = []
    monkeypatch.setattr(lanes, "_waiting", waiting)
    yield
    for process, connection in waiting:
        process.kill()
        process.join()
        connection.close()
        process.close()


async def indexed(shop: Indexed, ref: str = "", **texts: str) -> int:
    for name, text in texts.items():
        shop.checkout.write(f"{name}.py", text)
    shop.checkout.commit()
    return (await shop.index(ref)).snapshot_id


async def rows(shop: Indexed) -> int:
    return int((await shop.fetch("SELECT count(*) FROM symbol_links"))[0][0])


async def test_only_what_has_no_links_is_read(shop: Indexed) -> None:
    await indexed(shop, a="def a(): b()\n", b="", c="c = 1\n")
    assert await rows(shop) == 0
    assert (await shop.link(), await rows(shop)) == (3, 3)
    assert (await shop.link(), await rows(shop)) == (0, 3)
    await indexed(shop, c="c = 2\n")
    assert await shop.link() == 1


async def test_prose_and_data_have_none(shop: Indexed) -> None:
    shop.checkout.write("README.md", "# a\n")
    shop.checkout.write("a.json", '{"a": 1}\n')
    await indexed(shop)
    assert await shop.link() == 0


async def test_two_runs_at_once_make_each_row_once(shop: Indexed) -> None:
    await indexed(shop, **{f"m{n}": f"def f{n}(): pass\n" for n in range(20)})
    assert sorted(await asyncio.gather(shop.link(), shop.link())) == [0, 20]
    assert await rows(shop) == 20


async def test_a_branch_is_linked_where_it_differs(shop: Indexed) -> None:
    await indexed(shop, **{f"m{n}": f"def f{n}(): pass\n" for n in range(20)})
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    snapshot_id = await indexed(shop, "topic", new="def new(): pass\n")
    made = await link_overlay(
        database=shop.database, repository=shop.repository, snapshot_id=snapshot_id, processes=1
    )
    assert (made, await rows(shop)) == (1, 1)


async def test_a_blob_that_went_meanwhile_gets_no_row(shop: Indexed) -> None:
    await indexed(shop, a="a = 1\n")
    async with shop.database.tenant(0) as connection:
        row = lanes.copy.link_row(10**9, FileLinks())
        await symbol_links.add(connection, installation_id=0, rows=row)
    assert await rows(shop) == 0


async def test_another_installation_sees_no_links(shop: Indexed) -> None:
    await indexed(shop, a="a = 1\n")
    await shop.link()
    async with shop.database.tenant(7) as connection:
        assert [batch async for batch in symbol_links.of_blobs(connection, range(100))] == []


def serve_but_die(connection: Connection) -> None:
    """A child that crashes over one text, as a grammar's C code may."""
    read = child.read_links

    def deadly(language: str, text: str) -> FileLinks:
        if "deadly" in text:
            os.abort()
        return read(language, text)

    child.read_links = deadly
    child.serve(connection)


@pytest.mark.usefixtures("no_other_child_waits")
async def test_a_text_that_kills_the_child_has_no_links_and_is_not_read_again(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await indexed(shop, a="def a(): b()\n", b="deadly()\n")
    monkeypatch.setattr(lanes, "serve", serve_but_die)
    assert (await shop.link(), await rows(shop)) == (2, 2)
    assert await shop.link() == 0


async def test_a_run_that_ends_early_leaves_the_rest_to_the_next(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "ROUND_BYTES", 1)
    await indexed(shop, a="a = 1\n", b="b = 1\n", c="c = 1\n")

    def stop(stage: str, done: int, total: int) -> None:
        assert (stage, total) == ("link", 3)
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await link.link(
            database=shop.database, repository=shop.repository, progress=stop, processes=1
        )
    assert await rows(shop) == 2
    assert await shop.link() == 1
