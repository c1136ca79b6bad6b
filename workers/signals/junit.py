"""JUnit reports: how the tests of each file ended."""

from __future__ import annotations

from collections import defaultdict

from core.db.signals import Signal
from workers.signals.shape import elements, inside, number

_FAILED = ("failure", "error")


def tests(content: bytes, commit: str) -> list[Signal]:
    """By the file that a test case names, else by its class. Raise UserError."""
    found: dict[str, dict[str, float]] = defaultdict(
        lambda: {"tests": 0.0, "failures": 0.0, "skipped": 0.0, "seconds": 0.0}
    )
    place = ""
    for name, attributes in elements(content):
        if name == "testcase" and attributes is not None:
            place = inside(attributes.get("file", "")) or attributes.get("classname", "")[:500]
            if place:
                found[place]["tests"] += 1
                found[place]["seconds"] += number(attributes.get("time"))
        elif name == "testcase":
            place = ""
        elif place and attributes is not None and name in _FAILED:
            found[place]["failures"] += 1
        elif place and attributes is not None and name == "skipped":
            found[place]["skipped"] += 1
    return [Signal("tests", path, measures, commit) for path, measures in sorted(found.items())]
