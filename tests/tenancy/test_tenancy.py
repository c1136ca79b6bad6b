"""Ten thousand requests of one tenant for what is another's: statements by the application's role,
the HTTP API, and the arguments of jobs. Seeded, and made from the schema, the routes and the kinds
of work as they are, so that what is added tomorrow is asked for, too."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from aiohttp.hdrs import METH_POST

from core.db import work
from core.db.connect import Connection, Database
from core.queue import Queue
from core.settings import Settings
from tests.every_table import Row, Tenant, tables
from tests.web import stage, thinker
from tests.web.test_login import Site, github_settings, site, stand_in
from tests.web.thinker import BUG
from web.app import API, PAGES
from workers import jobs
from workers.context import Context
from workers.kinds import KINDS
from workers.retrieve.search import Searcher

__all__ = ["github_settings", "site", "stand_in"]

STATEMENTS, REQUESTS, JOBS = 9500, 350, 150
OURS, THEIRS = 501, 502
_HOLE = r"\{(\w+)(?::[^{}]*)?\}"
ADDED_TO_ONLY = frozenset({"audit_log"})


@dataclass
class Tenants:
    owner: psycopg.AsyncConnection[Row]
    theirs: dict[str, dict[str, Any]]

    async def digest(self) -> dict[str, str]:
        """Of all rows of the other tenant, by table."""
        found = {}
        for name in sorted(self.theirs.keys() - {"installations", ""}):
            cursor = await self.owner.execute(
                f"SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} t "
                f"WHERE installation_id = {THEIRS}".encode()
            )
            ((found[name],),) = await cursor.fetchall()
        return found


@pytest.fixture
async def tenants(database: Database, _owner: psycopg.AsyncConnection[Row]) -> Tenants:
    filled = []
    for number in (OURS, THEIRS):
        tenant = Tenant(_owner)
        await _owner.execute("INSERT INTO installations (id, account) VALUES (%s, 'o')", (number,))
        tenant.rows["installations"] = {"id": number}
        tenant.rows[""] = {"installation_id": number, "github_id": number}
        await tenant.fill()
        filled.append(tenant)
    assert len(await tables(_owner)) > 40
    return Tenants(_owner, filled[1].rows)


def _statements(
    theirs: dict[str, dict[str, Any]], count: int, *, reading: bool
) -> Iterator[tuple[str, list[Any]]]:
    """Each names a row of theirs by one of its columns, and reads, changes or deletes it."""
    chance = random.Random(1)
    named = {
        table: [c for c, v in row.items() if isinstance(v, int | str) and not isinstance(v, bool)]
        for table, row in theirs.items()
        if table not in ("", "installations")
    }
    for _ in range(count):
        table = chance.choice(sorted(named))
        column = chance.choice(sorted({*named[table], "installation_id"}))
        value = theirs[table].get(column, THEIRS)
        where = f'WHERE "{column}" = %s AND installation_id = {THEIRS}'
        acts = ["SELECT count(*) FROM"]
        if table not in ADDED_TO_ONLY and not reading:
            acts += ["DELETE FROM", "UPDATE"]
        act = chance.choice(acts)
        change = f"SET installation_id = {OURS}" if act == "UPDATE" else ""
        yield f"{act} {table} {change} {where}", [value]


async def _touched(
    connection: Connection, count: int, theirs: dict[str, Any], *, reading: bool = False
) -> list[str]:
    """The statements that saw or changed a row."""
    asked = list(_statements(theirs, count, reading=reading))
    found = []
    async with connection.pipeline():
        cursors = [await connection.execute(text.encode(), values) for text, values in asked]
    for (text, _), cursor in zip(asked, cursors, strict=True):
        seen = (await cursor.fetchone() or (0,))[0] if cursor.description else cursor.rowcount
        if seen:
            found.append(text)
    return found


async def test_no_statement_of_a_tenant_reaches_another(
    database: Database, tenants: Tenants
) -> None:
    before = await tenants.digest()
    async with database.tenant(OURS) as connection:
        assert await _touched(connection, STATEMENTS, tenants.theirs) == []
    assert await tenants.digest() == before
    # As the other tenant, the same statements find what they name.
    async with database.tenant(THEIRS) as connection:
        assert len(await _touched(connection, 60, tenants.theirs, reading=True)) > 30


async def test_no_tenant_adds_a_row_to_another(database: Database, tenants: Tenants) -> None:
    refused = 0
    for table, row in tenants.theirs.items():
        if table in ("", "installations"):
            continue
        async with database.tenant(OURS) as connection:
            query = f"INSERT INTO {table} (installation_id) VALUES ({row['installation_id']})"
            with pytest.raises(
                (psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)
            ) as refusal:
                await connection.execute(query.encode())
            await connection.rollback()
            refused += isinstance(refusal.value, psycopg.errors.InsufficientPrivilege)
    assert refused > 20


async def test_no_request_shows_or_changes_what_is_anothers(site: Site, database: Database) -> None:
    """Every route, with whatever of another's it may be asked for."""
    run = await thinker.filled(database, site.unseen)
    answer = await stage.ask_directly(database, site.unseen, "What is the secret of the other?")
    await site.log_in("ada")
    named = {
        "repo": [site.unseen.id, site.unseen.id + 1000, "0", "-1", f"0{site.unseen.id}"],
        "run_id": [run.id, uuid4()],
        "answer_id": [answer.id, uuid4()],
        "conversation_id": [answer.conversation_id, uuid4()],
        "fingerprint": [BUG.fingerprint, "0" * 32],
        "act": ["draft", "test", "fix"],
        "name": ["log.txt", "..%2Flog.txt"],
        "commit": [stage.COMMIT, "0" * 40],
        "path": [stage.RETRY, "..%2F..%2Fsecret"],
    }
    chance = random.Random(2)
    routes = [route for route in (*API, *PAGES) if not _public(route.path)]
    before = await _all_rows(site, site.unseen.id)
    for _ in range(REQUESTS):
        route = chance.choice(routes)
        path = re.sub(_HOLE, lambda hole: str(chance.choice(named.get(hole[1], ["x"]))), route.path)
        fields = _fields(named)
        sent: dict[str, Any] = {"params": {name: str(value) for name, value in fields.items()}}
        if route.method == METH_POST:
            sent = {"json": fields} if chance.random() < 0.5 else {"data": sent["params"]}
        response = await site.client.request(route.method, path, allow_redirects=False, **sent)
        text = await response.text() if response.content_type != "text/event-stream" else ""
        assert response.status < 500, (route.method, path, text)
        assert "secret" not in text.replace("..%2F..%2Fsecret", ""), (route.method, path, text)
        response.close()
    assert await _all_rows(site, site.unseen.id) == before


def _public(path: str) -> bool:
    return path.startswith(("/login", "/logout", "/metrics", "/openapi", "/healthz", "/readyz"))


def _fields(named: dict[str, list[Any]]) -> dict[str, Any]:
    """What a query or a body may hold."""
    return {
        "repo_id": named["repo"][0],
        "answer_id": str(named["answer_id"][0]),
        "conversation_id": str(named["conversation_id"][0]),
        "fingerprint": named["fingerprint"][0],
        "question": "Where is it?",
        "vote": 1,
        "on": True,
        "state": "dismissed",
        "scope": stage.RETRY,
        "query": "retry",
        "q": "retry",
        "repo": "octo/project",
    }


async def _all_rows(site: Site, repository_id: int) -> list[Any]:
    found = []
    for table in ("repositories", "answers", "conversations", "findings", "runs", "learning"):
        column = "id" if table == "repositories" else "repository_id"
        found += await site.sql(
            f"SELECT '{table}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} t "
            f"WHERE {column} = {repository_id}"
        )
    return found


@pytest.fixture
async def context(settings: Settings, database: Database, queue: Queue) -> Context:
    searcher = Searcher(database, None)
    return Context(settings, database, queue, searcher, endpoint=None, github=None)


async def test_no_argument_of_a_job_reaches_another(context: Context, tenants: Tenants) -> None:
    """Work of one tenant whose subject names what is another's: it ends without having done it."""
    theirs, chance = tenants.theirs, random.Random(3)
    subject = {
        "repository_id": theirs["repositories"]["id"],
        "answer_id": str(theirs["answers"]["id"]),
        "snapshot_id": theirs["snapshots"]["id"],
        "installation_id": THEIRS,
        "ref": "main",
        "base": "0" * 40,
        "head": "0" * 40,
        "number": 1,
        "query": "secret",
        "limit": 5,
        "topic": "theirs",
        "scope": "a.py",
        "fingerprint": str(theirs["findings"]["fingerprint"]),
        **{f"{name}_id": row["id"] for name, row in _numbered(theirs)},
    }
    before = await tenants.digest()
    for _ in range(JOBS):
        kind = chance.choice(sorted(KINDS))
        async with context.database.tenant(OURS) as connection:
            row = await work.add(
                connection, installation_id=OURS, kind=kind, queue="background", subject=subject
            )
        await jobs.run_work({"context": context}, row.id)
    assert await tenants.digest() == before


def _numbered(rows: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, row in rows.items():
        if isinstance(row.get("id"), int) and name not in ("installations", "repositories"):
            yield name.removesuffix("s"), row
