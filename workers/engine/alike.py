"""What follows for findings from what was settled: those that may be one bug are compared, and what
belonged to one that is fixed is looked at again."""

from __future__ import annotations

from core.db import causes
from core.db.connect import Connection
from core.db.findings import Change, Claim
from core.db.thoughts import Subject, Thought
from workers.thoughts.base import FollowUp, Outcome
from workers.thoughts.verifying.cause import LOOKED_AT, NOTE


async def asked(connection: Connection, thought: Thought, outcome: Outcome) -> list[FollowUp]:
    """Of the default branch, once what came of a run is stored."""
    if thought.about.ref:
        return []
    fixed = outcome.covered or any(each.state == "fixed" for each in outcome.changes)
    left = await causes.left_over(connection, thought.repository_id) if fixed else []
    again = [
        FollowUp("verify", Subject("finding", path, finding=name), "its cause is fixed", 0.5)
        for name, path in left
    ]
    return [*again, *await _compared(connection, thought, outcome)]


async def _compared(connection: Connection, thought: Thought, outcome: Outcome) -> list[FollowUp]:
    """What is sure by now, where something else is known."""
    said: list[Claim | Change] = [*outcome.claims, *outcome.changes]
    sure = {each.fingerprint for each in said if each.evidence == "reproduced"}
    known = await causes.standing(connection, thought.repository_id, LOOKED_AT) if sure else []
    return [
        FollowUp(
            "verify",
            Subject("finding", each.path, finding=each.fingerprint, note=NOTE),
            "another finding may have the same cause",
            0.5,
        )
        for each in known
        if len(known) > 1 and each.fingerprint in sure and each.evidence == "reproduced"
    ]
