"""Of languages whose runners offer no new tests: there are no calls to try, nothing to write."""

from __future__ import annotations

from collections.abc import Sequence

from workers.oracles.base import Promise
from workers.runners.base import Case, Ran, Suite
from workers.sandbox import Workspace


def promised(suite: Suite, path: str, promises: Sequence[Promise], ran: Ran) -> dict[str, str]:
    """No bodies of tests."""
    return {}


async def explored(
    workspace: Workspace, suite: Suite, path: str, ran: Ran, seconds: float
) -> list[Case]:
    """No calls."""
    return []


def written(suite: Suite, path: str, cases: Sequence[Case]) -> str:
    """No file of tests."""
    return ""
