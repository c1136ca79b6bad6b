"""Whether a finding is right: its reproducer fails on the mutant and passes on the clean package.

The reproducer is run as a person would, with pytest at the root of the package, in the sandbox.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from workers.sandbox import Limits, Sandbox

Judgement = Literal["right", "passes", "fails on clean", "no test"]
_NAME = "test_reproducer_of_finding.py"
_PASSED, _FAILED = 0, 1


async def judged(sandbox: Sandbox, mutant: Path, clean: Path, text: str | None) -> Judgement:
    """`passes`: it does not fail where it should; `fails on clean`: it is not about the mutant."""
    if not text:
        return "no test"
    if await exit_code(sandbox, mutant, text) != _FAILED:
        return "passes"
    return "right" if await exit_code(sandbox, clean, text) == _PASSED else "fails on clean"


async def exit_code(sandbox: Sandbox, tree: Path, text: str) -> int:
    """Of pytest."""
    async with sandbox.workspace(tree) as workspace:
        workspace.write(_NAME, text)
        argv = [workspace.toolchain.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        ran = await workspace.run(
            [*argv, "-p", "no:randomly", _NAME],
            limits=Limits(wall_seconds=120, cpu_seconds=120, memory_mib=2048),
        )
    return ran.exit_code
