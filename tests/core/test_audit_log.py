"""Lines are added and read; nothing else can be done with them by the application's role."""

from __future__ import annotations

import psycopg
import pytest

from core.db import audit_log, repositories
from core.db.audit_log import Line, New
from core.db.connect import Database
from core.db.repositories import Repository
from tests.tenants import tenant


async def _lines(database: Database, repository: Repository) -> list[Line]:
    async with database.tenant(repository.installation_id) as connection:
        return await audit_log.of_repository(connection, repository.id)


async def _told(database: Database, repository: Repository, what: str) -> None:
    async with database.tenant(repository.installation_id) as connection:
        line = New(repository.installation_id, repository.id, "ada", "command", what)
        await audit_log.add(connection, line)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'mallory'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT INTO audit_log (installation_id, actor, act, what, at) "
        "VALUES (0, 'ada', 'command', 'then', '2001-01-01')",
        "INSERT INTO audit_log (id, installation_id, actor, act, what) "
        "OVERRIDING SYSTEM VALUE VALUES (1, 0, 'ada', 'command', 'first')",
        "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit_log",
        "ALTER FUNCTION ponder_forget_audit() RESET ALL",
    ],
)
async def test_the_application_only_adds(database: Database, statement: str) -> None:
    repository = await tenant(database, 7)
    await _told(database, repository, "review")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.system() as connection:
            await connection.execute(statement.encode())
    assert "review" in [line.what for line in await _lines(database, repository)]


async def test_a_tenant_sees_its_own_lines_and_adds_none_to_another(database: Database) -> None:
    ours, theirs = await tenant(database, 7), await tenant(database, 8)
    await _told(database, theirs, "fix")
    async with database.tenant(ours.installation_id) as connection:
        assert await audit_log.of_repository(connection, theirs.id) == []
    line = New(theirs.installation_id, theirs.id, "mallory", "command", "fix")
    async with database.tenant(ours.installation_id) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await audit_log.add(connection, line)


async def test_only_what_is_old_goes(database: Database) -> None:
    repository = await tenant(database, 7)
    for what in ("old", "new"):
        await _told(database, repository, what)
    async with await psycopg.AsyncConnection.connect(database.url) as owner:
        await owner.execute(
            "UPDATE audit_log SET at = now() - interval '401 days' WHERE what = 'old'"
        )
    async with database.system() as connection:
        assert await audit_log.forget(connection) == 1
        assert await audit_log.forget(connection) == 0
    assert "new" in [line.what for line in await _lines(database, repository)]


async def test_settings_are_told_with_who_changed_them(database: Database) -> None:
    (line,) = await _lines(database, await tenant(database, 7))
    assert (line.actor, line.act, line.detail["on"]) == ("me", "setting", True)


async def test_what_was_done_stays_on_record(database: Database) -> None:
    repository = await tenant(database, 7)
    before = await _lines(database, repository)
    async with database.system() as connection:
        await repositories.mark_removed(connection, repository.id)
        await repositories.delete_removed(connection, repository.id)
    assert await _lines(database, repository) == before != []
