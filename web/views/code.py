"""A file at a commit, from the stored text: the cited lines marked, and the way back."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID

from aiohttp import web

from core.db import blobs, citations, files, snapshots
from core.db.blobs import BlobText
from core.db.connect import Connection
from core.db.repositories import Repository
from web import access, keys
from web.exchange import numbered
from web.problem import Problem
from web.standing import repository_page

_LINES = re.compile(r"L?(\d{1,7})(?:-L?(\d{1,7}))?")


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.path_number(request))
    commit, path = request.match_info["commit"].lower(), request.match_info["path"]
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        blob = await _blob(connection, repository, commit, path)
        current = await snapshots.current(connection, repository.id)
    if blob is None:
        raise Problem(
            404,
            f"{path} at commit {commit[:9]} is not in Ponder's index: it may be skipped, removed, "
            "or of a commit that was never indexed.",
        )
    lines = await request.app[keys.HIGHLIGHTER].lines(blob, path)
    return await repository_page(
        request,
        repository,
        "code.html",
        commit=commit,
        path=path,
        blob=blob,
        lines=numbered(lines),
        marked=_marked(request.query.get("lines", ""), len(lines)),
        back=await _back(request, repository),
        # Facts are of what questions are answered from; an older commit may say something else.
        about=current is not None and current.commit_sha == commit,
        elsewhere=_on_github(request, repository, commit, path),
    )


async def _blob(
    connection: Connection, repository: Repository, commit: str, path: str
) -> BlobText | None:
    """An answer keeps what it cited; the rest is there as long as the commit's snapshot."""
    if "\x00" in path + commit:
        return None  # PostgreSQL takes no such text
    blob_id = await citations.blob_at(connection, repository.id, commit, path)
    snapshot = await snapshots.latest_of_commit(connection, repository.id, commit)
    if blob_id is None and snapshot is not None:
        file = await files.at(connection, snapshot.id, path)
        if file and file.skipped:
            raise Problem(404, f"{path} is not indexed: {file.skipped}.")
        blob_id = file.blob_id if file else None
    return await blobs.text_of(connection, blob_id) if blob_id else None


def _marked(text: str, count: int) -> range:
    """The lines of ?lines=10-20, cut to the file; none where it is something else."""
    match = _LINES.fullmatch(text)
    if not match:
        return range(0)
    first, last = int(match[1]), int(match[2] or match[1])
    return range(max(1, first), min(last, count) + 1)


async def _back(request: web.Request, repository: Repository) -> str:
    """The address of the answer that led here."""
    try:
        answer_id = UUID(request.query.get("answer", ""))
        answer, of = await access.answer(request, answer_id)
    except (ValueError, Problem):
        return f"/repositories/{repository.id}"
    if of.id != repository.id:
        return f"/repositories/{repository.id}"
    return f"/repositories/{of.id}/conversations/{answer.conversation_id}#answer-{answer.id}"


def _on_github(request: web.Request, repository: Repository, commit: str, path: str) -> str:
    """The same lines on GitHub, where the repository is there."""
    github_url = request.app[keys.SETTINGS].github_url
    if not repository.source.startswith(f"{github_url}/"):
        return ""
    match = _LINES.fullmatch(request.query.get("lines", ""))
    lines = f"#L{match[1]}-L{match[2] or match[1]}" if match else ""
    return f"{github_url}/{repository.name}/blob/{commit}/{quote(path)}{lines}"
