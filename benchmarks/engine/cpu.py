"""Processor time of other processes, which says something on a busy machine too. Linux only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.query.stage import Stage

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _OWN, _ENDED = 1, slice(11, 13), slice(13, 15)
"""Places in /proc/<pid>/stat, behind the name: the parent, ticks of its own, of ended children."""


def seconds(pid: int) -> float:
    """Of a process, its children not counted."""
    return sum(map(int, _stat(pid)[_OWN])) / _TICKS


def of_postgresql(stage: Stage) -> float:
    """Seconds of the server and of all of its processes, ended ones too."""
    record = stage.settings.data_dir / "stores" / "postgresql.json"
    server = int(json.loads(record.read_text())["pid"])
    ended = sum(map(int, _stat(server)[_ENDED])) / _TICKS
    return ended + seconds(server) + sum(seconds(pid) for pid in _children(server))


def _children(parent: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(_stat(int(folder.name))[_PARENT]) == parent:
                yield int(folder.name)
        except OSError:
            continue  # it ended meanwhile


def _stat(pid: int) -> list[str]:
    """What stands behind the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
