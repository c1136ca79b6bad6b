"""What a runner is: a module that finds a repository's tests, runs them in the sandbox, and writes
tests that stand alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from workers.sandbox import Workspace

Verdict = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Suite:
    """A repository's tests. `roots` are the folders that imports start from, `packages` what is
    imported from there; `targets` are the files and folders given to the test runner, `files` the
    sources that are no tests, `shown` those of them with examples in their documentation, `wants`
    the packages that sources import. Paths are relative to the repository, '.' is its root."""

    targets: tuple[str, ...]
    files: tuple[str, ...]
    roots: tuple[str, ...]
    packages: tuple[str, ...]
    shown: tuple[str, ...] = ()
    wants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A definition of the repository. Lines are 1-based and inclusive."""

    path: str
    symbol: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in the repository's code that a failure passed through. `symbol` is qualified."""

    path: str
    line: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Example:
    """One of a documentation that did not give what it says. `kind` is that of an exception."""

    source: str
    promised: str
    given: str
    kind: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How one test ended. `kinds` are the names of the exception's classes, its own first; frames
    are those within the repository, the outermost first; `foreign` says that the failure was
    raised in code of others. Of a piece of documentation, `promised` is how many examples it has,
    and `examples` are those that did not hold."""

    id: str
    verdict: Verdict
    seconds: float = 0.0
    kinds: tuple[str, ...] = ()
    message: str = ""
    frames: tuple[Frame, ...] = ()
    foreign: bool = False
    hung: bool = False
    examples: tuple[Example, ...] = ()
    promised: int = 0

    @property
    def path(self) -> str:
        return self.id.partition("::")[0]

    @property
    def kind(self) -> str:
        return self.kinds[0] if self.kinds else ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run of tests. `lines` has, by path and line, the indexes in `tests` of those
    that ran the line; it is empty where nothing was traced. `absent` are modules that tests want
    and nobody installed; `statements` are the lines of each traced file that could run.
    `uncollected` says why files, or folders of Go, could not be loaded."""

    tests: tuple[Ended, ...]
    whole: bool
    absent: tuple[str, ...] = ()
    complaint: str = ""
    lines: Mapping[str, Mapping[int, frozenset[int]]] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    statements: Mapping[str, frozenset[int]] = field(default_factory=dict)
    uncollected: Mapping[str, str] = field(default_factory=dict)

    def of(self, verdict: Verdict) -> list[Ended]:
        return [test for test in self.tests if test.verdict == verdict]

    def coverage(self) -> dict[str, tuple[int, int]]:
        """Of each traced file that has any: the lines that could run, and those that did, by being
        imported too."""
        return {
            path: (len(could), len(could & self.lines.get(path, {}).keys()))
            for path, could in self.statements.items()
            if could
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run: the suite, or only tests of these ids. `trace` records which test runs which line;
    `examples` runs those of the documentation instead; `elsewhere` runs backwards, in another time
    zone, in a wider terminal, with other hashes, and with warnings that are only warnings.
    `calls` are files whose calls are written down. `seed` is of a random order, 0 is their own;
    then each test runs so many `times`, in another order each time. `seconds` end the run as if it
    had no more tests."""

    seconds: float
    only: tuple[str, ...] = ()
    trace: bool = False
    examples: bool = False
    elsewhere: bool = False
    calls: tuple[str, ...] = ()
    seed: int = 0
    times: int = 1


class Runner(Protocol):
    """The module."""

    def suite(self, folder: Path, paths: Sequence[str]) -> Suite | None:
        """Where the tests are; None where there is nothing to run."""

    def run(self, workspace: Workspace, suite: Suite, wanted: Wanted) -> Awaitable[Ran]: ...

    def excuse(self, suite: Suite, test: Ended) -> str:
        """Why a failure says nothing about the code; '' where it does."""

    def command(self, name: str) -> str:
        """What a person types to run the test of an id, or all of a file's."""

    def wavers(self, folder: Path, place: Place) -> bool:
        """Whether code does other things on another version or system."""

    def reproducers(
        self, workspace: Workspace, folder: Path, suite: Suite, test: Ended
    ) -> Awaitable[list[str]]:
        """Texts of tests that stand alone and should fail as this one does, the best first."""

    def place(self, text: str) -> str:
        """Where a reproducer stands when it is run."""

    def blank(self, text: str) -> str:
        """What stands there while it is not to be run."""

    def alone_text(self, suite: Suite, body: str, near: str = "") -> str:
        """A test with what lets it import the repository's code from its root, or tells where it
        belongs; `near` is the file that it is about."""

    def how(self, suite: Suite, path: str) -> str:
        """With what a test of a file that stands alone is written, in a sentence for a model."""

    def alone(
        self,
        workspace: Workspace,
        text: str,
        seconds: float,
        trace: Sequence[str] = (),
        *,
        seed: int = 0,
        times: int = 1,
        at: str = "",
    ) -> Awaitable[Ran]:
        """Run a test that stands alone, as a person would; `trace` are files whose lines count,
        `at` is where it stands if that is not for its own text to say."""


def says(folder: Path, place: Place, pattern: re.Pattern[str]) -> bool:
    """Whether a line of the place matches."""
    target = folder / place.path
    if target.is_symlink() or not target.is_file():
        return False
    lines = target.read_text(errors="replace").splitlines()[place.start_line - 1 : place.end_line]
    return any(pattern.search(line) for line in lines)
