"""What something costs: seconds by the wall, seconds of processors, peak memory."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.05  # seconds between two looks at the memory


@dataclass
class Usage:
    """Of this process and those it started; servers are others' children, and not in it."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_mib: float = 0.0


@contextmanager
def measured() -> Iterator[Usage]:
    """Filled when the block ends."""
    usage, ended = Usage(), threading.Event()
    watching = threading.Thread(target=_watch, args=(usage, ended), daemon=True)
    watching.start()
    cpu, began = _cpu(), time.monotonic()
    try:
        yield usage
    finally:
        usage.wall = time.monotonic() - began
        usage.cpu = _cpu() - cpu
        ended.set()
        watching.join()


def _watch(usage: Usage, ended: threading.Event) -> None:
    while not ended.wait(_EVERY):
        usage.peak_mib = max(usage.peak_mib, _resident() / (1 << 20))


def _resident() -> int:
    """Bytes of this process and its descendants; pages that they share count for each."""
    return sum(_statm(pid) for pid in descendants(os.getpid()))


def _statm(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _cpu() -> float:
    """Seconds, of descendants that still run too."""
    own = os.times()
    running = sum(cpu_of(pid) for pid in descendants(os.getpid()) if pid != os.getpid())
    return own.user + own.system + own.children_user + own.children_system + running


def cpu_of(pid: int) -> float:
    """Seconds of a process and of its children that have ended."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / _TICKS if fields else 0.0


def cpu_of_database(folder: Path) -> float:
    """Seconds of the PostgreSQL that keeps its cluster in a folder, and of its processes."""
    servers = [int(file.read_text().split()[0]) for file in folder.rglob("postmaster.pid")]
    return sum(cpu_of(pid) for server in servers for pid in descendants(server))


def descendants(pid: int) -> list[int]:
    """The process itself first."""
    parents = {int(each.name): _stat(int(each.name)) for each in Path("/proc").glob("[0-9]*")}
    found = [pid]
    for parent in found:
        found += [child for child, stat in parents.items() if stat and int(stat[1]) == parent]
    return found


def _stat(pid: int) -> list[str]:
    """What follows the name of the program: state, parent, …; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def machine() -> str:
    """What else the machine does, for a table."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
