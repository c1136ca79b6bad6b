"""Who wrote a folder."""

from __future__ import annotations

from datetime import UTC, datetime

from core.db.commits import Commit
from workers.risk.owners import authors


def test_who_added_most_lines_comes_first() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        Commit("1", "ann", at, "", "", 1, ["shop/a.py"], [30], [0]),
        Commit("2", "bob", at, "", "", 1, ["shop/b.py", "other/c.py"], [10, 500], [0, 0]),
    ]
    assert [(each.name, each.share) for each in authors(made, "shop")] == [
        ("ann", 0.75),
        ("bob", 0.25),
    ]
