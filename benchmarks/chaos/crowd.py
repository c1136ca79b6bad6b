"""The processes of a Ponder on stores of its own: killed at any moment, and started again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from benchmarks.query.stage import Stage, environment
from cli import stores
from core.errors import UserError
from core.settings import Secret
from tests.github_stand_in.server import StandIn

STORES = {"postgresql": "postgresql.json", "valkey": "valkey.json"}
_QUEUES = ("--queue", "interactive", "--queue", "indexing", "--queue", "background")
_ROLES = ("bot", "worker", "worker_2")


@dataclass
class Crowd:
    """A bot, two workers, PostgreSQL and Valkey."""

    stage: Stage
    stand_in: StandIn
    work: Path
    chance: random.Random
    port: int
    alive: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)

    def start(self) -> None:
        for role in _ROLES:
            running = self.alive.get(role)
            if running is None or running.poll() is not None:
                self.alive[role] = self._started(role)

    def _started(self, role: str) -> subprocess.Popen[bytes]:
        bot = ("bot", "--port", str(self.port))
        command = bot if role == "bot" else ("worker", *_QUEUES)
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", *command],
            env=environment(self.stage.settings)
            | self.stand_in.environment
            | {"PYTHONPATH": os.getcwd(), "GITHUB_WRITE_PAUSE": "0"},
            stdout=subprocess.DEVNULL,
            stderr=(self.work / f"{role}.log").open("ab"),
        )

    async def harm(self) -> None:
        """Kill a process with SIGKILL, or cut all connections of a store."""
        which = self.chance.choice([*_ROLES, *STORES, "connections"])
        self.kills.append(which)
        if which in self.alive:
            self.alive[which].kill()
        elif which == "connections":
            await self._cut()
        else:
            record = self.stage.settings.data_dir / "stores" / STORES[which]
            with suppress(ProcessLookupError, OSError, ValueError):
                os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)

    async def _cut(self) -> None:
        with suppress(psycopg.Error):
            async with await psycopg.AsyncConnection.connect(
                self.stage.settings.database_url, autocommit=True, connect_timeout=2
            ) as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )

    async def tend(self) -> None:
        """Start what is gone: as a supervisor does, and as `ponder up` does with its stores."""
        embedded = replace(self.stage.settings, database_url=Secret(""), redis_url=Secret(""))
        with suppress(UserError):  # it was killed while it was started: the next time, then
            await asyncio.to_thread(stores.ensure, embedded)
        self.start()

    def end(self) -> None:
        for each in self.alive.values():
            each.kill()
            each.wait()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port
