"""Looks at a command from outside: processor time, memory and disk of all that it started."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from workers.sandbox import disk, tree
from workers.sandbox.disk import Usage
from workers.sandbox.shapes import Limits, Status

_MEBI = 1 << 20
ENTRIES = 200_000
_LEFT = 256 * _MEBI
"""What this machine keeps for others, of its memory and of its disk, whatever the limits say."""


@dataclass(slots=True)
class Watch:
    """Of the process `pid` and its descendants, who may write to `folder`. `before` is what that
    held when it was new."""

    pid: int
    folder: Path
    before: Usage
    limits: Limits
    clock: tree.Clock = field(default_factory=tree.Clock)
    _shared: int = field(default_factory=lambda: tree.of_machine(b"Shmem"))
    _began: int = 0
    _looked: int = 0
    _next: float = 0.0

    def __post_init__(self) -> None:
        self._began = self._looked = disk.free(self.folder)
        self._next = time.monotonic() + 1.0

    def passed(self) -> Status | None:
        """The limit of processes that was passed, if one was."""
        pids = tree.descendants(self.pid)
        self.clock.heard(tree.examined(pids))
        if self.clock.seconds > self.limits.cpu_seconds:
            return "timed_out"
        return "out_of_memory" if self._is_too_large(pids) else None

    def _is_too_large(self, pids: list[int]) -> bool:
        most = self.limits.memory_mib * _MEBI
        if 0 < tree.of_machine(b"MemAvailable") < _LEFT:
            return True
        if tree.memory(pids) > most and tree.memory_shared_out(pids) > most:
            return True
        grown = tree.of_machine(b"Shmem") - self._shared
        return grown > most / 2 and tree.shared_mappings(pids) > most

    async def passed_on_disk(self, *, at_end: bool = False) -> Status | None:
        """The same of the disk. Looking costs as much as the folder is large, so it is done now and
        then, and at once where the file system has become much fuller."""
        left = disk.free(self.folder)
        if left < _LEFT:
            return "too_much_disk"
        hurry = self._looked - left > self.limits.disk_mib * _MEBI / 4
        if not hurry and (at_end or time.monotonic() < self._next):
            return None
        began = time.monotonic()
        found = await asyncio.to_thread(self._is_too_full, self._began - left)
        self._next = time.monotonic() + max(0.5, 20 * (time.monotonic() - began))
        self._looked = left
        return "too_much_disk" if found else None

    def _is_too_full(self, taken: int) -> bool:
        now, most = disk.usage(self.folder), self.limits.disk_mib * _MEBI
        nameless = tree.unlinked(tree.descendants(self.pid), self.folder.stat().st_dev)
        if now.size + nameless - self.before.size > most:
            return True
        return now.entries - self.before.entries > ENTRIES or (taken > most and not now.whole)
