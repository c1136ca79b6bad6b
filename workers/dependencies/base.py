"""What each kind of package says about its preparation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.settings import Registries
from workers.sandbox import Toolchain, files

MADE = "made"
"""The folder that an installer writes to, below the workspace."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A preparation: `files` to lay out, `attempts` to install, in order, until one succeeds.

    What is made is seen at `target` inside, with `environment`. Nothing of the repository but these
    files is there, and they were written anew from what was understood of it.
    """

    registry: str
    files: Mapping[str, str]
    attempts: Sequence[Sequence[str]]
    target: str
    environment: Mapping[str, str] = field(default_factory=dict)


class Preparer(Protocol):
    """The module of one kind of package."""

    def wanted(self, code: Path, registries: Registries, toolchain: Toolchain) -> Wanted | None:
        """None where the code needs nothing, or where there is no registry for it."""
        ...


def text(code: Path, path: str, most: int = 16 << 20) -> str:
    """A file of the repository, '' where there is none. Links are not followed."""
    found = files.read(code, path, most)
    return found.decode(errors="replace") if found else ""
