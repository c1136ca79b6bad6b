from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

import psycopg

from core.settings import Settings
from tests.cli.conftest import Ponder


def test_tables_are_made_once(ponder: Ponder, settings: Settings) -> None:
    name = f"ponder_test_{secrets.token_hex(6)}"
    url = urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{name}"))
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            first = ponder("migrate", DATABASE_URL=url)
            second = ponder("migrate", DATABASE_URL=url)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Applied 0001_initial.sql.\n" in first.stdout
    assert second.stdout == "The database is up to date.\n"


def test_a_server_out_of_reach_is_told(ponder: Ponder) -> None:
    done = ponder("migrate", DATABASE_URL="postgresql://ponder:secret@127.0.0.1:1/ponder")
    assert done.returncode == 1
    assert done.stderr.startswith("ponder: PostgreSQL cannot be reached")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
