"""Runs of Thoughts and what they found, as rows: pages do not know who wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.db import findings, runs, thoughts
from core.db.connect import Database
from core.db.findings import Change, Claim
from core.db.repositories import Repository
from core.db.runs import Finished, Run, Spent
from core.db.thoughts import Subject
from tests.web.stage import COMMIT, JOBS, RETRY
from workers.engine.presence import Presence, lacking
from workers.sandbox import Trouble

REPRODUCER = """\
from letterbox.retry import Policy


def test_the_wait_never_exceeds_the_longest():
    assert Policy(first_wait=8.0).wait(9) <= 60.0
"""
PATCH = """\
--- a/letterbox/retry.py
+++ b/letterbox/retry.py
@@ -27,4 +27,4 @@
-        longest = max(LONGEST_WAIT, self.first_wait * 2**attempt)
+        longest = min(LONGEST_WAIT, self.first_wait * 2**attempt)
"""
BUG = Claim(
    "b" * 32,
    "failing-test",
    "high",
    "reproduced",
    RETRY,
    24,
    30,
    "`Policy.wait` returns more than `LONGEST_WAIT`: 4096.0 seconds after nine attempts",
    symbol="Policy.wait",
    explanation="The docstring promises *at most* `LONGEST_WAIT`.\n\n"
    "<script>alert(1)</script> ![x](https://evil.example/p.png) [here](javascript:alert(1))",
    reproducer=REPRODUCER,
    content="1",
)
SMELL = Claim(
    "c" * 32,
    "ruff/B006",
    "medium",
    "proven",
    JOBS,
    18,
    23,
    "A default that can be changed is shared by all calls",
    symbol="Queue.put",
    content="2",
)
GUESS = Claim(
    "d" * 32, "broken-promise", "high", "suspected", JOBS, 30, 40, "`flush` may lose a letter"
)
OPINION = Claim("e" * 32, "ruff/C901", "low", "suspected", RETRY, 33, 47, "It is too complex")
ALL = (BUG, SMELL, GUESS, OPINION)


async def think(
    database: Database,
    repository: Repository,
    *,
    kind: str = "verify",
    subject: Subject | None = None,
    claims: Sequence[Claim] = (),
    changes: Sequence[Change] = (),
    status: str = "done",
    summary: str = "",
    artifacts: Sequence[dict[str, Any]] = (),
    **ended: Any,
) -> Run:
    """A Thought that was queued, claimed and run to its end."""
    whose = {"installation_id": repository.installation_id, "repository_id": repository.id}
    async with database.tenant(repository.installation_id) as connection:
        await thoughts.add(
            connection,
            **whose,
            kind=kind,
            subject=subject or Subject(),
            priority=1.0,
            reason="tests that fail now show bugs at once",
        )
        thought = await thoughts.claim_of(connection, repository.id, [kind])
        assert thought is not None
        run = await runs.begin(connection, thought, COMMIT)
        await findings.claim(
            connection, **whose, run_id=run.id, thought=kind, commit=COMMIT, claims=claims
        )
        await findings.change(
            connection,
            repository_id=repository.id,
            run_id=run.id,
            thought=kind,
            changes=changes,
        )
        if status == "running":
            return run
        await thoughts.finish(connection, thought.id, thought.attempts)
        await runs.finish(
            connection,
            [
                Finished(
                    run.id,
                    status,
                    Spent(12.5, 8.25, 0, 0.0),
                    summary=summary,
                    artifacts=artifacts,
                    **ended,
                )
            ],
        )
        found = await runs.get(connection, run.id)
    assert found is not None
    return found


async def filled(database: Database, repository: Repository) -> Run:
    """All four findings; the bug has a fix that was verified."""
    run = await think(
        database,
        repository,
        claims=ALL,
        summary="1987 tests passed, 1 failed each time: `Policy.wait` returns too much.",
    )
    said = "The reproducer failed at the commit 3 of 3 times, and passes with the patch"
    fix = Change(BUG.fingerprint, said, patch=PATCH, patch_state="verified")
    await think(
        database, repository, kind="draft_patch", changes=[fix], summary="One line changed."
    )
    return run


def more(count: int) -> list[Claim]:
    """As many smells in as many places."""
    return [
        replace(SMELL, fingerprint=f"{n:032x}", start_line=n + 1, end_line=n + 1, content=str(n))
        for n in range(count)
    ]


async def without_a_sandbox(database: Database) -> None:
    """A worker tells that it can execute nothing."""
    trouble = Trouble("bwrap is not installed", "install it: 'apt install bubblewrap'")
    await Presence(database, lacking(trouble)).tell()
