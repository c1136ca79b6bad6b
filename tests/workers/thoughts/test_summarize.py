"""Cards of functions and files, and what a model may add to them."""

from __future__ import annotations

import json

from core.db import cards
from core.db.cards import Card
from core.db.connect import Database
from core.settings import Model, Secret, Settings
from tests.model_stand_in import Request, Said, model_stand_in, probed
from tests.thinking import Thinking, thinking
from workers.model import open_endpoint

CART = '''\
"""Carts. They add up."""


def total(prices):
    """Add up prices. Nothing is taxed."""
    if not prices:
        raise ValueError("none")
    return rounded(sum(prices))


def rounded(amount):
    return round(amount, 2)
'''
FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/till.py": "from shop.cart import total\n\n\ndef pay():\n    return total([1])\n",
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_it():\n    total([1])\n",
}


async def card(made: Thinking, path: str, symbol: str = "") -> Card:
    async with made.engine.database.tenant(0) as connection:
        found = await cards.get(connection, made.repository.id, path, symbol)
    assert found is not None
    return found


async def test_every_sentence_of_a_function_cites_the_lines_that_show_it(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("summarize")
        assert run.status == "done", run.problem
        total = await card(made, "shop/cart.py", "total")
        said = {each["text"]: each["citations"] for each in total.sentences}
        lines = {
            text: [(c["path"], c["start_line"]) for c in cited] for text, cited in said.items()
        }
        assert lines["It says of itself: “Add up prices.”"] == [("shop/cart.py", 5)]
        assert lines["It is used by `pay`."] == [("shop/till.py", 5)]
        assert lines["It calls `rounded`."] == [("shop/cart.py", 8)]
        assert lines["It may raise `ValueError`."] == [("shop/cart.py", 7)]
        assert lines["It is used in tests: tests/test_cart.py."] == [("tests/test_cart.py", 5)]
        assert all(c["blob"] for cited in said.values() for c in cited)
        module = await card(made, "shop/cart.py")
        assert "It says of itself: “Carts.”" in module.text
        assert "It is imported by shop/till.py" in module.text


async def test_only_what_changed_is_written_again(settings: Settings, database: Database) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.think("summarize")
        assert [run.status for run in await made.think("summarize")] == ["nothing"]
        await made.commit({"shop/till.py": FILES["shop/till.py"].replace("[1]", "[2]")})
        (run,) = await made.think("summarize")
        assert run.metrics["cards"] == 2


async def reply(request: Request) -> Said:
    return Said(
        json.dumps(
            {
                "sentences": [
                    {"text": "It refuses no prices, @all", "quote": 'raise ValueError("none")'},
                    {"text": "It sends mail.", "quote": "send_mail(everybody)"},
                ]
            }
        )
    )


async def test_a_model_is_believed_where_its_quote_is_found(
    settings: Settings, database: Database
) -> None:
    async with model_stand_in() as served:
        served.personality = probed(reply)
        model = Model(served.url, Secret("k"), served.model, "")
        async with (
            open_endpoint(model, database) as endpoint,
            thinking(settings, database, FILES, endpoint=endpoint) as made,
        ):
            await made.think("summarize")
            total = await card(made, "shop/cart.py", "total")
            assert total.by_model
            first = total.sentences[0]
            assert first["text"] == "It refuses no prices, @\u200ball."
            assert first["citations"][0]["start_line"] == 7
            assert "mail" not in total.text
            assert not (await card(made, "shop/till.py", "pay")).by_model
