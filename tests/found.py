"""What the engine would have left behind, without the time that it takes to think."""

from __future__ import annotations

from uuid import uuid4

from core.db import findings
from core.db.connect import Connection
from core.db.findings import Change, Claim
from core.db.repositories import Repository


async def keep_found(
    connection: Connection, repository: Repository, claim: Claim, commit: str, ref: str = ""
) -> None:
    """As if `verify` had found it at a commit."""
    await findings.claim(
        connection,
        installation_id=repository.installation_id,
        repository_id=repository.id,
        run_id=None,
        thought="verify",
        commit=commit,
        claims=[claim],
        ref=ref,
    )


async def keep_tried(
    connection: Connection, repository: Repository, fingerprint: str, said: str
) -> None:
    """As if the patch of a finding had been tried, and held; `said` is how that went."""
    await findings.change(
        connection,
        repository_id=repository.id,
        run_id=uuid4(),
        thought="draft_patch",
        changes=[Change(fingerprint, said, patch_state="verified")],
    )
