"""TypeScript: where its tests spend their time, and what the last change made slower."""

from __future__ import annotations

from collections.abc import Callable

from workers.fuzzers.typescript import targets
from workers.profilers.base import Profiled, Wanted
from workers.profilers.ecmascript import measuring
from workers.runners import typescript as runner
from workers.sandbox import Workspace

__all__ = ["profile", "targets"]


async def profile(workspace: Workspace, wanted: Wanted, log: Callable[[str], None]) -> Profiled:
    suite = runner.suite(wanted.folder, wanted.paths)
    return await measuring.profile(workspace, wanted, suite, log)
