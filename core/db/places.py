"""Places: what must be known of a repository to decide what follows from its events, asked of all
that a batch of them is about in one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.connect import Connection
from core.db.repositories import COLUMNS, Repository


@dataclass(frozen=True, slots=True)
class Place:
    """`config` is the text of .github/ponder.yml, b'' for none; `commit` what is indexed of the
    default branch, '' for nothing yet; `tended` where drafts of ours are open; `learns` where
    Continual Learning is on."""

    repository: Repository
    config: bytes
    commit: str
    tended: bool
    learns: bool


_QUERY = (
    f"SELECT {', '.join(f'r.{column}' for column in COLUMNS)}, "
    "coalesce(c.content, ''), coalesce(s.commit_sha, ''), "
    "EXISTS (SELECT FROM drafts d WHERE d.repository_id = r.id AND d.state = 'open'), "
    'coalesce(l."on", false) '
    "FROM repositories r LEFT JOIN repository_configs c ON c.repository_id = r.id "
    "LEFT JOIN snapshots s ON s.id = r.snapshot_id LEFT JOIN learning l ON l.repository_id = r.id "
    "WHERE r.github_id = ANY(%b) AND r.removed_at IS NULL"
)


async def known(connection: Connection, github_ids: Sequence[int]) -> dict[int, Place]:
    """By GitHub's number of the repository. Those that were never met, or are gone, are not among
    them."""
    cursor = await connection.execute(_QUERY, (list(github_ids),))
    places = {}
    for row in await cursor.fetchall():
        repository, (config, *rest) = Repository(*row[: len(COLUMNS)]), row[len(COLUMNS) :]
        places[repository.github_id or 0] = Place(repository, bytes(config), *rest)
    return places
