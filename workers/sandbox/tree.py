"""What the kernel tells of a process and all that descends from it.

The kernel's own limits are of one process each. A command may start many, so they are looked at
together, from outside and many times a second. Whatever cannot be read is gone, and counts nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

_TICKS = os.sysconf("SC_CLK_TCK")
_ANONYMOUS = b"/dev/zero (deleted)"
"""How the kernel names memory that processes share and no file holds."""


@dataclass(frozen=True, slots=True)
class Process:
    """Seconds of itself, and of descendants that ended and were waited for. `born` tells it from
    a later one of the same number."""

    pid: int
    born: int
    own: float
    waited: float


@dataclass(slots=True)
class Clock:
    """Processor seconds of a tree that was looked at again and again; never goes back.

    What somebody waits for is in its parent's sum. What nobody waits for is remembered from the
    last time that it was seen.
    """

    seconds: float = 0.0
    _seen: dict[tuple[int, int], float] = field(default_factory=dict)

    def heard(self, processes: list[Process]) -> None:
        for each in processes:
            self._seen[each.pid, each.born] = each.own
        self.at_least(sum(each.own + each.waited for each in processes))
        self.at_least(sum(self._seen.values()))

    def at_least(self, seconds: float) -> None:
        self.seconds = max(self.seconds, seconds)


def descendants(pid: int) -> list[int]:
    """Of a process, without itself; parents before their children."""
    found = _children(pid)
    for each in found:
        found += _children(each)
    return found


def examined(pids: list[int]) -> list[Process]:
    return [process for pid in pids if (process := _process(pid)) is not None]


def memory(pids: list[int]) -> int:
    """Bytes that processes hold besides files. What they share is counted for each that has it:
    more than it is, never less."""
    return sum(_fields(f"/proc/{pid}/status", (b"RssAnon:", b"RssShmem:")) for pid in pids)


def memory_shared_out(pids: list[int]) -> int:
    """The same, with shared pages divided among those that share them. Slow, and so asked only
    where it decides."""
    return sum(
        _fields(f"/proc/{pid}/smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:")) or memory([pid])
        for pid in pids
    )


def shared_mappings(pids: list[int]) -> int:
    """Bytes of shared memory without a file, which stay when a process no longer maps a page."""
    sizes: dict[bytes, int] = {}
    for pid in pids:
        for line in _lines(f"/proc/{pid}/maps"):
            if line.endswith(_ANONYMOUS):
                sizes[_inode(line)] = max(sizes.get(_inode(line), 0), _length(line))
    return sum(sizes.values())


def unlinked(pids: list[int], device: int) -> int:
    """Bytes of files without a name that are still open, or mapped, on a device."""
    sizes: dict[int, int] = {}
    for status in _open(pids):
        if status.st_nlink == 0 and status.st_dev == device:
            sizes[status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())


def of_machine(name: bytes) -> int:
    """A line of /proc/meminfo, in bytes."""
    return _fields("/proc/meminfo", (name + b":",))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
    return found


def _process(pid: int) -> Process | None:
    parts = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if len(parts) < 20:
        return None
    own, waited = int(parts[11]) + int(parts[12]), int(parts[13]) + int(parts[14])
    return Process(pid, int(parts[19]), own / _TICKS, waited / _TICKS)


def _open(pids: list[int]) -> Iterator[os.stat_result]:
    for pid in pids:
        for kind in ("fd", "map_files"):
            with suppress(OSError):
                for name in os.listdir(f"/proc/{pid}/{kind}"):
                    with suppress(OSError):
                        yield os.stat(f"/proc/{pid}/{kind}/{name}")


def _fields(path: str, names: tuple[bytes, ...]) -> int:
    return sum(int(line.split()[1]) << 10 for line in _lines(path) if line.startswith(names))


def _length(line: bytes) -> int:
    first, _, last = line.partition(b" ")[0].partition(b"-")
    return int(last, 16) - int(first, 16)


def _inode(line: bytes) -> bytes:
    return line.split(maxsplit=5)[4]


def _lines(path: str) -> list[bytes]:
    return _read(path).splitlines()


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return b""
