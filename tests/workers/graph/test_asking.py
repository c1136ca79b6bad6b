"""The graph of a snapshot, read from the database."""

from __future__ import annotations

from core.db import facts, snapshots
from core.db.snapshots import Snapshot
from tests.workers.index.conftest import Indexed
from workers.graph.load import Graphs

SHOP = {
    "shop/cart.py": "class Base: ...\n\nclass Cart(Base):\n    def total(self): ...\n",
    "shop/main.py": "from shop.cart import Cart\n\ndef main():\n    Cart().total()\n",
    "README.md": "# Shop\n",
}


async def indexed(shop: Indexed, ref: str = "", *, linked: bool = True, **sources: str) -> Snapshot:
    for path, text in sources.items():
        shop.checkout.write(path, text)
    shop.checkout.commit()
    report = await shop.index(ref)
    if linked:
        await shop.link(report.snapshot_id)
    async with shop.database.tenant(0) as connection:
        found = await snapshots.get(connection, report.snapshot_id)
    assert found is not None
    return found


async def test_who_uses_what_is_read_from_one_row_a_blob(shop: Indexed) -> None:
    snapshot = await indexed(shop, **SHOP)
    graph = await Graphs(shop.database).of(snapshot)
    assert [(u.path, u.line, u.by) for u in await graph.uses("shop/cart.py", 2)] == [
        ("shop/main.py", 4, "main")
    ]
    (called, *_) = await graph.calls("shop/main.py", 0)
    assert (called.path, called.qualified) == ("shop/cart.py", "Cart")
    (heir,) = await graph.implementers("shop/cart.py", 0)
    assert (heir.qualified, heir.signature) == ("Cart", "class Cart(Base)")
    assert await graph.uses("README.md", 0) == []
    rows = await shop.fetch("SELECT count(*) FROM symbol_links")
    assert rows == [(2,)]


async def test_a_branch_shares_the_rows_of_what_it_did_not_change(shop: Indexed) -> None:
    others = {f"more/file_{n}.py": f"def other_{n}(): ...\n" for n in range(12)}
    base = await indexed(shop, **SHOP, **others)
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    changed = {"shop/more.py": "from shop.cart import Cart\n\nclass More(Cart): ...\n"}
    over = await indexed(shop, "topic", **changed)
    graphs = Graphs(shop.database)
    on_topic = await (await graphs.of(over)).implementers("shop/cart.py", 0)
    assert [each.qualified for each in on_topic] == ["Cart", "More"]
    on_main = await (await graphs.of(base)).implementers("shop/cart.py", 0)
    assert [each.qualified for each in on_main] == ["Cart"]


async def test_a_graph_works_with_the_links_that_are_there_and_is_whole_when_all_came(
    shop: Indexed,
) -> None:
    snapshot = await indexed(shop, linked=False, **SHOP)
    graphs = Graphs(shop.database)
    early = await graphs.of(snapshot)
    assert await early.uses("shop/cart.py", 2) == []
    assert await early.uses_of_name("total") == await early.calls("shop/main.py", 0) == []
    assert await early.facts("shop/main.py")
    assert await graphs.of(snapshot) is early
    await shop.link()
    async with shop.database.tenant(0) as connection:
        assert await facts.of_scope(connection, snapshot.id, "shop/main.py") is None
    whole = await graphs.of(snapshot)
    assert [use.by for use in await whole.uses("shop/cart.py", 2)] == ["main"]
    assert await graphs.of(snapshot) is whole


async def test_facts_are_remembered_for_the_next_who_asks(shop: Indexed) -> None:
    snapshot = await indexed(shop, **SHOP)
    graph = await Graphs(shop.database).of(snapshot)
    async with shop.database.tenant(0) as connection:
        assert await facts.of_scope(connection, snapshot.id, "Cart") is None
    told = await graph.facts("Cart")
    await graph.facts("Nobody")
    async with shop.database.tenant(0) as connection:
        assert await facts.of_scope(connection, snapshot.id, "Cart") == told
        assert await facts.of_scope(connection, snapshot.id, "Nobody") == []
    assert told[0].text == "Cart is a class in shop/cart.py."
    async with shop.database.tenant(7) as connection:
        assert await facts.of_scope(connection, snapshot.id, "Cart") is None


async def test_facts_say_who_changed_a_file_last(shop: Indexed) -> None:
    snapshot = await indexed(shop, **SHOP)
    graph = await Graphs(shop.database).of(snapshot)
    sha = snapshot.commit_sha[:9]
    for scope, line in (("shop/cart.py", 1), ("shop/cart.py#Cart", 3), ("Cart", 3)):
        [last] = [fact for fact in await graph.facts(scope) if fact.kind == "last_changed"]
        assert last.text.startswith("shop/cart.py was last changed by ")
        assert f", in {sha}: " in last.text
        assert last.citations[0]["path"] == "shop/cart.py"
        assert last.citations[0]["start_line"] == line
    assert not [f for f in await graph.facts("shop") if f.kind == "last_changed"]
