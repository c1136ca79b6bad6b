"""Blobs: contents, stored once for each repository and language."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from core.db.connect import Connection


@dataclass(frozen=True, slots=True)
class BlobText:
    id: int
    sha: str
    language: str
    lines: int
    text: str


def compress(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)


async def text_of(connection: Connection, blob_id: int) -> BlobText | None:
    """The content as it was indexed: decoded with replacement, line numbers as in git."""
    cursor = await connection.execute(
        "SELECT id, sha, language, lines, text FROM blobs WHERE id = %s", (blob_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return BlobText(row[0], row[1], row[2], row[3], zlib.decompress(row[4]).decode())
