"""The App that was made on our own page, where the environment names none. There is one at most."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import class_row

from core.db.connect import Connection
from core.secrets import Keyring
from core.settings import GitHubApp, Secret

_PLACE = "github_apps.sealed:True"


@dataclass(frozen=True, slots=True)
class _Row:
    app_id: str
    client_id: str
    sealed: bytes


async def save(connection: Connection, keyring: Keyring, app: GitHubApp, *, slug: str) -> None:
    """In the place of one that was made before. What is secret of it is stored sealed."""
    secret = {
        "private_key": app.private_key,
        "webhook_secret": app.webhook_secret,
        "client_secret": app.client_secret,
    }
    await connection.execute(
        "INSERT INTO github_apps (app_id, slug, client_id, sealed) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (single) DO UPDATE SET app_id = excluded.app_id, slug = excluded.slug, "
        "client_id = excluded.client_id, sealed = excluded.sealed, created_at = now()",
        (app.app_id, slug, app.client_id, keyring.seal(_PLACE, secret)),
    )


async def get(connection: Connection, keyring: Keyring) -> GitHubApp | None:
    """None where there is none, or where no key of ours opens it."""
    cursor = connection.cursor(row_factory=class_row(_Row))
    await cursor.execute("SELECT app_id, client_id, sealed FROM github_apps")
    row = await cursor.fetchone()
    secret = keyring.unseal(_PLACE, bytes(row.sealed)) if row else None
    if row is None or secret is None:
        return None
    return GitHubApp(
        app_id=row.app_id,
        private_key=Secret(secret["private_key"]),
        webhook_secret=Secret(secret["webhook_secret"]),
        client_id=row.client_id,
        client_secret=Secret(secret["client_secret"]),
    )
