"""A diff that leaves a caller behind, from commits to a proven finding."""

from __future__ import annotations

from core.db import cards, thoughts
from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": "def total(prices):\n    return sum(prices)\n\n\ndef gone():\n    return 1\n",
    "shop/till.py": "from shop.cart import gone, total\n\n\ndef pay():\n    return total([1])\n",
}
AFTER = "def total(prices, tax):\n    return sum(prices) + tax\n"


async def test_callers_that_no_longer_fit_are_proven(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.commit({"shop/cart.py": AFTER}, "Tax it")
        (run,) = await made.think("scan_diff")
        assert run.status == "done", run.problem
        found = await made.findings()
        assert {(f.rule, f.path, f.start_line, f.evidence) for f in found} == {
            ("scan-diff/call-misfit", "shop/till.py", 5, "proven"),
            ("scan-diff/removed-name", "shop/till.py", 1, "proven"),
        }
        async with database.tenant(0) as connection:
            (card,) = await cards.of_repository(connection, made.repository.id, kind="change")
        assert "Changes the function `total` from `def total(prices)`" in card.text
        assert card.citations[0]["path"] == "shop/cart.py"


async def test_a_change_that_fits_leads_to_tests_alone(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.commit(
            {"shop/cart.py": FILES["shop/cart.py"].replace("return 1", "return one()")}
        )
        await made.think("scan_diff")
        assert await made.findings() == []
        async with database.tenant(0) as connection:
            queued = await thoughts.of_repository(connection, made.repository.id, states=["queued"])
        assert {each.kind for each in queued} == {"smell_hunt", "generate_tests", "fuzz"}
