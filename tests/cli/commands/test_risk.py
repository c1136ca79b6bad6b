"""`ponder risk` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Ponder, git


async def test_risks_are_told_with_reasons_the_riskiest_first(ponder: Ponder, shop: Path) -> None:
    done = ponder("risk", shop, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["commit"] == git(shop, "rev-parse", "HEAD")
    risks = document["risks"]
    assert [each["score"] for each in risks] == sorted((r["score"] for r in risks), reverse=True)
    assert all(each["reasons"] and 0 <= each["score"] <= 1 for each in risks)
    assert {None} < {each["symbol"] for each in risks}
    assert "fixed formula" in ponder("risk", shop).stdout
