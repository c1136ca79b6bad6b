"""What tells whether failing tests have one cause: a module that tries them in the sandbox,
together with the repository's own tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workers.runners.base import Suite
from workers.sandbox import Workspace


@dataclass(frozen=True, slots=True)
class Shown:
    """A test that fails and stands alone, and the lines that it was blamed on; `tests` says that
    the repository's own tests blame them."""

    text: str
    path: str
    start_line: int
    end_line: int
    tests: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """The failure of `other` has the cause of that of `cause`, both by their number; `why` is a
    sentence."""

    cause: int
    other: int
    why: str


class Causes(Protocol):
    """The module."""

    def explained(
        self,
        workspace: Workspace,
        suite: Suite,
        shown: Sequence[Shown],
        seconds: float,
        log: Callable[[str], None],
    ) -> Awaitable[list[Explained]]:
        """Which of the failures have the cause of which others; none where that is not sure."""
