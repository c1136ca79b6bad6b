"""A change, judged by tests: the same runs before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workers.runners.base import Ran, Runner, Suite, Wanted
from workers.sandbox import Limits, Workspace

_PATCH = ".ponder/change.patch"
_ADDED = re.compile(r"^--- /dev/null\n\+\+\+ b/(.+)$", re.MULTILINE)
"""Files that a patch brings along: tests, where nothing failed before."""
_SECONDS = 60.0
TIMES = 5


@dataclass(frozen=True, slots=True)
class Repeated:
    """How often a test that stands alone failed, passed, or did not even run."""

    failed: int
    passed: int

    @property
    def told(self) -> str:
        missing = TIMES - self.failed - self.passed
        other = f", and could not be run {missing} times" if missing else ""
        return f"failed {self.failed} and passed {self.passed} of {TIMES} times{other}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Tests that a change breaks and mends, how many passed before it, and how many lines tests run
    before and after."""

    broken: tuple[str, ...]
    mended: tuple[str, ...]
    passing: int
    lines_before: int
    lines_after: int


async def repeated(
    runner: Runner, workspace: Workspace, suite: Suite, text: str, seconds: float
) -> Repeated:
    """Run a reproducer some times over, each time in a process of its own."""
    failed, passed = 0, 0
    for _ in range(TIMES):
        ran = await runner.alone(workspace, text, seconds / TIMES)
        failures = ran.of("failed")
        if failures and not all(runner.excuse(suite, each) for each in failures):
            failed += 1
        elif ran.of("passed") and not failures:
            passed += 1
    return Repeated(failed, passed)


async def asked(
    runner: Runner, workspace: Workspace, suite: Suite, reproducer: str, patch: str
) -> tuple[str, bool]:
    """How the test that failed ends with a patch, or else those that the patch adds, in words; ''
    where there are none. And whether all is well."""
    if reproducer:
        mended = await repeated(runner, workspace, suite, reproducer, _SECONDS)
        return f"it {mended.told}; ", mended.passed == TIMES
    added = tuple(_ADDED.findall(patch))
    if not added:
        return "", True
    ran = await runner.run(workspace, suite, Wanted(_SECONDS, only=added))
    passed, failed = len(ran.of("passed")), len(ran.of("failed"))
    return f"{passed} of its own tests pass and {failed} fail; ", passed > 0 and not failed


async def applied(workspace: Workspace, patch: str) -> bool:
    """Apply a unified diff to the workspace; False where it does not fit."""
    workspace.write(_PATCH, patch)
    argv = ["git", "apply", "--whitespace=nowarn", _PATCH]
    return (await workspace.run(argv, limits=Limits(wall_seconds=30))).ok


async def compared(
    runner: Runner, before: Workspace, after: Workspace, suite: Suite, seconds: float
) -> Compared:
    """All tests in both workspaces, traced."""
    wanted = Wanted(seconds / 2, trace=True)
    first = await runner.run(before, suite, wanted)
    second = await runner.run(after, suite, wanted)
    ended = {test.id: test.verdict for test in second.tests}
    lost = [test.id for test in first.of("passed") if ended.get(test.id) != "passed"]
    won = [test.id for test in first.of("failed") if ended.get(test.id) == "passed"]
    known = lost if second.whole else [name for name in lost if ended.get(name) == "failed"]
    passing = len(first.of("passed"))
    return Compared(tuple(known), tuple(won), passing, covered(first), covered(second))


def covered(ran: Ran) -> int:
    """Lines that ran: as coverage.py counts them where it did, by being imported too; while tests
    did otherwise."""
    if ran.statements:
        return sum(run for _, run in ran.coverage().values())
    return sum(1 for lines in ran.lines.values() for tests in lines.values() if tests)
