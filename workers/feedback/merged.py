"""Fixed before the merge: nobody said so, and it says more than a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.db import feedback, review_findings, shown
from core.db.connect import Database
from core.db.feedback import Voice
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.github import GitHub
from workers import git
from workers.feedback.settled import has_changed
from workers.installation import git_credentials


@dataclass(frozen=True, slots=True)
class Closed:
    """A pull request that was merged, and its last commit."""

    number: int
    head: str


_NOBODY = Voice("", None, 1, "merge", note="fixed before the merge", may_write=True)


async def fixed_before_merge(
    github: GitHub,
    database: Database,
    mirrors: Path,
    repository: Repository,
    closed: Closed,
) -> int:
    """Of the findings that were shown in a pull request, take those as accepted whose code changed
    before it was merged and that are found no more; return how many. Raise TryLater."""
    installation_id = repository.installation_id
    async with database.tenant(installation_id) as connection:
        await shown.gather(connection, installation_id)
        comments = await shown.of_pull_request(connection, repository.id, closed.number)
        rows = await review_findings.of_pull(connection, repository.id, closed.number)
    if not comments:
        return 0
    known = {row.fingerprint: row for row in rows}
    mirror = git.mirror_path(mirrors, repository.id)
    credentials = await git_credentials(github, repository)
    accepted = 0
    for comment in comments:
        async with database.tenant(installation_id) as connection:
            resolved = await feedback.known(connection, comment, "thread")
        if _stands(known.get(comment.fingerprint), closed.head, resolved):
            continue
        if await has_changed(mirror, repository.source, credentials, comment, closed.head):
            async with database.tenant(installation_id) as connection:
                await feedback.take_back(connection, comment, "thread")
                accepted += await feedback.hear(connection, comment, _NOBODY)
    return accepted


def _stands(known: ReviewFinding | None, head: str, resolved: Mapping[str, int]) -> bool:
    """Whether it was found in what was merged, or somebody does not want it: by a word, for who
    resolves a thread may do so before they push what mends it."""
    if known is None:
        return False
    unwanted = known.state == "false_positive" or (
        known.state == "dismissed" and not any(vote < 0 for vote in resolved.values())
    )
    return unwanted or (known.state == "open" and known.head == head)
