"""A search with conditions, from the text to places, through the database."""

from __future__ import annotations

import pytest

from core.db.snapshots import Snapshot
from core.errors import UserError
from tests.workers.index.conftest import Indexed
from tests.workers.retrieve.sources import SHOP
from tests.workers.retrieve.test_search import snapshot_of
from workers.retrieve.facets import Chosen, counted
from workers.retrieve.find import Found, find
from workers.retrieve.preview import preview
from workers.retrieve.search import Searcher
from workers.retrieve.syntax import parse
from workers.retrieve.texts import Kept

SOURCES = {
    **SHOP,
    "web/shop.js": "export function chargeCustomer(cart) {\r\n  return cart;\r\n}\r\n",
}


class Shop:
    def __init__(self, shop: Indexed, snapshot: Snapshot) -> None:
        self.shop, self.snapshot, self.searcher = shop, snapshot, Searcher(shop.database, None)

    async def found(self, text: str) -> Found:
        return await find(self.shop.database, self.searcher, self.snapshot, parse(text))

    async def places(self, text: str) -> set[tuple[str, int, int]]:
        found = (await self.found(text)).places
        return {(place.path, place.start_line, place.end_line) for place in found}

    async def paths(self, text: str) -> set[str]:
        return {place.path for place in (await self.found(text)).places}


@pytest.fixture
async def shop_search(shop: Indexed) -> Shop:
    return Shop(shop, await snapshot_of(shop, **SOURCES))


async def test_words_alone_are_a_question(shop_search: Shop) -> None:
    text = "Where is a customer charged?"
    hits = await shop_search.searcher.search(shop_search.snapshot, text, limit=1000)
    found = await shop_search.found(text)
    assert [(p.path, p.start_line, p.score) for p in found.places] == [
        (hit.path, hit.start_line, hit.score) for hit in hits
    ]


async def test_paths_and_languages_narrow_words(shop_search: Shop) -> None:
    assert await shop_search.paths("charge customer path:shop/") == {"shop/payment.py"}
    assert await shop_search.paths("charge customer -path:shop/ -lang:markdown") == {
        "tests/test_payment.py",
        "web/shop.js",
    }
    assert await shop_search.paths("customer lang:js") == {"web/shop.js"}
    assert await shop_search.paths("customer path:payment.py") == {"shop/payment.py"}
    assert await shop_search.paths("customer path:*_payment.PY") == set()
    assert await shop_search.paths("customer path:T*_payment.py path:DOCS/") == set()
    assert await shop_search.paths("customer path:**/test_*.py") == {"tests/test_payment.py"}


async def test_conditions_alone_list_files(shop_search: Shop) -> None:
    assert await shop_search.places("path:docs/") == {("docs/payment.md", 1, 3)}
    assert await shop_search.paths("lang:python -path:tests/") == {
        "shop/cart.py",
        "shop/payment.py",
    }


async def test_a_phrase_finds_its_lines_in_the_file_and_no_others(shop_search: Shop) -> None:
    assert await shop_search.places('"gateway.charge(total)"') == {("shop/payment.py", 8, 8)}
    assert await shop_search.places('"harge_custome" lang:python path:shop/') == {
        ("shop/payment.py", 4, 4)
    }
    assert await shop_search.paths('"Charge_Customer"') == set()
    assert await shop_search.paths('"charge_customer" -"Take the money"') == {
        "tests/test_payment.py",
        "docs/payment.md",
    }


async def test_an_expression_finds_lines_of_any_file(shop_search: Shop) -> None:
    assert await shop_search.places(r"/^def (refund|charge)_\w+/") == {
        ("shop/payment.py", 4, 4),
        ("shop/payment.py", 32, 32),
    }
    assert await shop_search.places(r"/\breturn cart;$/") == {("web/shop.js", 2, 2)}
    assert await shop_search.paths(r"/(?i)CHARGECUSTOMER/ -/export/") == set()


async def test_a_symbol_is_found_whole_dotted_or_by_its_beginning(shop_search: Shop) -> None:
    async def symbols(text: str) -> set[str]:
        return {place.symbol for place in (await shop_search.found(text)).places}

    assert await symbols("symbol:Cart.add_item") == {"Cart.add_item"}
    assert await symbols("symbol:cart") == {"Cart"}
    assert await symbols("symbol:CART") == set()
    assert await symbols("symbol:Cart.*") == {"Cart.add_item", "Cart.remove_item"}
    assert await symbols("symbol:charge*") == {"charge_customer", "chargeCustomer"}
    assert await symbols("symbol:charge* -symbol:charge_*") == {"chargeCustomer"}
    assert await symbols("symbol:*_item path:tests/") == set()
    assert await symbols("symbol:art") == set()


async def test_a_phrase_within_a_symbol(shop_search: Shop) -> None:
    assert await shop_search.places('symbol:refund_customer "gateway"') == {
        ("shop/payment.py", 33, 34)
    }


async def test_words_rank_what_conditions_keep(shop_search: Shop) -> None:
    places = (await shop_search.found("refund symbol:*_customer")).places
    assert places[0].symbol == "refund_customer"
    assert len(places) > 1


@pytest.mark.parametrize("text", ["lang:pyhton x", "/(/", 'lang:nothing "x"'])
async def test_what_cannot_be_searched_is_told(shop_search: Shop, text: str) -> None:
    with pytest.raises(UserError):
        await shop_search.found(text)


async def test_a_language_with_a_slip_is_guessed(shop_search: Shop) -> None:
    with pytest.raises(UserError, match="did you mean python"):
        await shop_search.found("lang:pyhton x")


async def test_an_overlay_is_searched_as_it_is(shop: Indexed) -> None:
    await snapshot_of(shop, **SOURCES, **{f"more/f{n}.py": f"more_{n} = 1\n" for n in range(12)})
    shop.checkout.git("checkout", "--quiet", "-b", "topic")
    over = await snapshot_of(
        shop, "topic", **{"docs/payment.md": None, "shop/cart.py": "def refund_cart():\n    pass\n"}
    )
    search = Shop(shop, over)
    assert await search.places("symbol:refund_cart") == {("shop/cart.py", 1, 2)}
    assert await search.paths("symbol:Cart") == set()
    assert await search.paths('"charge_customer"') == {"shop/payment.py", "tests/test_payment.py"}


async def test_facets_count_what_the_others_keep(shop_search: Shop) -> None:
    places = (await shop_search.found("charge customer")).places
    facets = counted(places, Chosen())
    assert dict(facets["language"])["python"] == sum(p.language == "python" for p in places)
    assert {value for value, _ in facets["folder"]} == {"shop/", "tests/", "docs/", "web/"}
    assert {value for value, _ in facets["part"]} == {"code", "tests", "docs"}
    chosen = Chosen(folder="shop/", language="python")
    assert dict(counted(places, chosen)["folder"]) == {}
    assert [value for value, _ in counted(places, chosen)["part"]] == ["code"]


async def test_a_preview_shows_matches_with_the_lines_around_them(shop_search: Shop) -> None:
    (place,) = (await shop_search.found('"gateway.charge(total)"')).places
    lines = preview(place, SOURCES[place.path].split("\n"), ())
    assert [line.number for line in lines] == [6, 7, 8, 9, 10]
    assert [line.text[a:b] for line in lines for a, b in line.spans] == ["gateway.charge(total)"]


async def test_a_preview_of_words_marks_them_however_they_are_written(shop_search: Shop) -> None:
    place = (await shop_search.found("refund customer")).places[0]
    lines = preview(place, SOURCES[place.path].split("\n"), {"refund", "custom"})
    assert lines[0].text == "def refund_customer(receipt):"
    assert lines[0].spans == ((4, 19),)


async def test_of_a_line_without_end_the_match_is_shown(shop: Indexed) -> None:
    wide = f"{'x = 1; ' * 100}needle = 2{' ; y = 3' * 100}\n"
    search = Shop(shop, await snapshot_of(shop, **{"wide.py": wide}))
    (place,) = (await search.found('"needle = 2"')).places
    (line,) = preview(place, wide.rstrip("\n").split("\n"), ())
    assert [line.text[a:b] for a, b in line.spans] == ["needle = 2"]
    assert len(line.text) <= 240


def test_texts_that_were_not_looked_through_for_long_are_let_go() -> None:
    kept = Kept(most=10)
    kept.add({1: b"abcd", 2: b"efgh"})
    kept.of([1])
    kept.add({3: b"ijkl"})
    assert kept.of([1, 2, 3]) == {1: b"abcd", 3: b"ijkl"}
    assert kept.size == 8
