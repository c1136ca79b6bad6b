"""One bug that two tests show is seen to be one, and two bugs are seen to be two."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.causes.base import Shown
from workers.causes.python import explained
from workers.runners.pythonic.layout import suite
from workers.sandbox import Sandbox, open_sandbox

MONEY = '''"""Money."""


class Price:
    def __init__(self, pence: int) -> None:
        self.pence = pence

    def third(self) -> int:
        return self.pence // 4


def cents(price, *, exact=False):
    return int(price * 100)


def label(price):
    return f"{cents(price)} c"


def thirds(pence):
    return [Price(pence).third()] * 3


def plural(word):
    if word.endswith("y"):
        return word + "es"
    return word + "s"


def shelf(word):
    return "a shelf of " + plural(word)


def attic(word):
    return "an attic off " + plural(word)
'''
TESTS = """from shop.money import cents, label, plural, shelf


def test_whole():
    assert cents(1) == 100
    assert label(1) == "100 c"


def test_boxes():
    assert shelf("box") == "a shelf of boxs"


def test_days():
    assert plural("day") == "days"
"""
START = "from shop.money import Price, attic, cents, label, plural, shelf, thirds\n\n\n"
SHOWN = {
    "cents": "def test_it():\n    for price in (1, 0.29):\n"
    "        assert cents(price=price) == int(price * 100 + 0.5)\n",
    "label": "def test_it():\n    told = label(0.29)\n    assert '29 c' == told\n",
    "third": "def test_it():\n    assert Price(3).third() == 1\n",
    "thirds": "def test_it():\n    assert thirds(3) == [1, 1, 1]\n",
    "plural": "def test_it():\n    assert plural('day') == 'days'\n",
    "shelf": "def test_it():\n    assert shelf('toy') == 'a shelf of toys'\n",
    "attic": "def test_it():\n    assert attic('toy') == 'an attic of toys'\n",
}
FILES = {"shop/__init__.py": "", "shop/money.py": MONEY, "tests/test_money.py": TESTS}


@pytest.fixture
async def sandbox(tmp_path: Path) -> Sandbox:
    opened = await open_sandbox(tmp_path / "scratch")
    assert opened is not None
    return opened


async def test_only_what_has_the_same_cause_is_taken_for_one_bug(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    for path, text in FILES.items():
        (code / path).parent.mkdir(parents=True, exist_ok=True)
        (code / path).write_text(text)
    found = suite(code, list(FILES))
    assert found is not None
    names = list(SHOWN)
    shown = [
        Shown(START + SHOWN[name], "shop/money.py", 26, 26, tests=name == "plural")
        for name in names
    ]
    said: list[str] = []
    async with sandbox.workspace(code) as workspace:
        told = await explained(workspace, found, shown, 60.0, said.append)
    # The attic has another bug, which no test that passes speaks against.
    assert {(names[each.cause], names[each.other]) for each in told} == {
        ("cents", "label"),
        ("third", "thirds"),
        ("plural", "shelf"),
    }, said
