"""`ponder findings` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

from core.db import findings, repositories
from core.db.connect import Database
from core.db.findings import Claim
from core.db.runs import Finished, Spent
from core.db.thoughts import Subject
from tests.cli.conftest import Ponder, git

CLAIM = Claim(
    "ab" * 16, "failing-test", "high", "reproduced", "shop/basket.py", 1, 2, "It is wrong."
)


async def claimed(database: Database, shop: Path, *claims: Claim) -> None:
    from core.db import runs, thoughts

    async with database.tenant(0) as connection:
        repository = await repositories.connect_local(connection, name="shop", source=str(shop))
        whose = {"installation_id": 0, "repository_id": repository.id}
        thought = await thoughts.add(
            connection, **whose, kind="verify", subject=Subject(), priority=1.0, reason="a test"
        )
        run = await runs.begin(connection, thought, git(shop, "rev-parse", "HEAD"))
        await findings.claim(
            connection,
            **whose,
            run_id=run.id,
            thought="verify",
            commit=run.commit_sha,
            claims=claims,
        )
        await runs.finish(connection, [Finished(run.id, "done", Spent())])


async def test_who_asks_too_early_is_told_what_to_do(ponder: Ponder, shop: Path) -> None:
    done = ponder("findings", shop)
    assert done.returncode == 1
    assert f"run 'ponder think {shop}'" in done.stderr


async def test_findings_are_listed_and_one_is_shown_whole(
    ponder: Ponder, shop: Path, database: Database
) -> None:
    assert ponder("index", shop).returncode == 0
    assert ponder("findings", shop).stdout.startswith("Nothing is open at ")
    await claimed(database, shop, CLAIM)
    assert ponder("findings", shop).stdout.startswith("shop/basket.py:1  reproduced · high")
    document = json.loads(ponder("findings", shop, "--finding", "abab", "--json").stdout)
    assert document["findings"][0]["fingerprint"] == CLAIM.fingerprint
    assert document["findings"][0]["patch_state"] == "none"
    missing = ponder("findings", shop, "--finding", "ffff")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "no finding 'ffff'" in missing.stderr
