"""What a Thought is: a module with four names, NAME, LIMITS, `prepare` and `run`.

Trust changes between the two functions. `prepare` reads whatever it needs: rows, git, the index.
`run` gets what that made, a sandbox and perhaps a model; it has no database and no token, and what
it returns is settled by the engine in one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from core.db.findings import Change, Claim
from core.db.thoughts import Subject

if TYPE_CHECKING:
    from workers.thoughts.reader import Reader
    from workers.thoughts.tools import Tools


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one run, its sandboxed commands together. `memory_mib` is of each command's whole tree of
    processes."""

    wall_seconds: float
    cpu_seconds: float
    model_tokens: int = 0
    memory_mib: int = 1024


@dataclass(frozen=True, slots=True)
class Brief:
    """What a run works on. `content` is a digest of all that decides what comes out: where it was
    thought about before, it is not thought about again. Each Thought adds what it needs."""

    content: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Another Thought that is worth having. `expected` is the chance, as far as one can tell, that
    it finds something."""

    thought: str
    subject: Subject
    reason: str
    expected: float = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    `summary` is a sentence for people: what was looked at and what came of it, "nothing" too.
    `covered` are paths that were looked at whole: open findings of this Thought there, which are
    not among `claims`, are fixed. `artifacts` are files by name, such as logs, coverage, crash
    inputs. `rows` are what a Thought stores beside findings, by the name of a table in the engine's
    settling.
    """

    summary: str
    claims: Sequence[Claim] = ()
    changes: Sequence[Change] = ()
    covered: Sequence[str] = ()
    follow_ups: Sequence[FollowUp] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    artifacts: Mapping[str, bytes] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class Thought(Protocol):
    """The module."""

    @property
    def NAME(self) -> str: ...
    @property
    def LIMITS(self) -> Limits: ...

    def prepare(self, read: Reader, subject: Subject) -> Awaitable[Brief | None]: ...
    def run(self, tools: Tools, brief: Any) -> Awaitable[Outcome]: ...


def digest(*parts: str | bytes) -> str:
    """Of anything that decides what comes out, in order."""
    made = hashlib.sha256()
    for part in parts:
        raw = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        made.update(len(raw).to_bytes(8, "big") + raw)
    return made.hexdigest()


def fingerprint(rule: str, path: str, symbol: str, code: str) -> str:
    """A finding's name: the rule, the symbol and the code with its white space evened out. It
    survives shifted lines and new indentation; where there is no symbol, the path stands for it."""
    place = f"{path}#{symbol}" if symbol else path
    return digest("finding", rule, place, " ".join(code.split()))[:32]
