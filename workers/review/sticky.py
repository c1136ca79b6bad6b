"""The one comment that sums a review up, edited in place: where the repository asks for it, or
where a problem stands in lines that the diff does not show, so that nobody would see it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.db import intents
from core.db.connect import Connection
from core.db.repositories import Repository
from core.db.review_findings import ReviewFinding
from core.db.work import Work
from core.repo_config import Review as Rules
from core.words import many
from workers.git import Shown
from workers.review import tell, verdict
from workers.review.tell import Round

_MOST = 20


def key(repository: Repository, number: int) -> str:
    return f"summary:{repository.id}:{number}"


async def summed_up(
    connection: Connection,
    repository: Repository,
    number: int,
    told: Round,
    *,
    shown: Mapping[str, Shown],
    rules: Rules,
) -> list[Work]:
    """Nothing before there is something to say; then always as it is now."""
    if rules.summary == "check":
        return []
    found = told.open if rules.summary == "comment" else apart(told.open, shown)
    if not found and await intents.by_key(connection, key(repository, number)) is None:
        return []
    return await intents.intend(
        connection,
        repository,
        key=key(repository, number),
        kind="comment",
        target={"number": number, "pull": True},
        content={"body": text(told, number, found, is_apart=rules.summary != "comment")},
    )


def apart(found: Sequence[ReviewFinding], shown: Mapping[str, Shown]) -> list[ReviewFinding]:
    """What is worth a comment, and can have none beside its line."""
    return [
        each for each in found if verdict.place(each, shown) is None and verdict.is_worth_mail(each)
    ]


def text(told: Round, number: int, found: Sequence[ReviewFinding], *, is_apart: bool) -> str:
    checks = f"[check]({told.url}/pull/{number}/checks)"
    if not found:
        return f"What was found here is fixed, as of {told.head[:9]}. The {checks} has the rest."
    where = " outside of what its diff shows" if is_apart else ""
    lines = [tell.line(told, each) for each in found[:_MOST]]
    rest = len(found) - _MOST
    lines += [f"- and {rest} more"] if rest > 0 else []
    partly = f" {told.coverage.said}." if told.coverage.said else ""
    return (
        f"This change brings {many(len(found), 'problem')}{where}:\n\n"
        + "\n".join(lines)
        + f"\n\n<sub>As of {told.head[:9]}; kept up to date.{partly} The {checks} has the rest."
        "</sub>"
    )
