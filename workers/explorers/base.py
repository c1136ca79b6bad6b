"""What an explorer is: a module that calls a file's functions with plain values, and writes tests
of what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workers.oracles.base import Promise
from workers.runners.base import Ran, Suite
from workers.sandbox import Workspace

MEANT = "perhaps it is meant so"
"""What an assertion of a test says where its failure proves nothing by itself."""


@dataclass(frozen=True, slots=True)
class Law:
    """What holds whatever a function is called with. `back` is the function that leads back, if
    there is one, and `how` it is called; `kinds` are of the arguments, in the language's own words:
    '' where it is known to hold for some values only."""

    name: str
    back: str
    how: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A call of the code and what comes of it, as texts of literals: `given` are its arguments,
    `made` those with which the object of a method is made, `value` what it gives back; or `raises`
    is the name of the exception, and `says` what it always says. `names` are the parameters'.
    `lines` are those that it runs. What is `spare` runs no line that others leave out. `how` are
    the language's own words on how it is called. Of a `law` there are several calls: `given` is a
    list of their arguments."""

    symbol: str
    made: str
    given: str
    value: str
    raises: str
    says: str
    names: tuple[str, ...]
    lines: frozenset[int]
    spare: bool
    how: tuple[str, ...] = ()
    law: Law | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What is explored: the file at `path`, of a suite. `folder` is the commit's tree, to be read
    with care, and `paths` are all of its files."""

    folder: Path
    paths: Sequence[str]
    suite: Suite
    path: str


class Explorer(Protocol):
    """The module."""

    def promised(self, site: Site, promises: Sequence[Promise], ran: Ran) -> dict[str, str]:
        """Bodies of tests, by the symbols whose promises they try with values of a run's calls."""

    def explored(
        self, workspace: Workspace, site: Site, ran: Ran, seconds: float
    ) -> Awaitable[list[Case]]:
        """Calls of a file's functions, of which each runs lines that no test of a run does; then
        spare ones."""

    def written(self, site: Site, cases: Sequence[Case]) -> str:
        """A file of tests; '' where nothing can be written."""

    def test_path(self, site: Site, kind: str) -> str:
        """Where new tests of a file belong; `kind` is a word that tells them from others."""

    def how(self, site: Site) -> str:
        """How new tests of a file are written, in a sentence for a model."""

    def tried_at(self, site: Site) -> str:
        """Where they are while they are tried."""
