"""Whether two failures are to blame on one place: the other one runs what the one is blamed on, and
whatever else it runs alone, tests that pass run more often."""

from __future__ import annotations

from collections.abc import Collection

from workers.causes.base import Shown
from workers.runners.base import Ran


def one_place(
    ran: Ran, shown: Shown, ours: Collection[int], theirs: Collection[int], own: Collection[int]
) -> bool:
    """Of a traced run of all tests: `ours` are indexes of the failures of `shown`, `theirs` those
    of the other. `own` are failures that are no reproducers."""
    passing = {at for at, test in enumerate(ran.tests) if test.verdict == "passed"}
    lines = [(path, line, ran.lines[path][line]) for path in ran.lines for line in ran.lines[path]]
    blamed = [
        tests
        for path, line, tests in lines
        if path == shown.path
        and shown.start_line <= line <= shown.end_line
        and not tests.isdisjoint(ours)
    ]
    least = min((len(tests & passing) for tests in blamed), default=0)
    worst = [tests for tests in blamed if len(tests & passing) == least]
    alike = {at for at in own if any(at in tests for tests in worst)} | set(ours)
    alone = [
        len(tests & passing)
        for _, _, tests in lines
        if not tests.isdisjoint(theirs) and tests.isdisjoint(alike)
    ]
    met = any(not tests.isdisjoint(theirs) for tests in worst)
    return met and least < min(alone, default=least + 1)
