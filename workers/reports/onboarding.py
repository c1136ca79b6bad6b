"""The one issue that a new installation gets: what was indexed, what is on, what it costs, how to
stop it. Renders templates/onboarding.md.j2."""

from __future__ import annotations

import jinja2

from core.db import installations, intents, repo_configs, repositories, snapshots
from core.db import learning as learning_rows
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.work import Work
from core.settings import Settings

_TEMPLATE = jinja2.Environment(
    loader=jinja2.PackageLoader("workers.reports"),
    autoescape=False,  # noqa: S701 - Markdown, and nothing in it comes from a repository
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
).get_template("onboarding.md.j2")


async def introduce(
    connection: Connection, settings: Settings, repository: Repository
) -> list[Work]:
    """Once for an installation, in the repository that is indexed first: one in each would be
    noise. None where the environment or the repository's configuration says so."""
    if repository.github_id is None or repository.archived or not settings.onboarding:
        return []
    config = await repo_configs.config(connection, repository)
    installation = await installations.get(connection, repository.installation_id)
    if installation is None or installation.permissions.get("issues") != "write":
        return []
    if not config.onboarding or not await installations.welcome(connection, installation.id):
        return []
    current = await snapshots.current(connection, repository.id)
    assert current is not None
    learning = await learning_rows.get(connection, repository.id)
    covered = await repositories.of_installation(connection, installation.id)
    body = _TEMPLATE.render(
        files=await snapshots.count_files(connection, current.id),
        commit=current.commit_sha[:7],
        others=len(covered) - 1,
        reviews=config.review.on,
        inline=config.review.max_inline,
        learns=learning is not None and learning.on,
        model=settings.model.chat,
        drafts=installation.permissions.get("contents") == "write",
        page=f"{settings.public_url}/repositories/{repository.id}/learning",
    )
    return await intents.intend(
        connection,
        repository,
        key=f"onboarding:{installation.id}",
        kind="issue",
        target={},
        content={"title": "Ponder is here", "body": body.strip()},
    )
