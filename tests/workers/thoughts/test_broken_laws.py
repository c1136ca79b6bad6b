"""A law that the code breaks is found without a test, and shown by one that stands alone."""

from __future__ import annotations

from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking

MONEY = '''"""Money."""


class Money:
    def __init__(self, pence: int) -> None:
        self.pence = pence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.pence == other.pence

    def __ne__(self, other: object) -> bool:
        return isinstance(other, Money) and self.pence {operator} other.pence

    def __hash__(self) -> int:
        return hash(self.pence)
'''
TEST = (
    "from shop.money import Money\n\n\n"
    "def test_pence():\n    assert Money(3).pence + Money(4).pence == 7\n"
)


def files(operator: str) -> dict[str, str]:
    money = MONEY.format(operator=operator)
    return {"shop/__init__.py": "", "shop/money.py": money, "tests/test_money.py": TEST}


async def test_a_law_that_no_test_tries_is_found_broken(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, files("==")) as made:
        await made.think("hypothesize_bug")
        (found,) = await made.findings()
        assert (found.rule, found.evidence, found.symbol) == (
            "broken-equality",
            "reproduced",
            "Money.__ne__",
        )
        assert "assert (one != other) == (not one == other)" in (found.reproducer or "")
        await made.commit(files("!="))
        await made.think("hypothesize_bug")
        (found,) = await made.findings()
        assert found.state == "fixed"
