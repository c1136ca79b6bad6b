"""Functions are fed until they break: what no caller wants is reported, what is asked for is
not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.db import fuzz_corpora
from core.db.connect import Database
from core.settings import Settings
from tests.thinking import thinking
from workers.fuzzers.base import Target
from workers.thoughts import fuzz

SIZES = '''"""Sizes, as people write them."""

UNITS = {"k": 1000, "m": 1_000_000}


def parse_size(text: str) -> int:
    """A number with a unit. Raise ValueError for what is no size."""
    if not text.strip():
        raise ValueError("nothing")
    if text[-1].isalpha():
        return int(text[:-1]) * UNITS[text[-1]]
    return int(text)


def unit(name: str) -> int:
    """Raise KeyError for a unit that nobody knows."""
    return UNITS[name]


def total(prices):
    for price in prices:
        last = price
    return sum(prices) - last


def _first(text: str) -> str:
    return text[0]
'''
SHOP = {
    "shop/__init__.py": "",
    "shop/sizes.py": SIZES,
    "tests/test_sizes.py": (
        "from shop.sizes import parse_size, total, unit\n\n\n"
        "def test_sizes():\n"
        "    assert parse_size('12k') == 12000\n    assert parse_size('7') == 7\n"
        "    assert unit('k') == 1000\n    assert total([1, 2]) == 1\n"
    ),
}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "_SECONDS", 1.0)
    monkeypatch.setattr(fuzz, "_SHORTEST", 1.0)


def passes(folder: Path, reproducer: str) -> bool:
    (folder / "test_it.py").write_text(reproducer)
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stdout
    return ran.returncode == 0


async def test_what_no_caller_wants_is_reported_and_what_is_promised_is_not(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, SHOP) as made:
        (run,) = await made.think("fuzz")
        assert run.status == "done", run.problem
        assert run.metrics["functions_fuzzed"] == 3
        found = {each.rule: each for each in await made.findings(evidence=["reproduced"])}
        assert set(found) == {"crash/KeyError", "crash/UnboundLocalError"}
        async with database.tenant(0) as connection:
            kept = await fuzz_corpora.of_repository(connection, made.repository.id)
        assert set(kept) == {f"shop/sizes.py#{name}" for name in ("parse_size", "total", "unit")}
        size = found["crash/KeyError"]
        assert (size.path, size.symbol, size.start_line) == ("shop/sizes.py", "parse_size", 11)
        assert size.reproducer is not None
        assert not passes(made.checkout.path, size.reproducer)
        mended = SIZES.replace("UNITS[text[-1]]", "UNITS.get(text[-1], 1)")
        made.checkout.write("shop/sizes.py", mended)
        assert passes(made.checkout.path, size.reproducer)
        assert not [each for each in await made.findings() if each.symbol in ("unit", "_first")]
        made.checkout.write("shop/sizes.py", SIZES)
        assert [run.status for run in await made.think("fuzz")] == ["known"]


def test_what_is_risky_or_was_just_changed_comes_first() -> None:
    names = ["a.py", "b.py", "c.py", "d.py"]
    targets = [
        Target(path, "f", 1, 2, score) for path, score in zip(names, (2, 1, 1, 1.5), strict=True)
    ]
    risks = {("b.py", "f"): 0.9, ("c.py", ""): 0.1}
    found = fuzz.ranked(targets, risks, {"c.py": ""})
    assert [each.path for each in found] == ["b.py", "a.py", "c.py", "d.py"]


async def test_what_came_back_before_the_last_change_is_no_precondition(
    settings: Settings, database: Database
) -> None:
    """An empty list is refused by many functions; not by one that took it a commit ago."""
    guarded = "def mean(prices: list[int]) -> float:\n    if not prices:\n        return 0.0\n"
    rest = "    return sum(prices) / len(prices)\n"
    files = {"shop/__init__.py": "", "shop/means.py": guarded + rest}
    async with thinking(settings, database, files) as made:
        await made.commit({"shop/means.py": guarded.partition("\n")[0] + "\n" + rest})
        await made.think("fuzz")
        (found,) = await made.findings()
        assert (found.rule, found.evidence) == ("crash/ZeroDivisionError", "reproduced")
        assert "came back" in found.explanation
