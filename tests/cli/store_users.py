"""Processes that use the stores of a data directory, and what is left of them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from cli import locks, place
from core.settings import Settings

# A process that uses the stores until its input ends, and says where they are.
_USER = """
import encodings.idna, os, sys
from cli.stores import stores
from core.settings import Settings
if sys.argv[2:]:
    # After the imports: an ordinary user may not be able to enter root's interpreter.
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[2]))
settings = Settings.from_environment({"PONDER_DATA_DIR": sys.argv[1]})
with stores(settings, durable=False) as running:
    print(str(running.database_url), str(running.redis_url), flush=True)
    sys.stdin.read()
"""


class User:
    """A process that uses the stores of a data directory."""

    def __init__(self, data_dir: Path, *ids: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data_dir), *map(str, ids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.urls: list[str] = []

    def started(self) -> User:
        assert self.process.stdout is not None
        self.urls = self.process.stdout.readline().split()
        assert len(self.urls) == 2
        return self

    def leave(self) -> None:
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


def settings_of(data_dir: Path, **more: str) -> Settings:
    return Settings.from_environment({"PONDER_DATA_DIR": str(data_dir), **more})


def answers(database_url: str, redis_url: str) -> bool:
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            connection.execute("SELECT 1")
        with redis.Redis.from_url(redis_url) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.ConnectionError):
        return False


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def alive(data_dir: Path) -> set[str]:
    records = place.records_of(data_dir)
    return {n for n in ("postgresql", "valkey") if not locks.is_free(records / f"{n}.alive")}


def pid_of(data_dir: Path, server: str) -> int:
    record = (place.records_of(data_dir) / f"{server}.json").read_text()
    return int(record.split('"pid": ')[1].rstrip("}\n"))
