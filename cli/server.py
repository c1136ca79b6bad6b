"""A server process that outlives the process that started it, and is found again by the next.

While a server lives it holds a lock which it inherited, so that "is it alive" has one true answer,
whatever was killed and whoever has its process number or its port now.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from cli import locks
from cli.place import Place
from cli.processes import name_of
from core.errors import UserError
from core.settings import Secret

_POLL_SECONDS = 0.02
_START_SECONDS = 120.0
_LOG_BYTES = 5_000_000

# The shell leaves the server behind as nobody's child, and writes down its number itself: the
# record is right even if Ponder is killed in this very moment.
_LAUNCH = 'umask 077; "$@" >&2 & printf \'{"port": %s, "pid": %s}\\n\' "$0" "$!"'


@dataclass(frozen=True, slots=True)
class Running:
    port: int
    pid: int


class Server(Protocol):
    """What differs between the servers."""

    @property
    def name(self) -> str: ...

    @property
    def stop_signals(self) -> tuple[signal.Signals, ...]: ...

    def prepare(self, port: int) -> list[str]:
        """Write what the server needs, at the first start and at each; return its command."""
        ...

    def ready(self, running: Running) -> bool: ...

    def repair(self) -> bool:
        """Mend what keeps the server from starting; False where there is nothing to mend."""
        ...

    def url(self, port: int) -> Secret: ...


def ensure(place: Place, server: Server) -> Secret:
    """Its URL, once it answers. Call it under the start lock."""
    running = _recorded(place, server)
    if not locks.is_free(_alive(place, server)):
        if running and _wait(place, server, running):
            return server.url(running.port)
        stop(place, server)
    return server.url(_start(place, server, running.port if running else 0).port)


def stop(place: Place, server: Server) -> None:
    """Ask politely, then less so; return when it is gone. Call it under the start lock."""
    for number in (*server.stop_signals, signal.SIGKILL):
        running = _recorded(place, server)
        if running and not locks.is_free(_alive(place, server)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, number)
        if _gone(place, server, seconds=20.0):
            return
    raise UserError(
        f"The embedded {server.name} cannot be stopped; end the process that holds "
        f"{_alive(place, server)} and try again."
    )


def seems_alive(place: Place, server: Server) -> bool:
    """Without the start lock, and cheap enough to be asked every other second."""
    running = _recorded(place, server)
    return running is not None and name_of(running.pid) is not None


def is_alive(place: Place, server: Server) -> bool:
    """Call it under the start lock: asking takes the server's own lock for a moment."""
    return not locks.is_free(_alive(place, server))


def _start(place: Place, server: Server, last_port: int) -> Running:
    """Its last port, where it is free: clients of a server that was killed find it again."""
    port, tries = last_port if _is_free(last_port) else _free_port(), 0
    while True:
        running, tries = _launch(place, server, port), tries + 1
        if _wait(place, server, running):
            return running
        if is_alive(place, server):
            stop(place, server)
        last = _last_line(_log(place, server))
        taken = not _is_free(port)
        if tries >= 5 or not (taken or server.repair()):
            raise UserError(
                f"The embedded {server.name} does not start ({last}); see {_log(place, server)}."
            )
        port = _free_port() if taken else port


def _launch(place: Place, server: Server, port: int) -> Running:
    command = server.prepare(port)
    lock = locks.try_exclusive(_alive(place, server))
    if lock is None:
        raise UserError(f"The embedded {server.name} is being started by another program.")
    record = place.records / f"{server.name}.json"
    try:
        with _private(record, "w") as out, _private(_log(place, server), "a") as log:
            subprocess.run(
                ["/bin/sh", "-c", _LAUNCH, str(port), *command],
                stdout=out,
                stderr=log,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                pass_fds=(lock,),
                start_new_session=True,
                check=True,
                **place.account.switch,
            )
    finally:
        os.close(lock)
    running = _recorded(place, server)
    assert running is not None
    return running


def _wait(place: Place, server: Server, running: Running) -> bool:
    """Whether it came to answer before it died or the time was up."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.ready(running):
            return True
        # What remains of a killed server may hold its lock for a moment.
        if not is_alive(place, server) or name_of(running.pid) is None:
            return False
        time.sleep(_POLL_SECONDS)
    return False


def _gone(place: Place, server: Server, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if locks.is_free(_alive(place, server)):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _recorded(place: Place, server: Server) -> Running | None:
    try:
        return Running(**json.loads((place.records / f"{server.name}.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _alive(place: Place, server: Server) -> Path:
    return place.records / f"{server.name}.alive"


def _log(place: Place, server: Server) -> Path:
    path = place.records / f"{server.name}.log"
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    return path


def _private(path: Path, mode: str) -> IO[str]:
    """Open for writing a file that only its owner may read."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Connections that linger after the last server do not keep the port from the next.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _last_line(log: Path) -> str:
    """What the server said last, without its time stamp's noise."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
