"""Reactions: GitHub tells of none, so Ponder looks at those to its own comments of late.

A look at a comment whose reactions have not changed costs nothing of the hour's requests (the ETag
of each page is remembered), the older a comment is the longer it waits for the next, and a run
looks at few.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.db import feedback, repositories, shown
from core.db.connect import Database
from core.db.feedback import Voice
from core.db.repositories import Repository
from core.db.shown import Shown
from core.errors import Skip
from core.github import GitHub, NotFound, Refused
from workers.feedback.votes import votes

MOST = 30
"""Comments in one run: with a run each five minutes, at most 360 requests in an hour, of 5,000."""

MOST_ASKED = 50
"""People of one comment about whom GitHub is asked in one look, whether they may write; whoever is
not asked about is heard in a later one."""
MOST_PAGES = 10
PER_PAGE = 100

WRITERS = frozenset({"admin", "write"})

PERMISSIONS = {
    "issues": {"issues": "read", "pull_requests": "read"},
    "pulls": {"pull_requests": "read"},
}

Page = tuple[list[dict[str, Any]], str]
"""Reactions, and the ETag."""


async def look(github: GitHub, database: Database, installation_id: int) -> int:
    """Look at what is due of an installation; return how many votes are new. Raise TryLater."""
    async with database.tenant(installation_id) as connection:
        await shown.gather(connection, installation_id)
        due = await shown.due(connection, installation_id, MOST)
    heard = 0
    for each in due:
        async with database.tenant(installation_id) as connection:
            repository = await repositories.get(connection, each.repository_id)
        if repository is not None and repository.removed_at is None:
            heard += await _Look(github, database, repository, each).look()
    return heard


class _Look:
    """At the reactions to one comment."""

    def __init__(
        self, github: GitHub, database: Database, repository: Repository, comment: Shown
    ) -> None:
        self.github = github
        self.database = database
        self.repository = repository
        self.comment = comment

    async def look(self) -> int:
        try:
            pages = await self._pages()
        except NotFound:
            return await self._forget()
        except Refused:
            # A permission is missing: the next look comes no sooner than any other.
            return await self._keep({}, self.comment.etag, unchanged=True)
        if not pages:
            return await self._keep({}, self.comment.etag, unchanged=True)
        rows = [row for found, _ in pages for row in found]
        return await self._keep(votes(rows), " ".join(etag for _, etag in pages))

    async def _pages(self) -> list[Page]:
        """All of them, of which the last is not full, so that whatever is new changes one; none
        where none changed."""
        known = self.comment.etag.split() or [""]
        seen = [await self._page(number, etag) for number, etag in enumerate(known, 1)]
        if not any(seen):
            return []
        pages: list[Page] = []
        while len(pages) < MOST_PAGES and (not pages or len(pages[-1][0]) >= PER_PAGE):
            number = len(pages)
            page = seen[number] if number < len(seen) else None
            pages.append(page or await self._page(number + 1, "") or ([], ""))
        return pages

    async def _page(self, number: int, etag: str) -> Page | None:
        asking = self.github.acting(self.repository, PERMISSIONS[self.comment.place])
        path = f"/{self.comment.place}/comments/{self.comment.comment_id}/reactions"
        place = f"{path}?per_page={PER_PAGE}&page={number}"
        return await asking.changed(place, etag, "list reactions")

    async def _forget(self) -> int:
        async with self.database.tenant(self.comment.installation_id) as connection:
            await shown.forget(connection, self.comment.id)
        return 0

    async def _keep(self, found: dict[str, Voice], etag: str, *, unchanged: bool = False) -> int:
        """Votes and where the look ended in one transaction: neither is kept without the other."""
        fresh = [] if unchanged else await self._fresh(found)
        if len(fresh) > MOST_ASKED:
            etag = ""  # So many are heard by turns: the next look reads them once more.
        asked = [await self._asked(voice) for voice in fresh[:MOST_ASKED]]
        async with self.database.tenant(self.comment.installation_id) as connection:
            heard = [await feedback.hear(connection, self.comment, voice) for voice in asked]
            if not unchanged:
                await feedback.take_back(connection, self.comment, "reaction", still=list(found))
            await shown.looked(connection, self.comment.id, etag)
        return sum(heard)

    async def _fresh(self, found: dict[str, Voice]) -> list[Voice]:
        """Those who have not said so before."""
        async with self.database.tenant(self.comment.installation_id) as connection:
            known = await feedback.known(connection, self.comment, "reaction")
        return [voice for login, voice in found.items() if known.get(login) != voice.vote]

    async def _asked(self, voice: Voice) -> Voice:
        """With what GitHub says now that they may."""
        may = await may_write(self.github, self.repository, voice.actor)
        return replace(voice, may_write=may)


async def may_write(github: GitHub, repository: Repository, login: str) -> bool:
    """Whether a person's word counts for what is shown to others: asked at this moment."""
    try:
        return await github.permission(repository, login) in WRITERS
    except Skip:
        return False
