"""Patches for findings: drafted, tried against what failed and what passed, and left to wait."""

from __future__ import annotations

import json

import pytest

from core.db import thoughts
from core.db.connect import Database
from core.db.findings import Finding
from core.db.thoughts import Subject
from core.settings import Settings
from tests.model_stand_in import Request, Said, model_stand_in, probed, text_of
from tests.thinking import Thinking, thinking

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


async def drafted(made: Thinking) -> Finding:
    """The finding of the repository's failing test, after a patch was asked for."""
    await made.think("verify")
    (found,) = await made.findings(evidence=["reproduced"])
    async with made.engine.database.tenant(0) as connection:
        await thoughts.add(
            connection,
            installation_id=0,
            repository_id=made.repository.id,
            kind="draft_patch",
            subject=Subject("finding", finding=found.fingerprint, path=found.path),
            priority=1.0,
            reason="somebody asked for it",
        )
    await made.think("draft_patch")
    (after,) = await made.findings(evidence=["reproduced"])
    return after


async def test_a_small_edit_mends_what_a_test_shows_and_waits_for_a_person(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        found = await drafted(made)
        assert found.patch_state == "verified"
        assert found.patch is not None
        assert "-    return sorted(prices)[: count - 1]" in found.patch
        assert "+    return sorted(prices)[: count]" in found.patch
        assert "3 tests that passed still do" in found.checks[-1]["said"]
        assert (await made.findings())[0].state == "open"
