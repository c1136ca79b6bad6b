"""What a repository tells Ponder in files of its own: .github/ponder.yml, and AGENTS.md."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pathspec

from core.db import blobs, files, repo_configs
from core.db.connect import Connection, Database
from core.db.repositories import Repository
from core.repo_config import PATH, Instruction
from workers import git

AGENTS = "AGENTS.md"
_LONGEST = 6_000
_MOST_CHARACTERS = 16_000


async def keep_config(
    database: Database, mirror: Path, repository: Repository, commit: str
) -> None:
    """Of the default branch, whenever that was indexed."""
    found = git.blob_at(mirror, commit, PATH)
    async with database.tenant(repository.installation_id) as connection:
        await repo_configs.keep(
            connection, repository, commit=commit, content=found[1] if found else b""
        )


async def guidance(connection: Connection, repository: Repository, path: str) -> list[str]:
    """What the default branch says should be looked for in a file, the most special last: each
    AGENTS.md above it, and the instructions for its path. Short enough for a prompt; whoever can
    push wrote it, so it guides, and commands nothing."""
    config = await repo_configs.config(connection, repository)
    said = await _agents(connection, repository, path) if config.agents else []
    said += [each.text for each in config.review.instructions if applies(each, path)]
    kept: list[str] = []
    for text in reversed(said):
        room = _MOST_CHARACTERS - sum(map(len, kept))
        if room > 0:
            kept.insert(0, text[: min(room, _LONGEST)])
    return kept


def applies(instruction: Instruction, path: str) -> bool:
    """Whether its patterns name the path; a pattern that is none names nothing."""
    try:
        return pathspec.GitIgnoreSpec.from_lines(instruction.paths).match_file(path)
    except ValueError:
        return False


async def _agents(connection: Connection, repository: Repository, path: str) -> list[str]:
    """From the top folder down to the file's own."""
    if repository.snapshot_id is None:
        return []
    folders = [str(folder) for folder in reversed(PurePosixPath(path).parents)]
    said = []
    for folder in folders:
        at = AGENTS if folder == "." else f"{folder}/{AGENTS}"
        file = await files.at(connection, repository.snapshot_id, at)
        text = await blobs.text_of(connection, file.blob_id) if file and file.blob_id else None
        if text is not None:
            said.append(text.text)
    return said
