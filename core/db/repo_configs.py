"""What the default branch's .github/ponder.yml says, kept beside the index: it counts even where
the file itself is not indexed."""

from __future__ import annotations

from core.db.connect import Connection
from core.db.repositories import Repository
from core.repo_config import Parsed, RepoConfig, parse


async def keep(
    connection: Connection, repository: Repository, *, commit: str, content: bytes
) -> None:
    """`content` b'' where there is no such file at this commit."""
    await connection.execute(
        "INSERT INTO repository_configs (repository_id, installation_id, commit_sha, content) "
        "VALUES (%s, %s, %s, %s) ON CONFLICT (repository_id) DO UPDATE SET "
        "commit_sha = excluded.commit_sha, content = excluded.content",
        (repository.id, repository.installation_id, commit, content),
    )


async def content(connection: Connection, repository: Repository) -> bytes:
    """The file itself; b'' where there is none, or nothing was indexed yet."""
    cursor = await connection.execute(
        "SELECT content FROM repository_configs WHERE repository_id = %s", (repository.id,)
    )
    row = await cursor.fetchone()
    return bytes(row[0]) if row else b""


async def parsed(connection: Connection, repository: Repository) -> Parsed:
    """With what is wrong in it, and which settings it gives."""
    return parse(await content(connection, repository))


async def config(connection: Connection, repository: Repository) -> RepoConfig:
    """What counts, defaults included."""
    return (await parsed(connection, repository)).config
