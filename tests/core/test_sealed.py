"""Every column that holds a secret is one that a change of the key reaches."""

from __future__ import annotations

import psycopg

from core.db import sealed
from core.settings import Settings

_SECRET = "(token|secret|sealed|credential|password|pem|private_key)"


async def test_each_column_of_secrets_is_known_to_whoever_changes_the_key(
    settings: Settings, database: object
) -> None:
    async with await psycopg.AsyncConnection.connect(settings.database_url) as connection:
        cursor = await connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('bytea', 'text', 'jsonb') "
            "AND column_name ~ %s",
            (_SECRET,),
        )
        found = set(await cursor.fetchall())
    assert found == {(column.table, column.name) for column in sealed.COLUMNS}
