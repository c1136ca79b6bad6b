"""What has to be known before a draft is written: who asks, and what GitHub allows."""

from __future__ import annotations

from core.db import installations
from core.db.connect import Database
from core.db.drafts import Draft
from core.db.repositories import Repository
from core.github import GitHub, NotFound

_MAY_WRITE = ("admin", "write")


async def refusal(github: GitHub | None, repository: Repository, draft: Draft) -> str:
    """Why this person cannot have a draft here, in a sentence; '' where they can. GitHub is asked
    now, and not when they asked."""
    if github is None or repository.github_id is None:
        return "Only a repository that came through GitHub can have pull requests."
    if repository.archived:
        return "The repository is archived: nothing can be written to it."
    try:
        permission = await github.permission(repository, draft.asked_by)
    except NotFound:
        permission = "none"
    if permission not in _MAY_WRITE:
        return f"Only people with write access to {repository.name} can ask for a change."
    return ""


async def may_write(database: Database, repository: Repository) -> bool:
    """Whether the installation has the second tier of permissions."""
    async with database.tenant(repository.installation_id) as connection:
        found = await installations.get(connection, repository.installation_id)
    return found is not None and found.permissions.get("contents") == "write"


def how_to_opt_in(github_url: str) -> str:
    return (
        "I may not write branches here, and so this stays a change for you to apply. To allow it, "
        "whoever runs me gives the App the permission **Contents: Read and write**, which it does "
        "not ask for by default, and an owner accepts that in "
        f"[the settings of the installation]({github_url}/settings/installations)."
    )
