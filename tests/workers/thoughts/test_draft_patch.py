"""Patches for findings: drafted, tried against what failed and what passed, and left to wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from core.db import findings, runs, thoughts
from core.db.connect import Database
from core.db.findings import Claim, Finding
from core.db.thoughts import Subject
from core.settings import Model, Secret, Settings
from tests.model_stand_in import Personality, Request, Said, model_stand_in, probed, text_of
from tests.thinking import Thinking, thinking
from workers.model import open_endpoint

SHOP = '''"""A shop."""


def total(prices):
    """The sum of prices."""
    return sum(prices)


def cheapest(prices, count):
    """The lowest prices, so many of them."""
    return sorted(prices)[: count - 1]


def is_free(price, voucher):
    """Whether a voucher pays for everything."""
    if voucher >= price:
        return True
    return False
'''
TESTS = """from shop import cheapest, is_free, total


def test_total():
    assert total([1, 2]) == 3


def test_cheapest():
    assert cheapest([3, 1, 2], 2) == [1, 2]


def test_nothing_is_cheapest():
    assert cheapest([], 1) == []


def test_voucher():
    assert is_free(3, 3)
    assert not is_free(3, 2)
"""
FILES = {"shop.py": SHOP, "test_shop.py": TESTS, "pyproject.toml": "[project]\nname='shop'\n"}
REPRODUCER = """import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from shop import cheapest


def test_it():
    assert cheapest([5, 4], 1) == [4]
"""
OTHER = REPRODUCER.replace("cheapest([5, 4], 1) == [4]", "cheapest([5], 1) == [5, 5]")
WRONG = "    return sorted(prices)[: count - 1]"
CLAIM = Claim(
    *("ab" * 16, "failing-test", "high", "reproduced", "shop.py", 11, 11),
    "`cheapest` gives one too few.",
    symbol="cheapest",
    reproducer=REPRODUCER,
)


async def drafted(made: Thinking, claim: Claim = CLAIM, others: Sequence[Claim] = ()) -> Finding:
    """The finding, after a patch for it was asked for."""
    whose = {"installation_id": 0, "repository_id": made.repository.id}
    about = Subject("finding", finding=claim.fingerprint, path=claim.path)
    async with made.engine.database.tenant(0) as connection:
        thought = await thoughts.add(
            connection,
            **whose,
            kind="draft_patch",
            subject=about,
            priority=1.0,
            reason="somebody asked",
        )
        run = await runs.begin(connection, thought, "c" * 40)
        await findings.claim(
            connection,
            **whose,
            run_id=run.id,
            thought="verify",
            commit="c",
            claims=[claim, *others],
        )
    await made.think("draft_patch")
    found, *_ = await made.findings()
    return found


async def test_a_small_edit_mends_what_a_test_shows_and_waits_for_a_person(
    settings: Settings, database: Database
) -> None:
    law = replace(CLAIM, fingerprint="a" * 32, rule="broken-examples", severity="low")
    bug = replace(law, fingerprint="b" * 32, reproducer=OTHER)
    async with thinking(settings, database, FILES) as made:
        found = await drafted(made, others=[law, bug])
        assert found.patch_state == "verified"
        assert {each.fingerprint for each in await made.findings()} == {
            found.fingerprint,
            bug.fingerprint,
        }
        assert found.patch is not None
        assert f"-{WRONG}\n+    return sorted(prices)[: count]\n" in found.patch
        said, also = (check["said"] for check in found.checks)
        assert "is told here" in also
        assert "3 tests that passed still do; 1 more that failed passes now" in said
        assert found.state == "open"
        assert (made.checkout.path / "shop.py").read_text() == SHOP


async def test_a_fix_of_a_tool_that_breaks_a_test_stays_a_draft(
    settings: Settings, database: Database
) -> None:
    claim = Claim(
        *("cd" * 16, "ruff/SIM103", "low", "proven", "shop.py", 16, 18, "Return it."),
        patch=diff("    if voucher >= price:\n        return True\n    return False", "    pass"),
    )
    async with thinking(settings, database, FILES) as made:
        found = await drafted(made, claim)
        assert (found.patch_state, found.checks) == ("drafted", [])


def diff(old: str, new: str, path: str = "shop.py") -> str:
    lines = [*(f"-{line}" for line in old.split("\n")), *(f"+{line}" for line in new.split("\n"))]
    return f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n" + "\n".join(lines) + "\n"


def saying(diffs: Sequence[str], heard: list[str]) -> Personality:
    """A model that offers one diff after the other."""
    left = list(diffs)

    async def reply(request: Request) -> Said:
        heard.append(text_of(request))
        return Said(json.dumps({"explanation": "It cut one\x1b too many.", "diff": left.pop(0)}))

    return probed(reply)


async def drafted_by(
    settings: Settings, database: Database, diffs: Sequence[str], heard: list[str]
) -> Finding:
    async with model_stand_in() as served:
        served.personality = saying(diffs, heard)
        model = Model(served.url, Secret("k"), served.model, "")
        async with (
            open_endpoint(model, database) as endpoint,
            thinking(settings, database, FILES, endpoint=endpoint) as made,
        ):
            return await drafted(made)


async def test_a_model_may_try_again_and_its_patch_waits_too(
    settings: Settings, database: Database
) -> None:
    heard: list[str] = []
    cheats = diff(TESTS.split("\n")[4], "def test_nothing():", "test_shop.py")
    mends = diff(WRONG, "    return sorted(prices)[:count]")
    found = await drafted_by(settings, database, [cheats, mends], heard)
    assert (found.patch_state, found.evidence) == ("verified", "reproduced")
    assert "+    return sorted(prices)[:count]\n" in (found.patch or "")
    assert found.checks[-1]["said"].startswith("It cut one too many.: the test that failed passes")
    assert "assert cheapest([5, 4], 1) == [4]" in heard[0]
    assert "'test_shop.py' may not be changed" in heard[1]


async def test_a_model_that_breaks_other_tests_is_not_believed(
    settings: Settings, database: Database
) -> None:
    heard: list[str] = []
    breaks = diff(WRONG, "    return [min(prices)]")
    found = await drafted_by(settings, database, [breaks, "Sorry."], heard)
    assert "other tests break" in heard[1]
    assert "+    return sorted(prices)[: count]\n" in (found.patch or "")


async def test_there_is_nothing_to_draft_without_a_test_or_a_fix(
    settings: Settings, database: Database
) -> None:
    guess = Claim(*("ef" * 16, "smell", "low", "suspected", "shop.py", 5, 6, "It smells."))
    async with thinking(settings, database, FILES) as made:
        assert (await drafted(made, guess)).patch is None
