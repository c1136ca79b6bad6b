"""Facts about a scope, each with lines that show it."""

from __future__ import annotations

import pytest

from tests.workers.graph.trees import Repository
from workers.graph.facts import Telling

SHOP = {
    "shop/main.py": "from shop.cart import Cart\n\ndef main():\n    Cart().total()\n",
    "shop/cart.py": "class Base: ...\n\nclass Cart(Base):\n    def total(self): ...\n",
    "shop/again.py": "from shop.cart import Cart, Base\n",
    "README.md": "# Shop\n",
}


def told(scope: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fact in Telling(Repository(**SHOP).questions).scope(scope):
        found.setdefault(fact.kind, []).append(fact.text)
    return found


def test_the_repository_has_languages_entry_points_and_what_most_depends_on() -> None:
    assert told("") == {
        "languages": ["The repository has 4 files: 3 python, 1 markdown."],
        "entry_point": ["shop/main.py is an entry point."],
        "depended_on": ["Cart is used in 2 other files."],
    }


def test_a_file_defines_imports_and_is_imported() -> None:
    assert told("shop/cart.py")["defines"] == [
        "shop/cart.py defines the class Base.",
        "shop/cart.py defines the class Cart.",
    ]
    assert told("shop/cart.py")["imported_by"] == [
        "shop/cart.py is imported by shop/again.py.",
        "shop/cart.py is imported by shop/main.py.",
    ]
    assert told("shop/main.py")["imports"] == ["shop/main.py imports shop/cart.py."]


@pytest.mark.parametrize("scope", ["Cart", "shop/cart.py#Cart"])
def test_a_symbol_says_who_calls_it_and_what_it_inherits(scope: str) -> None:
    facts = told(scope)
    assert facts["defined"] == ["Cart is a class in shop/cart.py."]
    assert facts["called_by"] == ["Cart is called by main."]
    assert facts["inherits"] == ["Cart inherits Base."]
    assert told("Base")["implemented_by"] == ["Base is implemented by Cart."]


def test_a_citation_is_where_it_happens() -> None:
    facts = Telling(Repository(**SHOP).questions).scope("Cart.total")
    (called,) = [fact for fact in facts if fact.kind == "called_by"]
    assert called.citations == [{"path": "shop/main.py", "start_line": 4, "end_line": 4}]


@pytest.mark.parametrize("scope", ["nowhere", "shop/cart.py#Nobody", "#", "a#b#c"])
def test_of_what_is_not_there_nothing_is_said(scope: str) -> None:
    assert told(scope) == {}
