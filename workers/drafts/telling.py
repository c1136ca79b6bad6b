"""What the person who asked is told: one comment, edited as it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from core.db import drafts, intents
from core.db.connect import Connection
from core.db.drafts import Draft, State
from core.db.repositories import Repository
from core.db.runs import Run
from core.db.thoughts import pull_of
from core.db.work import Work
from core.redact import redact
from core.words import many
from workers.reports.markdown import safe


async def settle(
    connection: Connection,
    repository: Repository,
    draft: Draft,
    state: State,
    said: str,
    *,
    more: str = "",
    number: int | None = None,
) -> list[Work]:
    """Keep what came of it, and tell it where it was asked for; `more` is told there alone."""
    await drafts.settle(connection, draft, state, said, number=number)
    told = await tell(connection, repository, draft, f"{said}\n\n{more}".strip())
    return [*told, await drafts.refresh_dashboard(connection, repository)]


async def tell(
    connection: Connection, repository: Repository, draft: Draft, text: str
) -> list[Work]:
    if not draft.told:
        return []
    return await intents.intend(
        connection,
        repository,
        key=f"{draft.key}:told",
        kind="reply" if "root_id" in draft.told else "comment",
        target=draft.told,
        content={"body": text},
        urgent=True,
    )


def nothing(draft: Draft, told: int = 0) -> str:
    """Why no thought is had; `told` counts the problems that reviews told there."""
    if draft.kind == "tests":
        return "Say which file the tests are for, like `/ponder tests src/cart.py`."
    where = f"#{pull_of(draft.ref)}" if draft.ref else "the default branch"
    about = " that fits what you named" if draft.text else ""
    if told and not about:
        of = "the problem" if told == 1 else f"any of the {told} problems"
        return (
            f"I have no change to offer for {of} found in {where}: I draft what an analyser can "
            "mend by itself, or what a test that stands alone shows."
        )
    return (
        f"I found nothing to mend in {where}{about}: I mend only what a failing test or a rule "
        "shows."
    )


def in_vain(run: Run | None) -> str:
    told = safe(redact(run.summary or run.problem), {}) if run else ""
    return (
        f"I looked, and offer nothing: {told}" if told else "I looked, and have no change to offer."
    )


def offered_already(rows: Sequence[Draft], draft: Draft) -> str:
    """Which other draft of the same finding stands against this one; '' for none. A person who
    closed one does not want it again."""
    for row in rows:
        if row.id == draft.id:
            continue
        if row.state == "closed":
            return (
                f"#{row.number} offered this and was closed, so I do not offer it again; "
                "reopen it if you want it after all."
            )
        if row.state == "open":
            return f"#{row.number} offers this already."
        if row.state == "writing":
            return "This is being written already."
    return ""


def too_many(numbers: Sequence[int], most: int) -> str:
    listed = " and ".join(f"#{number}" for number in numbers)
    return (
        f"{many(most, 'draft pull request')} of mine may be open at once, and {listed or 'others'} "
        "wait for you: merge or close one, and ask again."
    )
