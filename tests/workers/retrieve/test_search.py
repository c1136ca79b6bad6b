from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from core.db import snapshots
from core.db.snapshots import Snapshot
from tests.workers.index.conftest import Indexed
from tests.workers.retrieve.sources import SHOP, found, index_of
from workers.retrieve.search import Searcher

QUESTIONS = (
    "Where is a customer charged?",
    "Cart.remove_item",
    "Which tests charge a customer?",
    "refund money of a receipt",
)


async def snapshot_of(shop: Indexed, ref: str = "", **sources: str | None) -> Snapshot:
    """Commit the sources, and index the commit, links included."""
    for path, text in sources.items():
        if text is None:
            (shop.checkout.path / path).unlink()
        else:
            shop.checkout.write(path, text)
    shop.checkout.commit()
    report = await shop.index(ref)
    await shop.link(report.snapshot_id)
    async with shop.database.tenant(0) as connection:
        snapshot = await snapshots.get(connection, report.snapshot_id)
    assert snapshot is not None
    return snapshot


async def hits(searcher: Searcher, snapshot: Snapshot, question: str) -> list[tuple[str, str]]:
    return [(hit.path, hit.symbol) for hit in await searcher.search(snapshot, question)]


async def test_search_through_the_database_finds_what_the_pure_code_finds(shop: Indexed) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None)
    for question in QUESTIONS:
        assert await hits(searcher, snapshot, question) == found(index_of(SHOP), question)


async def test_an_overlay_is_searched_like_its_files(shop: Indexed) -> None:
    others = {f"more/file_{n}.py": f"def other_{n}():\n    return {n}\n" for n in range(12)}
    base = await snapshot_of(shop, **SHOP, **others)
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    changed = {"shop/payment.py": "def refund_card(card):\n    return card\n"}
    over = await snapshot_of(shop, "topic", **changed, **{"docs/payment.md": None})
    assert over.base_id == base.id
    after = {**SHOP, **others, **changed}
    del after["docs/payment.md"]
    searcher = Searcher(shop.database, None)
    for question in QUESTIONS:
        assert await hits(searcher, over, question) == found(index_of(after), question)
    assert await searcher.list_files(over, "shop/*.py") == ["shop/cart.py", "shop/payment.py"]
    assert "docs/payment.md" not in await searcher.list_files(over, "*")


async def test_an_index_is_loaded_once_however_many_ask(shop: Indexed, monkeypatch: Any) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None)
    from workers.retrieve import load

    loads = []
    original = load.full

    async def counted(*arguments: Any) -> Any:
        loads.append(arguments)
        return await original(*arguments)

    monkeypatch.setattr(load, "full", counted)
    await asyncio.gather(*(searcher.search(snapshot, question) for question in QUESTIONS))
    assert len(loads) == 1


async def test_what_is_least_used_is_unloaded_first(
    connect: Callable[[str], Any], monkeypatch: Any
) -> None:
    one, two = await connect("one"), await connect("two")
    first, second = await snapshot_of(one, **SHOP), await snapshot_of(two, **SHOP)
    searcher = Searcher(one.database, None, cache_bytes=1)
    for snapshot in (first, second, first):
        assert await hits(searcher, snapshot, "refund_customer")


async def test_a_load_that_fails_is_tried_again(shop: Indexed, monkeypatch: Any) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None)
    from workers.retrieve import load

    async def failing(*arguments: Any) -> Any:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(load, "full", failing)
        with pytest.raises(ConnectionError):
            await searcher.search(snapshot, "refund")
    assert await hits(searcher, snapshot, "refund")


async def test_hits_say_where_what_and_why(shop: Indexed) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None)
    (hit,) = await searcher.search(snapshot, "Cart.remove_item", limit=1)
    assert (hit.path, hit.symbol, hit.kind, hit.language) == (
        "shop/cart.py",
        "Cart.remove_item",
        "method",
        "python",
    )
    assert hit.features["defines"] == 1
    assert await searcher.search(snapshot, "") == []
    assert await searcher.search(snapshot, "???") == []


async def test_definitions_and_references_of_a_name(shop: Indexed) -> None:
    snapshot = await snapshot_of(shop, **SHOP)
    searcher = Searcher(shop.database, None)
    assert [d.qualified for d in await searcher.definitions(snapshot, "Cart.add_item")] == [
        "Cart.add_item"
    ]
    callers = await searcher.references(snapshot, "charge_customer")
    assert ("tests/test_payment.py", "call") in [(use.path, use.kind) for use in callers]
    assert await searcher.definitions(snapshot, "nobody") == []


async def test_another_tenant_sees_nothing(shop: Indexed) -> None:
    from dataclasses import replace

    snapshot = replace(await snapshot_of(shop, **SHOP), installation_id=7)
    assert await Searcher(shop.database, None).search(snapshot, "refund") == []
