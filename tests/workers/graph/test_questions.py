"""Who uses what, and what implements what."""

from __future__ import annotations

import pytest

from tests.workers.graph.trees import Repository
from workers.graph.questions import Use

SHOP = {
    "shop/base.py": """
        class Store:
            def load(self): ...

        class Cached(Store):
            def load(self):
                return open_file("a")

        def open_file(name): ...
        """,
    "shop/disk.py": """
        from shop.base import Cached as C, open_file

        class Disk(C):
            def load(self):
                return open_file("b")

        def start(store: Disk):
            store.load()
        """,
    "other/files.py": "def open_file(name): ...\n\ndef read():\n    open_file('c')\n",
}


@pytest.fixture
def shop() -> Repository:
    return Repository(**SHOP)


def test_uses_of_a_definition_are_not_those_of_its_namesake(shop: Repository) -> None:
    uses = shop.questions.uses(shop.place("open_file"))
    assert [(use.path, use.line, use.by, use.kind) for use in uses] == [
        ("other/files.py", 4, "read", "call")
    ]
    file = shop.graph.tree.numbers["shop/base.py"]
    mine = next(p for p in [shop.place("Store")] if p.file == file)
    assert shop.questions.uses(mine) == [Use("shop/base.py", 4, "Cached", "inherit", 1.0)]


def test_a_use_under_another_name_is_found(shop: Repository) -> None:
    uses = shop.questions.uses(shop.place("Cached"))
    assert ("shop/disk.py", "Disk", "inherit") in [(use.path, use.by, use.kind) for use in uses]


def test_what_implements_a_class_inherits_from_it_also_by_way_of_others(shop: Repository) -> None:
    heirs = shop.questions.implementers(shop.place("Store"))
    assert [shop.graph.qualified(p.file, p.symbol) for p in heirs] == ["Cached", "Disk"]
    methods = shop.questions.implementers(shop.place("Store.load"))
    assert [shop.graph.qualified(p.file, p.symbol) for p in methods] == ["Cached.load", "Disk.load"]


def test_the_steps_of_a_definition_are_what_it_calls(shop: Repository) -> None:
    steps = shop.questions.steps(shop.place("start"))
    assert [shop.graph.qualified(s.place.file, s.place.symbol) for s in steps] == ["Disk.load"]


def test_a_name_that_nothing_defines_has_uses_too(shop: Repository) -> None:
    files = {"a.py": "import os\n\ndef f():\n    os.getcwd()\n"}
    uses = Repository(**files).questions.named("getcwd")
    assert [(use.path, use.line, use.by) for use in uses] == [("a.py", 4, "f")]
