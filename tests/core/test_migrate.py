"""Numbered SQL, applied once, on a server that can hold vectors."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from core.db import migrate as module
from core.db.migrate import examine, migrate, migrations
from core.errors import UserError
from core.settings import Settings


@pytest.fixture
async def empty(settings: Settings) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    name = f"ponder_test_{secrets.token_hex(6)}"
    async with await psycopg.AsyncConnection.connect(
        settings.database_url, autocommit=True
    ) as connection:
        await connection.execute(f"CREATE DATABASE {name}".encode())
        yield urlunsplit(urlsplit(settings.database_url)._replace(path=f"/{name}"))
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


NAMES = [each.name for each in migrations()]


async def test_processes_that_migrate_at_once_apply_each_file_once(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], NAMES]


async def test_looking_changes_nothing(empty: str) -> None:
    before = await examine(empty)
    assert list(before.pending) == NAMES
    assert await examine(empty) == before
    await migrate(empty)
    after = await examine(empty)
    assert (after.pending, after.pgvector) == ((), before.pgvector)


async def test_an_index_of_the_first_version_is_made_anew(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = migrations()
    monkeypatch.setattr(module, "migrations", lambda: every[:1])
    await migrate(empty)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        await connection.execute(
            "INSERT INTO repositories (installation_id, name, source) VALUES (0, 'shop', '/shop'); "
            "INSERT INTO snapshots (installation_id, repository_id, ref, commit_sha, rules) "
            "SELECT 0, id, 'main', 'c', 'r' FROM repositories; "
            "UPDATE repositories SET snapshot_id = (SELECT id FROM snapshots)"
        )
    monkeypatch.setattr(module, "migrations", lambda: every)
    await migrate(empty)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        cursor = await connection.execute("SELECT name, snapshot_id FROM repositories")
        assert await cursor.fetchall() == [("shop", None)]


@pytest.mark.parametrize("before", [5, 6])
async def test_vectors_of_an_earlier_form_are_made_again(
    empty: str, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    every = migrations()
    monkeypatch.setattr(module, "migrations", lambda: every[:before])
    await migrate(empty)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        await connection.execute(
            "INSERT INTO repositories (installation_id, name, source) VALUES (0, 'shop', '/shop'); "
            "INSERT INTO embedding_models (installation_id, repository_id, provider, dimensions, "
            "state) SELECT 0, id, 'openai:small', 2, 'serving' FROM repositories; "
            "INSERT INTO blobs (installation_id, repository_id, sha, language, rules, lines, size, "
            "text) SELECT 0, id, '0a', 'go', 'r', 1, 1, '' FROM repositories; "
            "INSERT INTO blob_vectors SELECT m.id, b.id, 0, '\\x003c0000' "
            "FROM embedding_models m, blobs b"
        )
    monkeypatch.setattr(module, "migrations", lambda: every)
    await migrate(empty)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        cursor = await connection.execute(
            "SELECT (SELECT count(*) FROM blob_vectors), (SELECT count(*) FROM embedding_models)"
        )
        assert await cursor.fetchone() == (0, 0)


async def test_a_file_that_fails_leaves_nothing_behind(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = module.Migration(9999, "9999_broken.sql", "CREATE TABLE half (); SELECT 1 / 0")
    monkeypatch.setattr(module, "migrations", lambda: [*migrations(), broken])
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(empty)
    assert (await examine(empty)).pending == ("9999_broken.sql",)
    async with await psycopg.AsyncConnection.connect(empty) as connection:
        cursor = await connection.execute("SELECT to_regclass('half'), to_regclass('work')")
        assert await cursor.fetchone() == (None, "work")


@pytest.mark.parametrize(
    ("versions", "mend"),
    [
        (None, "no pgvector; install it"),
        (("0.7.4", None), "apt install --only-upgrade"),
        (("0.7.4", "0.7.4"), "then run 'ALTER EXTENSION vector UPDATE;'"),
        (("0.8.5", "0.8.3"), "run 'ALTER EXTENSION vector UPDATE;' as a superuser"),
    ],
)
async def test_a_pgvector_that_is_missing_or_old_is_refused_with_what_mends_it(
    empty: str,
    monkeypatch: pytest.MonkeyPatch,
    versions: tuple[str, str | None] | None,
    mend: str,
) -> None:
    async def told(_: psycopg.AsyncConnection) -> tuple[str, str | None] | None:
        return versions

    monkeypatch.setattr(module, "_pgvector_versions", told)
    with pytest.raises(UserError, match=mend):
        await migrate(empty)
    assert list((await examine(empty)).pending) == NAMES


async def test_a_server_out_of_reach_is_told() -> None:
    with pytest.raises(UserError, match="check DATABASE_URL"):
        await examine("postgresql://ponder@127.0.0.1:1/ponder")


async def test_a_user_who_may_not_is_told_what_a_superuser_does(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: psycopg.AsyncConnection) -> list[str]:
        raise psycopg.errors.InsufficientPrivilege('permission denied to create extension "vector"')

    monkeypatch.setattr(module, "_apply", refuse)
    with pytest.raises(UserError, match="CREATE EXTENSION vector; CREATE ROLE ponder_app"):
        await migrate(empty)
