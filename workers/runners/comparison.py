"""A change, judged by tests: the same runs before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from workers.runners.base import Ran, Runner, Suite, Wanted
from workers.sandbox import Limits, Workspace

_PATCH = ".ponder/change.patch"
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
    """Tests that a change breaks and mends, and how many lines tests run before and after."""

    broken: tuple[str, ...]
    mended: tuple[str, ...]
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
    return Compared(tuple(known), tuple(won), covered(first), covered(second))


def covered(ran: Ran) -> int:
    """Lines that ran: as coverage.py counts them where it did, by being imported too; while tests
    did otherwise."""
    if ran.statements:
        return sum(run for _, run in ran.coverage().values())
    return sum(1 for lines in ran.lines.values() for tests in lines.values() if tests)
