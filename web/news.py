"""What is found while somebody looks at the insights: told to that page, by its filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from core.db import insights
from core.db.insights import Wanted
from core.db.repositories import Repository
from web import access, keys
from web.finding import shown
from web.insights import wanted_in
from web.learning import learned
from web.narrowing import count
from web.page import fragment
from web.paging import number_in

MOST = 20
"""At once: who is away for long loads the page again."""
_LARGEST_ID = 10**11


@dataclass(slots=True)
class News:
    """`after` is the id of the last finding that was told."""

    wanted: Wanted
    after: int

    @classmethod
    def of(cls, request: web.Request) -> News | None:
        """None for a page that shows no findings. Who connects again goes on where it was."""
        if "after" not in request.query:
            return None
        after = number_in(request, "after", default=0, least=0, most=_LARGEST_ID)
        return cls(wanted_in(request), after)

    async def events(self, request: web.Request, repository: Repository) -> list[dict[str, Any]]:
        """Events `finding`: {"fingerprint", "message", "html", "total", "after"}; the last has the
        last word on `total`, the line above the list."""
        async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
            newest = await insights.newest(connection, repository.id)
            if newest <= self.after:
                return []
            found = await insights.listed(
                connection, repository.id, self.wanted, limit=MOST, after=self.after
            )
            tallies = await insights.tallies(connection, repository.id, self.wanted.path)
            settings = (await learned(connection, repository)).effective
        self.after = newest
        total = count(tallies, self.wanted)
        above = fragment(request, "total.html", total=total, wanted=self.wanted)
        writes = access.viewer(request).writes(repository)
        return [
            {
                "type": "finding",
                "fingerprint": each.finding.fingerprint,
                "message": each.finding.message,
                "html": fragment(request, "finding.html", shown=each, whole=False, writes=writes),
                "total": above,
                "after": newest,
            }
            # The page puts each above those before it: the strongest comes last.
            for each in reversed(await shown(found, may_open=settings.draft_pull_requests))
        ]
