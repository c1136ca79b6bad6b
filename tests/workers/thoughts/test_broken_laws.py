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


class Weight:
    def __init__(self, grams: int) -> None:
        self.grams = grams

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weight) and self.grams == other.grams

    def __ne__(self, other: object) -> bool:
        return isinstance(other, Weight) and self.grams {other} other.grams

    def __hash__(self) -> int:
        return hash(self.grams)
'''
TEST = (
    "from shop.money import Money, Weight\n\n\n"
    "def test_pence():\n    assert Money(3).pence + Money(4).pence == 7\n\n\n"
    "def test_grams():\n    assert Weight(3).grams + Weight(4).grams == 7\n"
)


def files(operator: str, other: str = "!=") -> dict[str, str]:
    money = MONEY.format(operator=operator, other=other)
    return {"shop/__init__.py": "", "shop/money.py": money, "tests/test_money.py": TEST}


async def test_a_law_that_no_test_tries_is_found_broken_and_so_is_another_of_another_class(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, files("==", "==")) as made:
        await made.think("hypothesize_bug")
        found = {each.symbol: each for each in await made.findings()}
        assert found.keys() == {"Money.__ne__", "Weight.__ne__"}
        for each in found.values():
            assert (each.rule, each.evidence) == ("broken-equality", "reproduced")
            assert "assert (one != other) == (not one == other)" in (each.reproducer or "")
        await made.commit(files("!=", "=="))
        await made.think("hypothesize_bug")
        (left,) = await made.findings(state=["open"])
        assert left.symbol == "Weight.__ne__"
