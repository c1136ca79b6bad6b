"""Mark answers whose cited lines have changed since."""

from __future__ import annotations

from core.db import answers, blobs, citations
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from workers.answer.source import text_hash


async def mark_stale(database: Database, repository: Repository, snapshot_id: int) -> int:
    """Compare citations with the new snapshot of the default branch; return how many answers are
    out of date now. Lines that only moved are not a change."""
    marked: dict[str, None] = {}
    async with database.tenant(repository.installation_id) as connection:
        for moved in await citations.of_changed_files(connection, repository.id, snapshot_id):
            if str(moved.answer_id) in marked or await _still_there(connection, moved):
                continue
            lines = f"{moved.start_line}-{moved.end_line}"
            change = "changed" if moved.new_blob_id else "was removed"
            stale = f"`{moved.path}:{lines}` {change} in {moved.new_commit[:7]}"
            await answers.set_stale(connection, moved.answer_id, stale)
            marked[str(moved.answer_id)] = None
    return len(marked)


async def _still_there(connection: Connection, moved: citations.Moved) -> bool:
    """Whether the cited lines stand, in sequence, anywhere in the file's new content."""
    if moved.new_blob_id is None:
        return False
    content = await blobs.text_of(connection, moved.new_blob_id)
    if content is None:
        return False
    lines = content.text.split("\n")
    length = moved.end_line - moved.start_line + 1
    return any(
        text_hash("\n".join(lines[start : start + length])) == moved.text_hash
        for start in range(len(lines) - length + 1)
    )
