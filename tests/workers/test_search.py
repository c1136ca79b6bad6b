"""A search as it was typed, and the ref that it names or does not name."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from core.db import snapshots
from core.db.snapshots import Snapshot
from core.errors import UserError
from tests.workers.index.conftest import Indexed, connect, shop
from workers.retrieve.facets import Chosen
from workers.retrieve.search import Searcher
from workers.search import Result, Search

__all__ = ["connect", "shop"]

SOURCES = {
    "shop/cart.py": "@cached\ndef price(cart):\n    return sum(cart)\n",
    "shop/pay.py": "def pay(cart):\n    return price(cart)\n",
}


@dataclass(frozen=True)
class Typed:
    shop: Indexed

    async def snapshot_of(self, ref: str) -> Snapshot:
        report = await self.shop.index(ref)
        async with self.shop.database.tenant(0) as connection:
            found = await snapshots.get(connection, report.snapshot_id)
        assert found is not None
        return found

    @property
    def search(self) -> Search:
        searcher = Searcher(self.shop.database, None)
        return Search(self.shop.database, searcher, self.shop.mirror, self.snapshot_of)

    async def found(self, text: str, *, ref: str = "", chosen: Chosen | None = None) -> Result:
        return await self.search.run(text, ref=ref, limit=20, chosen=chosen or Chosen())


@pytest.fixture
def typed(shop: Indexed) -> Typed:
    for path, text in SOURCES.items():
        shop.checkout.write(path, text)
    shop.checkout.commit()
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    shop.checkout.write("shop/pay.py", "def refund(cart):\n    return -price(cart)\n")
    shop.checkout.commit()
    shop.checkout.git("tag", "v2.0")
    shop.checkout.git("checkout", "--quiet", "-")
    return Typed(shop)


@pytest.mark.parametrize("ref", ["topic", "v2.0"])
async def test_a_ref_is_searched_wherever_it_stands(typed: Typed, ref: str) -> None:
    for text in (f"@{ref} symbol:refund", f"symbol:refund @{ref}"):
        result = await typed.found(text)
        assert [each.place.symbol for each in result.shown] == ["refund"]
        assert result.query.ref == ref
    assert (await typed.found("symbol:refund")).shown == []


async def test_a_decorator_that_the_code_has_is_a_word(typed: Typed) -> None:
    result = await typed.found("where is @cached used")
    assert result.query.words == "where is @cached used"
    assert result.shown[0].place.path == "shop/cart.py"


@pytest.mark.parametrize("text", ["price @nowhere", "price @v3.0", "@cart price"])
async def test_a_ref_that_is_not_there_is_told(typed: Typed, text: str) -> None:
    with pytest.raises(UserError, match="no branch, tag or commit"):
        await typed.found(text)


async def test_two_refs_are_one_too_many(typed: Typed) -> None:
    with pytest.raises(UserError, match="one ref"):
        await typed.found("price @topic", ref="topic")


async def test_choices_keep_what_they_name_and_count_the_rest(typed: Typed) -> None:
    result = await typed.found("price cart", chosen=Chosen(folder="shop/", kind="function"))
    assert result.total == len(result.shown) == 2
    assert (await typed.found("price cart", chosen=Chosen(part="tests"))).shown == []


async def test_a_door_elsewhere_is_told_in_json(typed: Typed) -> None:
    event = await typed.search.told('"return sum"', limit=5, chosen=Chosen())
    (place,) = json.loads(json.dumps(event))["results"]
    assert (event["type"], place["path"], place["start_line"]) == ("done", "shop/cart.py", 3)
    (line,) = [line for line in place["lines"] if line["spans"]]
    ((start, end),) = line["spans"]
    assert line["text"][start:end] == "return sum"
    wrong = await typed.search.told("/(/", limit=5, chosen=Chosen())
    assert (wrong["type"], wrong["mendable"]) == ("error", True)
