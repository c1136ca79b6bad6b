"""What an analyser has to say about itself, and what its reports become.

An analyser reads files; it never obeys what they say about analysers: it runs in the sandbox with
our configuration alone. Of all that it can report, only the rules of its table count. Those are
chosen to be right: a rule that is about taste is not there.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.db.findings import Severity
from workers.sandbox import CODE, Limits, Workspace

LONGEST_MESSAGE = 300


class Broken(Exception):
    """An analyser did not get to its end; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A symbol's lines; its name is qualified."""

    symbol: str
    kind: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be looked at. `quiet` is why less counts in it: 'tests', 'examples'; else ''.
    `unused` are parts that nothing in the repository names."""

    path: str
    language: str
    text: str
    quiet: str = ""
    parts: tuple[Part, ...] = ()
    unused: tuple[Part, ...] = ()

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that counts; whether it proves is said in `proofs` alone. Reports of one `kind` about
    the same lines have one cause, whichever tool made them. `security` rules are told even where
    a comment says not to."""

    kind: str
    severity: Severity = "medium"
    security: bool = False
    in_tests: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands from (line, column) to (line, column), 1-based, the end exclusive."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A line of a tool's report. Lines are 1-based and inclusive. `edits` mend it safely."""

    tool: str
    rule: str
    path: str
    start_line: int
    end_line: int
    message: str
    means: Rule
    edits: tuple[Edit, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.tool}/{self.rule}"


@dataclass(slots=True)
class Desk:
    """Where one analyser works: a sandbox with a copy of the code."""

    workspace: Workspace
    limits: Limits
    log: Callable[[str], None] = field(default=lambda _: None)

    def program(self, name: str) -> str:
        return self.workspace.toolchain.program(name)

    @property
    def root(self) -> str:
        """The code's folder, as commands see it."""
        return CODE

    async def run(
        self,
        argv: Sequence[str],
        *,
        good: Sequence[int] = (0,),
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        mounts: Mapping[str, Path] | None = None,
    ) -> str:
        """What a command printed. Raise Broken where it ended otherwise than `good`."""
        result = await self.workspace.run(
            argv, limits=self.limits, environment=environment, stdin=stdin, mounts=mounts
        )
        if result.status != "exited":
            raise Broken(f"it was ended: {result.status.replace('_', ' ')}")
        if result.exit_code not in good:
            said = (result.stderr.strip() or result.stdout.strip()).splitlines()[-3:]
            raise Broken(f"it ended with {result.exit_code}: {' '.join(said)[:300]}")
        return result.stdout


@dataclass(frozen=True, slots=True)
class Linter:
    """One entry of the table. `program` is a path in the toolchain's folder, '' for none; `tool` is
    what stands before its rules, where that is not its name. `most` files are looked at in one
    call, 0 for all: analysers that follow imports want them together."""

    name: str
    reads: Callable[[Source], bool]
    look: Callable[[Desk, Sequence[Source]], Awaitable[list[Report]]]
    rules: Mapping[str, Rule]
    program: str = ""
    tool: str = ""
    most: int = 0

    @property
    def prefix(self) -> str:
        return self.tool or self.name


def of_language(*languages: str) -> Callable[[Source], bool]:
    return lambda source: source.language in languages


def dotted(paths: Sequence[Source]) -> list[str]:
    """Paths as arguments: none of them can be taken for an option."""
    return [f"./{source.path}" for source in paths]


def plain_path(path: str) -> str:
    """As the repository has it, from how a tool wrote it."""
    return path.removeprefix(f"{CODE}/").removeprefix("./")


def parsed(text: str) -> Any:
    """A tool's JSON. Raise Broken where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Broken("its report cannot be read") from error


def shortened(message: str) -> str:
    """A tool's message on one line."""
    line = " ".join(message.split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"
