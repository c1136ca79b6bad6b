"""Numbered SQL, forward only, under an advisory lock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

import psycopg

from core.errors import UserError

LOCK = 0x706F6E646572  # 'ponder'
PGVECTOR = (0, 8, 4)  # below it, filtered HNSW scans can crash or return too little


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """The files of the package `migrations`, in order."""
    found = []
    for file in resources.files("migrations").iterdir():
        match = re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name)
        if match:
            found.append(Migration(int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a server has. `pgvector` is '' where it is missing; `pending` are names."""

    server: str
    pgvector: str
    pending: tuple[str, ...]


async def examine(url: str) -> Examined:
    """Look, and change nothing. Raises UserError where the server is out of reach."""
    async with await _connect(url) as connection:
        cursor = await connection.execute("SELECT to_regclass('migrations') IS NOT NULL")
        (migrated,) = await cursor.fetchone() or (False,)
        done = await _done(connection) if migrated else set()
        versions = await _pgvector_versions(connection)
        return Examined(
            server=str(connection.info.parameter_status("server_version")).partition(" ")[0],
            pgvector=(versions[1] or versions[0]) if versions else "",
            pending=tuple(each.name for each in migrations() if each.number not in done),
        )


async def migrate(url: str) -> list[str]:
    """Apply what is missing, each in its own transaction; return the names applied.

    Raises UserError where the server is out of reach, or pgvector is missing or too old.
    """
    async with await _connect(url) as connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        try:
            await _require_pgvector(connection)
            return await _apply(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise UserError(
                f"The user of DATABASE_URL may not migrate ({str(error).splitlines()[0]}); run "
                "'ponder migrate' with that of a superuser, or let one run 'CREATE EXTENSION "
                "vector; CREATE ROLE ponder_app NOLOGIN; GRANT ponder_app TO … WITH ADMIN "
                "OPTION;' first."
            ) from error
        finally:
            await connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


async def _connect(url: str) -> psycopg.AsyncConnection:
    try:
        return await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise UserError(
            f"PostgreSQL cannot be reached ({str(error).strip().splitlines()[0]}); check "
            "DATABASE_URL, or unset it to use the embedded server."
        ) from error


async def _done(connection: psycopg.AsyncConnection) -> set[int]:
    cursor = await connection.execute("SELECT number FROM migrations")
    return {row[0] for row in await cursor.fetchall()}


async def _pgvector_versions(connection: psycopg.AsyncConnection) -> tuple[str, str | None] | None:
    """What the server could install, and what this database has."""
    cursor = await connection.execute(
        "SELECT default_version, installed_version FROM pg_available_extensions "
        "WHERE name = 'vector'"
    )
    return await cursor.fetchone()


async def _apply(connection: psycopg.AsyncConnection) -> list[str]:
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz DEFAULT now())"
    )
    done = await _done(connection)
    applied = []
    for migration in migrations():
        if migration.number in done:
            continue
        async with connection.transaction():
            # A migration waits for a lock rather than make every query wait behind it.
            await connection.execute("SET LOCAL lock_timeout = '30s'")
            await connection.execute(migration.sql.encode())
            await connection.execute(
                "INSERT INTO migrations (number, name) VALUES (%s, %s)",
                (migration.number, migration.name),
            )
        applied.append(migration.name)
    return applied


async def _require_pgvector(connection: psycopg.AsyncConnection) -> None:
    row = await _pgvector_versions(connection)
    if row is None:
        raise UserError(
            "PostgreSQL has no pgvector; install it on the server's machine, for example with "
            "'apt install postgresql-18-pgvector' or the image pgvector/pgvector:pg18."
        )
    available, installed = row
    if version(installed or available) >= PGVECTOR:
        return
    needed = ".".join(map(str, PGVECTOR))
    if installed and version(available) >= PGVECTOR:
        raise UserError(
            f"pgvector {installed} is older than {needed}; run 'ALTER EXTENSION vector UPDATE;' "
            "as a superuser of this database."
        )
    raise UserError(
        f"pgvector {installed or available} is older than {needed}; upgrade the server's package, "
        "for example with 'apt install --only-upgrade postgresql-18-pgvector'"
        + (", then run 'ALTER EXTENSION vector UPDATE;'." if installed else ".")
    )


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
