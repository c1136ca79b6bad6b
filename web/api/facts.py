"""GET /facts: what is known of a repository, a folder, a file or a symbol, each with its lines."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from core.db.repositories import Repository
from web import access
from web.knowing import known


async def show(request: web.Request) -> web.Response:
    repository = await access.repository(request, access.query_number(request, "repo_id"))
    scope = request.query.get("scope", "").strip()
    snapshot, found = await known(request, repository, scope)
    listed = [
        {
            "kind": fact.kind,
            "subject": fact.subject,
            "text": fact.text,
            "score": fact.score,
            "citations": [
                {**cited, "commit": snapshot.commit_sha, "url": url}
                for cited in fact.citations
                if (url := cited_url(repository, snapshot.commit_sha, cited))
            ],
        }
        for fact in found
    ]
    return web.json_response(
        {
            "repo_id": repository.id,
            "commit": snapshot.commit_sha,
            "scope": scope,
            "facts": listed,
        }
    )


def cited_url(repository: Repository, commit: str, cited: dict[str, Any]) -> str:
    """The code viewer's page at the lines."""
    first, last = cited["start_line"], cited["end_line"]
    return (
        f"/repositories/{repository.id}/blob/{commit}/{quote(str(cited['path']))}"
        f"?lines={first}-{last}#L{first}-L{last}"
    )
