"""What a pull request has that a person may want mended or tested: findings of its reviews, and the
file that it changes most."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.db import findings, review_findings
from core.db.connect import Connection
from core.db.drafts import Draft
from core.db.findings import Claim
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.thoughts import pull_of
from workers import git
from workers.explorers import EXPLORERS
from workers.languages import language_of


async def take_over(
    connection: Connection, repository: Repository, draft: Draft, head: str
) -> None:
    """Findings of a review as findings of its head, so that a Thought can be had about them."""
    usable = [each for each in await _open(connection, repository, draft, head) if each.patch]
    await findings.claim(
        connection,
        installation_id=repository.installation_id,
        repository_id=repository.id,
        run_id=None,
        thought="review",
        commit=head,
        claims=[_claim(each) for each in usable if each.evidence != "suspected"],
        ref=draft.ref,
    )


async def told_at(connection: Connection, repository: Repository, draft: Draft, head: str) -> int:
    """How many problems are open there."""
    return len(await _open(connection, repository, draft, head))


async def _open(
    connection: Connection, repository: Repository, draft: Draft, head: str
) -> list[ReviewFinding]:
    found = await review_findings.of_pull(connection, repository.id, int(pull_of(draft.ref)))
    return [each for each in found if each.state == "open" and each.head == head]


def _claim(found: ReviewFinding) -> Claim:
    return Claim(
        *(found.fingerprint, found.rule, found.severity, found.evidence, found.path),
        *(found.start_line, found.end_line, found.message),
        symbol=found.symbol,
        explanation=found.explanation,
        patch=found.patch,
        content=found.content,
    )


async def worth_tests(mirror: Path, base: str, head: str) -> str:
    """The file of code that a change grew most, no test; '' where there is none."""
    return await asyncio.to_thread(_grown, mirror, base, head)


def _grown(mirror: Path, base: str, head: str) -> str:
    parted = git.parted(mirror, base, head)
    grown: list[tuple[int, str]] = []
    with git.Mirror(mirror) as opened:
        for change in opened.changed(parted, head) if parted else ():
            path = git.text_path(change.path)
            if change.after is None or change.after.kind != "blob" or not _is_code(path):
                continue
            before = opened.size(change.before.sha) if change.before else 0
            grown.append((opened.size(change.after.sha) - before, path))
    return max(grown, default=(0, ""))[1]


def _is_code(path: str) -> bool:
    return language_of(path) in EXPLORERS and "test" not in path.casefold()
