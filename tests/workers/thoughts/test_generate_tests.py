"""Tests of promises are offered where they are worth having, and broken laws are reported."""

from __future__ import annotations

import json
import re

from core.db import thoughts
from core.db.connect import Database
from core.db.findings import Finding
from core.db.thoughts import Subject
from core.settings import Model, Secret, Settings
from tests.model_stand_in import Request, Said, model_stand_in, probed, text_of
from tests.thinking import Thinking, thinking
from workers.model import open_endpoint

SHOP = {
    "shop/__init__.py": "",
    "shop/money.py": (
        "class Money:\n"
        "    def __init__(self, amount, currency):\n"
        "        self.amount, self.currency = amount, currency\n\n"
        "    def __eq__(self, other):\n"
        "        return self.amount == other.amount\n\n"
        "    def __hash__(self):\n"
        "        return id(self)\n\n\n"
        "def dumps(money):\n"
        "    return f'{money}'.rjust(8)\n\n\n"
        "def loads(text):\n"
        "    return text.strip()\n\n\n"
        "def share(amount: int, people: int) -> int:\n"
        "    if people == 0:\n"
        "        raise ValueError('nobody is there')\n"
        "    return amount // people\n"
    ),
    "tests/test_money.py": (
        "from shop.money import Money, dumps\n\n\n"
        "def test_money():\n    assert Money(3, 'EUR').amount == 3\n\n\n"
        "def test_dumps():\n    assert dumps('3 EUR') == '   3 EUR'\n"
    ),
}

TICKET = {
    "shop/__init__.py": "",
    "shop/ticket.py": (
        "class Ticket:\n"
        "    def __init__(self, price):\n        self.price, self.number = price, object()\n\n"
        "    def __eq__(self, other):\n        return self.number is other.number\n"
    ),
    "tests/test_ticket.py": (
        "from shop.ticket import Ticket\n\n\n"
        "def test_ticket():\n    one = Ticket(3)\n    assert one == one\n"
    ),
}


LABELS = {
    "shop/__init__.py": "",
    "shop/labels.py": (
        "class Printer:\n"
        "    def __init__(self, paper):\n"
        "        self.paper = paper\n\n"
        "    def print(self, text):\n"
        "        if self.paper() == 0:\n"
        "            raise OSError('no paper')\n"
        "        return text.encode()\n"
    ),
    "tests/test_labels.py": (
        "from shop import labels\n\n\ndef test_it():\n    assert labels.Printer\n"
    ),
}


WORDS = {
    "shop/__init__.py": "",
    "shop/words.py": (
        "def spell(text: str) -> list[int]:\n"
        "    return [ord(letter) for letter in text]\n\n\n"
        "def read(codes: list[int]) -> str:\n"
        "    return ''.join(map(chr, codes))\n\n\n"
        "def grow(text: str) -> str:\n"
        "    return text * 2\n"
    ),
    "tests/test_words.py": (
        "from shop import words\n\n\ndef test_it():\n    assert words.grow('a')\n"
    ),
}


async def asked_for(made: Thinking, database: Database, path: str) -> None:
    """Somebody wants tests of a file."""
    async with database.tenant(0) as connection:
        await thoughts.add(
            connection,
            installation_id=0,
            repository_id=made.repository.id,
            kind="generate_tests",
            subject=Subject("file", path=path),
            priority=1.0,
            reason="somebody asked",
        )


async def found(
    settings: Settings, database: Database, files: dict[str, str], path: str
) -> dict[str, Finding]:
    async with thinking(settings, database, files) as made:
        await asked_for(made, database, path)
        await made.think("generate_tests")
        return {f"{each.rule} {each.symbol}": each for each in await made.findings()}


async def test_promises_are_tried_with_values_of_the_tests(
    settings: Settings, database: Database
) -> None:
    findings = await found(settings, database, SHOP, "shop/money.py")
    broken = findings.pop("broken-laws Money.__eq__")
    assert (broken.evidence, broken.symbol) == ("reproduced", "Money.__eq__")
    assert "hash(one) == hash(other)" in (broken.reproducer or "")
    offered = findings.pop("missing-test dumps")
    assert (offered.evidence, offered.severity, offered.start_line) == ("proven", "low", 17)
    assert "+++ b/tests/test_shop_money_promises.py" in (offered.patch or "")
    assert "assert loads(dumps(value)) == value" in (offered.patch or "")
    (cases,) = findings.values()
    assert (cases.rule, cases.evidence, cases.severity) == ("missing-test", "proven", "low")
    assert "run 3 lines that no test runs" in cases.message
    patch = cases.patch or ""
    assert "+++ b/tests/test_shop_money_cases.py" in patch
    assert "+        share(3, 0)" in patch
    assert '+    with pytest.raises(ValueError, match="nobody is there"):' in patch
    assert "loads" not in patch


async def test_what_holds_for_all_values_is_tried_with_hypothesis_where_it_is_there(
    settings: Settings, database: Database
) -> None:
    files = WORDS | {"pyproject.toml": "[dependency-groups]\ntest = ['hypothesis', 'pytest']\n"}
    (offered,) = (await found(settings, database, files, "shop/words.py")).values()
    patch = offered.patch or ""
    assert "+from hypothesis import given, settings" in patch
    assert "+@given(st.text())\n+def test_read_gives_back_what_spell_made_of_it(text):" in patch
    assert "+    assert read(spell(text)) == text" in patch


async def test_what_may_be_meant_so_is_a_suspicion(settings: Settings, database: Database) -> None:
    findings = await found(settings, database, TICKET, "shop/ticket.py")
    differs = findings["broken-laws Ticket.__eq__"]
    assert differs.evidence == "suspected"
    assert "perhaps it is meant so" in (differs.reproducer or "")


async def test_a_model_writes_tests_of_what_is_left(settings: Settings, database: Database) -> None:
    heard: list[str] = []
    wrong = "def test_it():\n    assert 1 == 2\n"
    right = (
        "import pytest\n\nfrom shop.labels import Printer\n\n\n"
        "def test_printer_has_no_paper():\n"
        "    printer = Printer(lambda: 0)\n"
        '    with pytest.raises(OSError, match="no paper"):\n'
        '        printer.print("3 EUR")\n'
    )
    left = [wrong, right]

    async def reply(request: Request) -> Said:
        heard.append(text_of(request))
        return Said(json.dumps({"tests": left.pop(0)}))

    async with model_stand_in() as served:
        served.personality = probed(reply)
        model = Model(served.url, Secret("k"), served.model, "")
        async with (
            open_endpoint(model, database) as endpoint,
            thinking(settings, database, LABELS, endpoint=endpoint) as made,
        ):
            await asked_for(made, database, "shop/labels.py")
            await made.think("generate_tests")
            (offered,) = await made.findings()
    asked = re.search(r"No test runs these lines of shop/labels.py: ([\d, ]+)", heard[0])
    assert asked is not None
    assert {"7", "8"} <= set(asked[1].split(", "))
    assert "Your last tests were refused" in heard[1]
    assert "+++ b/tests/test_shop_labels_more.py" in (offered.patch or "")
    assert '+    with pytest.raises(OSError, match="no paper"):' in (offered.patch or "")
    assert (offered.rule, offered.evidence) == ("missing-test", "proven")
