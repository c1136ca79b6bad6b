"""Permanent links to lines of a file at a commit."""

from __future__ import annotations

from urllib.parse import quote

from core.db.repositories import Repository
from workers.git.paths import raw_path


def permalink(
    repository: Repository,
    path: str,
    start: int,
    end: int,
    *,
    github_url: str,
    public_url: str,
    commit: str,
) -> str:
    """On GitHub for its repositories; on Ponder's own pages for local ones."""
    lines = f"#L{start}" if start == end else f"#L{start}-L{end}"
    if repository.github_id is None:
        page = f"{public_url}/repositories/{repository.id}/blob"
    else:
        page = f"{github_url}/{quote(repository.name)}/blob"
    return f"{page}/{commit}/{quote(raw_path(path))}{lines}"
