"""Risky patterns of a diff, and definitions before and after."""

from __future__ import annotations

import pytest

from workers.changes.definitions import Compared, changes, said
from workers.changes.patterns import risky
from workers.languages.definitions import definitions

BEFORE = """\
def take(items, limit=10):
    if not items:
        raise ValueError("none")
    if len(items) < limit:
        return items
    return items[:limit]
"""


def compared(before: str, after: str, path: str = "shop/cart.py") -> Compared:
    old, new = definitions("python", before), definitions("python", after)
    assert old is not None
    assert new is not None
    return Compared(path, "python", before, after, old, new)


def kinds(before: str, after: str, path: str = "shop/cart.py") -> list[str]:
    each = compared(before, after, path)
    return [found.kind for found in risky(each, changes(each))]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("    if not items:\n        raise ValueError(\"none\")\n", "", "removed-check"),
        ("len(items) < limit", "len(items) <= limit", "comparison"),
        ("limit=10", "limit=20", "default"),
        ("not items", "items", "logic"),
        ("        return items\n", "        try:\n            x()\n        except E:\n"
         "            pass\n", "swallowed"),
        ("        return items\n", "        return lock.acquire()\n", "concurrency"),
    ],
)  # fmt: skip
def test_a_risky_change_is_seen(old: str, new: str, kind: str) -> None:
    assert kind in kinds(BEFORE, BEFORE.replace(old, new))


def test_an_equal_text_is_not_risky() -> None:
    assert kinds(BEFORE, BEFORE.replace("return items\n", "return list(items)\n")) == []


def test_a_deleted_test_is_seen_and_other_changes_of_tests_are_not() -> None:
    test = "def test_take():\n    assert take([1]) < 2\n"
    assert kinds(test, "", "tests/test_cart.py") == ["deleted-test"]
    assert kinds(test, test.replace("<", ">"), "tests/test_cart.py") == []


def test_definitions_are_told_by_how_they_changed() -> None:
    before = "class A:\n    def f(self): return 1\n\ndef g(): pass\ndef h(): pass\n"
    after = "class A:\n    def f(self, x): return 1\n\ndef g(): return 2\ndef i(): pass\n"
    assert [said(change) for change in changes(compared(before, after))] == [
        "Changes the method `A.f` from `def f(self)` to `def f(self, x)`.",
        "Changes the body of the function `g`.",
        "Adds the function `i`.",
        "Removes the function `h` from shop/cart.py.",
    ]
