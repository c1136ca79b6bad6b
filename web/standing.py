"""How a repository stands, in the line that all of its pages have: index, thoughts, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from core.db import insights, policies, runs, thoughts, workers
from core.db.insights import Wanted
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.workers import SANDBOX, Off
from core.words import many
from web import keys
from web.learning import Learned, learned
from web.page import ago, grouped, page
from web.status import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """`unread` counts open findings that nobody has read yet; `thoughts` are counts by state;
    `last` is the run that began last, where there was any; `off` is what workers cannot do."""

    repository: Repository
    index: Status
    unread: int
    thoughts: dict[str, int]
    last: list[Run]
    learned: Learned
    policy: str
    off: list[Off]

    @property
    def parts(self) -> list[str]:
        """The line, in phrases."""
        index = self.index
        if index.state == "indexing":
            said = [index.stage or "Indexing"]
        elif index.indexed_at:
            said = [f"Indexed {ago(index.indexed_at)}"]
        else:
            said = ["Not indexed yet"]
        if not self.learned.on and not self.running and not self.queued:
            return [*said, "Learning is off"]
        said += [f"{many(self.running, 'thought')} running", f"{grouped(self.queued)} queued"]
        said += [f"policy {self.policy}", f"budget {100 * self.learned.used:.0f}\u202f%"]
        said += [
            each.what[:1].lower() + each.what[1:] for each in self.off[:1] if self.runs_nothing
        ]
        return [*said, *([self.learned.rests] if self.learned.rests else [])]

    @property
    def runs_nothing(self) -> bool:
        """Whether no worker can execute code: what only a run shows is not looked for."""
        return any(each.name == SANDBOX and each.everywhere for each in self.off)

    @property
    def stamp(self) -> str:
        """Another one whenever runs or findings changed."""
        runs = [(str(run.id), run.status) for run in self.last]
        return f"{runs} {sorted(self.thoughts.items())} {self.unread} {self.index.commit}"

    @property
    def running(self) -> int:
        return self.thoughts.get("running", 0)

    @property
    def queued(self) -> int:
        return self.thoughts.get("queued", 0)


async def standing_of(request: web.Request, repository: Repository) -> Standing:
    async with request.app[keys.DATABASE].tenant(repository.installation_id) as connection:
        tallies = await insights.tallies(connection, repository.id)
        return Standing(
            repository,
            await request.app[keys.STATUSES].of(connection, repository),
            sum(each.findings for each in tallies if each.fits(Wanted(unread=True))),
            await thoughts.counts(connection, repository.id),
            await runs.of_repository(connection, repository.id, limit=1),
            await learned(connection, repository),
            await policies.active(connection),
            await workers.off(connection),
        )


async def repository_page(
    request: web.Request,
    repository: Repository,
    template: str,
    *,
    tab: str = "",
    status: int = 200,
    **context: Any,
) -> web.Response:
    """A page of a repository; `tab` names the one of its bar that it belongs to."""
    standing = await standing_of(request, repository)
    return page(
        request,
        template,
        status=status,
        repository=repository,
        standing=standing,
        tab=tab,
        **context,
    )
