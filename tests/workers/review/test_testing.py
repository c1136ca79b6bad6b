"""Tests that a change breaks are told at the line to blame; those that fail anyway are not."""

from __future__ import annotations

from tests.workers.review.conftest import CART, LIMITS, Stage

TEST_CART = """from pathlib import Path

from shop.cart import total


def test_nothing_costs_nothing():
    assert total([]) == 0


def test_prices_add_up():
    assert total([1, 2]) == 3


def test_it_failed_before():
    assert total([5]) == 6


def test_it_fails_now_and_then():
    known = Path("seen")
    seen = len(known.read_text()) if known.exists() else 0
    known.write_text("x" * (seen + 1))
    assert total([1]) == 1 or seen % 2
"""
BROKEN = CART.replace("return sum(prices)", "prices = prices[1:]\n    return sum(prices)")


async def test_what_a_change_breaks_is_told_where_it_broke_it_until_it_is_mended(
    stage: Stage,
) -> None:
    stage.alice.pushes(
        stage.there, stage.there.default_branch, {"tests/test_cart.py": TEST_CART}, "Test"
    )
    await stage.until_quiet()
    more = (
        TEST_CART.replace("== 6", "== 7") + "\n\ndef test_it_is_new():\n    assert total([]) == 1\n"
    )
    pull = stage.opens({"shop/cart.py": BROKEN, "tests/test_cart.py": more})
    await stage.until_quiet()
    found = {(each.path, each.start_line): each for each in await stage.findings(pull)}
    assert found.keys() == {("shop/cart.py", 5), ("tests/test_cart.py", 26)}
    broken, new = found["shop/cart.py", 5], found["tests/test_cart.py", 26]
    assert (broken.rule, broken.evidence, broken.severity) == ("tests/broken", "reproduced", "high")
    assert broken.message.startswith(
        "`tests/test_cart.py::test_prices_add_up` passed before this change, and fails now: Assert"
    )
    assert "python -m pytest tests/test_cart.py::test_prices_add_up" in broken.explanation
    assert "is added here, and fails" in new.message
    run = stage.check(pull)
    assert run.conclusion == "neutral"
    assert (
        "Of the 5 nearest tests that ran, 1 passes; 2 fail because of this change; 1 fails without "
        "it, too; 1 cannot be judged here." in run.output["summary"]
    )
    (thread, _) = pull.reviews
    stage.alice.pushes(
        stage.there, "topic", {"shop/cart.py": CART, "tests/test_cart.py": TEST_CART}, "Mend it"
    )
    await stage.until_quiet()
    assert {each.state for each in await stage.findings(pull)} == {"fixed"}
    assert thread.resolved_by


async def test_what_others_found_already_is_not_told_twice(stage: Stage) -> None:
    test = "from shop.{0} import {1}\n\n\ndef test_it():\n    {1}({2})\n"
    tests = {
        "tests/test_cart.py": test.format("cart", "total", "[]"),
        "tests/test_limits.py": test.format("limits", "clamp", "1, 2, 3"),
    }
    stage.alice.pushes(stage.there, stage.there.default_branch, tests, "Test")
    await stage.until_quiet()
    pull = stage.opens(
        {
            "shop/cart.py": CART.replace("(p", "((p", 1),
            "shop/limits.py": LIMITS.replace("return max(low", "return max(lowest"),
        }
    )
    await stage.until_quiet()
    found = {each.rule: each for each in await stage.findings(pull)}
    assert found.keys() == {"ruff/F821", "ruff/invalid-syntax"}
    assert {(each.evidence, each.severity) for each in found.values()} == {("reproduced", "high")}
    assert "test_it` passed before this change, and fails now" in found["ruff/F821"].explanation
    lost = found["ruff/invalid-syntax"].explanation
    assert "tests/test_cart.py` cannot be loaded any more" in lost
    assert "site-packages" not in lost
    assert "1 file of tests cannot be loaded" in stage.check(pull).output["summary"]
