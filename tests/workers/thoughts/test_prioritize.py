"""Risk from a repository's own history, and the leads that follow from it."""

from __future__ import annotations

from core.db import risks, thoughts
from core.db.connect import Database
from core.db.risks import Risk
from core.settings import Settings
from tests.thinking import Thinking, thinking

BUSY = """\
def busy(a, b):
    if a and b:
        for x in a:
            if x:
                return {n}
    return 0
"""
FILES = {
    "shop/busy.py": BUSY.format(n=0),
    "shop/calm.py": "def calm():\n    return 1\n",
    "tests/test_calm.py": "from shop.calm import calm\n\ndef test_calm():\n    assert calm()\n",
    "shop/__init__.py": "",
}


async def weighed(made: Thinking) -> dict[tuple[str, str], Risk]:
    async with made.engine.database.tenant(0) as connection:
        found = await risks.of_repository(connection, made.repository.id)
    return {(each.path, each.symbol): each for each in found}


async def test_what_was_mended_often_is_riskier_and_says_why(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        for n in range(1, 4):
            await made.commit({"shop/busy.py": BUSY.format(n=n)}, f"Fix a crash, try {n}")
        (run,) = await made.think("prioritize")
        assert run.status == "done", run.problem
        found = await weighed(made)
        busy, calm = found["shop/busy.py", "busy"], found["shop/calm.py", "calm"]
        assert busy.score > calm.score
        assert "changed 4 times in the last year, 3 of them fixes" in busy.reasons
        assert "no test is seen to reach it" in busy.reasons
        assert not any("test" in reason for reason in calm.reasons)
        assert found["shop/busy.py", ""].score > found["shop/calm.py", ""].score
        assert not any(path.startswith("tests/") for path, _ in found)
        assert "fixed formula" in run.summary
        async with database.tenant(0) as connection:
            places = [("shop/busy.py", "busy"), ("shop/busy.py", "gone"), ("no.py", "")]
            scores = await risks.of_places(connection, made.repository.id, places)
        assert set(scores) == set(places[:2])


async def test_the_riskiest_places_are_looked_at_next(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, FILES) as made:
        await made.think("prioritize")
        async with database.tenant(0) as connection:
            queued = await thoughts.of_repository(connection, made.repository.id, states=["queued"])
        asked = [each.about.path for each in queued]
        assert "shop/busy.py" in asked
        assert not any(path.startswith("tests/") for path in asked)
        assert all("not looked at yet" in each.reason for each in queued)


async def test_the_same_is_not_weighed_twice(settings: Settings, database: Database) -> None:
    async with thinking(settings, database, FILES) as made:
        statuses = [run.status for _ in range(2) for run in await made.think("prioritize")]
        assert statuses == ["done", "known"]
