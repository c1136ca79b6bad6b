"""A row of a repository in every table that can have one, made from the schema alone: a table that
is added tomorrow is filled, too."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg

MARK = "a secret of this tenant"
_VALUES: dict[str, Any] = {
    "integer": 1,
    "smallint": 1,
    "real": 1.0,
    "double precision": 1.0,
    "boolean": True,
    "jsonb": '{"text": "' + MARK + '"}',
    "bytea": MARK.encode(),
    "date": "2026-01-01",
    "timestamp with time zone": "2026-01-01",
    "ARRAY": "{}",
    "USER-DEFINED": "[1]",  # a vector
}
_COLUMNS = """
SELECT column_name, data_type, is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO' AND is_generated = 'NEVER'
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s
ORDER BY ordinal_position
"""
_FOREIGN = """
SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, f.attname
FROM pg_constraint c
JOIN LATERAL unnest(c.conkey, c.confkey) k (of, to_) ON true
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.of
JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.to_
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid <> c.confrelid
"""
_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
AND c.relnamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'installation_id' AND NOT a.attisdropped)
"""
_CHECKS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = %s::regclass
"""

Row = tuple[Any, ...]


@dataclass
class Tenant:
    """`rows` are what was inserted: by table the values of its columns."""

    connection: psycopg.AsyncConnection[Row]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def fill(self) -> None:
        """Insert a row into each table, after those that it refers to."""
        foreign = await self._all(_FOREIGN)
        waiting = {name for (name,) in await tables(self.connection)} - set(self.rows)
        while waiting:
            ready = sorted(
                name
                for name in waiting
                if not any(to in waiting for of, _, to, _ in foreign if of == name)
            )
            # Of tables that refer to each other, the one that may do without goes first.
            for name in ready or ["repositories"]:
                await self._insert(name, [row for row in foreign if row[0] == name])
                waiting.discard(name)

    async def _insert(self, table: str, foreign: list[Row]) -> None:
        values = dict(self.rows.get("", {}))
        for _, column, to, key in foreign:
            if to in self.rows:
                values.setdefault(column, self.rows[to][key])
        columns = await self._all(_COLUMNS, table)
        checks = " ".join(text for (text,) in await self._all(_CHECKS, table))
        for name, kind, needed in columns:
            if needed and name not in values:
                values[name] = self._value(name, kind, checks)
        given = {name: values[name] for name, _, _ in columns if name in values}
        names = ", ".join(f'"{name}"' for name in given)
        slots = ", ".join(["%s"] * len(given))
        query = f"INSERT INTO {table} ({names}) VALUES ({slots}) RETURNING *"
        cursor = await self.connection.execute(query.encode(), list(given.values()))
        row = await cursor.fetchone()
        assert row is not None
        assert cursor.description is not None
        self.rows[table] = {
            column.name: value for column, value in zip(cursor.description, row, strict=True)
        }

    def _value(self, name: str, kind: str, checks: str) -> Any:
        """The first that a check lists, where one does; and no two tenants have the same."""
        number = self.rows["installations"]["id"]
        if listed := re.search(rf"\(?{name} = ANY \(ARRAY\['([^']*)'", checks):
            return listed[1]
        if kind == "uuid":
            return uuid.uuid4()
        return {"text": f"{MARK} {number}", "bigint": number}.get(kind, _VALUES.get(kind))

    async def _all(self, query: str, *values: Any) -> list[Row]:
        return await (await self.connection.execute(query.encode(), values)).fetchall()


async def tables(connection: psycopg.AsyncConnection[Row]) -> list[Row]:
    """Those that have rows of tenants."""
    return await (await connection.execute(_TABLES.encode())).fetchall()
