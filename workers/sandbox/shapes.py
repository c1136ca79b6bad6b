"""What a command in the sandbox may take, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Status = Literal["exited", "timed_out", "out_of_memory", "too_much_output", "too_much_disk"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one command with all processes that it starts. Whatever passes one is killed as a tree."""

    wall_seconds: float = 60.0
    cpu_seconds: float = 60.0
    memory_mib: int = 1024
    processes: int = 128
    file_mib: int = 256
    disk_mib: int = 1024
    output_kib: int = 1024


@dataclass(frozen=True, slots=True)
class Given:
    """What all commands of a workspace see besides the code: folders of this machine, read-only, by
    the path inside; and variables. Those that list paths are joined with a command's own."""

    mounts: Mapping[str, Path] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """`exit_code` is the command's, 128 + n where signal n ended it; -1 where it was killed for a
    limit. Outputs are cut at the limit, and hostile like all that comes out."""

    status: Status
    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    cpu_seconds: float

    @property
    def ok(self) -> bool:
        return self.status == "exited" and self.exit_code == 0
