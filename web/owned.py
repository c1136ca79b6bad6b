"""Who owns a file, by the CODEOWNERS of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from core import codeowners
from core.db import blobs, files
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.snapshots import Snapshot
from web.insights import place_url


@dataclass(frozen=True, slots=True)
class Owned:
    """`url` shows the line that says so."""

    owners: tuple[str, ...]
    url: str


async def owned(
    connection: Connection, repository: Repository, snapshot: Snapshot, path: str
) -> Owned | None:
    """None where no rule fits, or the one that decides names nobody."""
    for place in codeowners.FILES:
        file = await files.at(connection, snapshot.id, place)
        blob = await blobs.text_of(connection, file.blob_id) if file and file.blob_id else None
        if blob is None:
            continue
        rule = codeowners.owner_of(path, codeowners.rules(blob.text))
        if rule is None or not rule.owners:
            return None
        url = place_url(repository.id, snapshot.commit_sha, place, rule.line, rule.line)
        return Owned(rule.owners, url)
    return None
