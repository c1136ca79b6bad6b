"""What one pass over a repository's log costs, and what it weighs."""

from __future__ import annotations

import time
from pathlib import Path

from core.db import commits, repositories
from core.db.connect import Database
from core.settings import Settings
from workers import git
from workers.index import past

_SIZES = (
    "SELECT sum(pg_total_relation_size(name::regclass))::bigint "
    "FROM unnest(ARRAY['commits', 'file_history']) AS name"
)


async def measure(settings: Settings, database: Database, source: Path) -> str:
    """Markdown. The mirror is there before the clock starts."""
    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(
            connection, name=source.name, source=str(source)
        )
    mirror = git.mirror_path(settings.data_dir / "mirrors", repository.id)
    await git.fetch(str(source), mirror)
    newest = git.resolve(mirror, "")
    before = git.resolve(mirror, f"{newest}~10")
    anew = await _read(database, repository, mirror, before)
    pushed = await _read(database, repository, mirror, newest)
    async with database.tenant(0) as connection:
        kept = len(await commits.listed(connection, repository.id))
        (size,) = await (await connection.execute(_SIZES)).fetchone() or (0,)
    with git.Mirror(mirror) as opened:
        blobs = [e.sha for e in opened.tree(newest) if e.kind == "blob"]
        whole = sum(opened.size(sha) for sha in blobs)
    return (
        "| commits kept | read anew, s | a push of ten commits, s | tables, MB | of the tree |\n"
        "|---|---|---|---|---|\n"
        f"| {kept:,} | {anew:.2f} | {pushed:.2f} | {size / 1e6:.1f} | {size / whole:.2f} |"
    )


async def _read(
    database: Database, repository: repositories.Repository, mirror: Path, commit: str
) -> float:
    started = time.perf_counter()
    await past.read(database, repository, mirror, commit)
    return time.perf_counter() - started
