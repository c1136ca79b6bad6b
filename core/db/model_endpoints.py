"""Model endpoints: what probing one found, so that no process has to ask twice."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from core.db.connect import Connection


async def capabilities(connection: Connection, base_url: str, model: str) -> dict[str, Any] | None:
    """None where the endpoint was not probed yet."""
    cursor = await connection.execute(
        "SELECT capabilities FROM model_endpoints WHERE base_url = %s AND model = %s",
        (base_url, model),
    )
    row = await cursor.fetchone()
    return dict(row[0]) if row else None


async def remember(
    connection: Connection, base_url: str, model: str, found: dict[str, Any]
) -> None:
    await connection.execute(
        "INSERT INTO model_endpoints (base_url, model, capabilities) VALUES (%s, %s, %s) "
        "ON CONFLICT (base_url, model) "
        "DO UPDATE SET capabilities = excluded.capabilities, probed_at = now()",
        (base_url, model, Jsonb(found)),
    )
