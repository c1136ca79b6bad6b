"""Whether the code that a finding was about has changed since it was shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.db.shown import Shown
from core.errors import UserError
from workers import git


async def has_changed(
    mirror: Path, source: str, credentials: git.Credentials | None, shown: Shown, head: str
) -> bool:
    """Whether its lines stand no longer, in sequence, where they stood in the file at `head`. What
    cannot be read has not changed. Raise TryLater where git cannot be asked now."""
    for ref in (f"refs/pull/{shown.number}/head", str(shown.details.get("commit")), head):
        try:
            await git.fetch(source, mirror, ref=ref, credentials=credentials)
        except UserError:
            return False  # the commit went with a push by force, or with its fork
    return await asyncio.to_thread(_changed, mirror, shown, head)


def _changed(mirror: Path, shown: Shown, head: str) -> bool:
    place = shown.details
    start, end = place.get("start_line"), place.get("end_line")
    if place.get("side") == "LEFT" or not start or not end:
        return False
    path = git.raw_path(str(place["path"]))
    before = git.blob_text(mirror, str(place["commit"]), path)
    after = git.blob_text(mirror, head, path)
    if before is None or after is None:
        return before is not None
    return git.follow(before, after, start, end) is None
