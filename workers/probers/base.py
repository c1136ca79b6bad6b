"""What a prober is: a module that tries laws on a repository's code, in the sandbox, with values
that the repository itself writes down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workers.sandbox import Workspace


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that does not hold: what it says, of which definition, and how often it `held`, was
    `broken`, and could not be tried (`refused`). `share` is that of all definitions that break the
    same law, `kept` how often the same held of all of them. `test` stands alone and should fail;
    `shown` are the statements that break it."""

    law: str
    of: str
    path: str
    symbol: str
    line: int
    says: str
    shown: str
    test: str
    message: str
    held: int
    broken: int
    refused: int
    share: float
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Recalled:
    """A call of a definition, as `text`, and its `outcome`: "=" and how the value is written, or
    "!" and the kind of the exception; '' where that cannot be told. `imports` are what it needs."""

    text: str
    path: str
    symbol: str
    line: int
    outcome: str
    imports: tuple[str, ...] = ()


class Prober(Protocol):
    """The module."""

    def probe(
        self,
        workspace: Workspace,
        folder: Path,
        paths: Sequence[str],
        seconds: float,
        log: Callable[[str], None],
    ) -> Awaitable[list[Broken]]:
        """Try the laws for about so many processor seconds. `folder` has the same code as the
        workspace, and is only read."""

    def recall(
        self,
        workspace: Workspace,
        folder: Path,
        paths: Sequence[str],
        *,
        calls: Sequence[str],
        seed: int,
        log: Callable[[str], None],
    ) -> Awaitable[list[Recalled]]:
        """Call these, or whatever can be called where there are none, and tell what comes of it."""

    def as_before(
        self, folder: Path, paths: Sequence[str], recalled: Recalled, toolchain: Path
    ) -> str:
        """A test that stands alone: the call still has this outcome. '' where there is none."""
