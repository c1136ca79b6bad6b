"""The map of a small shop, as its cards tell it."""

from __future__ import annotations

from core.db import cards
from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.till:main"\n',
    ".github/CODEOWNERS": "* @all\nstore/ @keepers\n",
    "shop/__init__.py": "",
    "shop/till.py": "from store.cart import total\n\n\ndef main():\n    return total([1])\n",
    "store/__init__.py": "",
    "store/cart.py": "def total(prices):\n    return sum(prices)\n",
    "tests/test_cart.py": "from store.cart import total\n\n\ndef test_total():\n    assert total\n",
}


async def test_the_map_tells_parts_entries_owners_and_tests(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        (run,) = await made.think("map_repo")
        assert run.status == "done", run.problem
        assert run.metrics["tested"] == 1
        assert [each["name"] for each in run.artifacts][:1] == ["map.json"]
        async with database.tenant(0) as connection:
            whole = await cards.get(connection, made.repository.id, "")
            store = await cards.get(connection, made.repository.id, "store")
        assert whole is not None
        assert "`shop` is a command that runs `shop.till:main`." in whole.text
        assert "Tests are seen for 1 of" in whole.text
        assert store is not None
        assert "@keepers own it." in store.text
        assert "It is used by shop (1)." in store.text
        assert "Tests of it are in tests/test_cart.py." in store.text
        assert {"path": ".github/CODEOWNERS", "start_line": 2, "end_line": 2} in store.citations
        assert [run.status for run in await made.think("map_repo")] == ["known"]
