"""What comes round by itself comes when it was told to."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from core.db import claims, learning, thoughts, work
from core.db.connect import Database
from core.db.thoughts import Subject, Thought
from core.learning import problems
from core.settings import Settings
from tests.thinking import Thinking, thinking
from tests.workers.engine.test_loop import queued, state, turn_on
from workers.engine.upkeep import Upkeep
from workers.git import mirror_path


async def looked(made: Thinking, kind: str) -> list[Thought]:
    """What waits of a kind after a look."""
    await Upkeep(made.engine).look()
    async with made.engine.database.tenant(0) as connection:
        queued = await thoughts.of_repository(connection, made.repository.id, states=["queued"])
    return [each for each in queued if each.kind == kind]


async def test_a_thought_comes_round_as_cron_says_and_not_when_that_is_set(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": "x = 1\n"}) as made:
        await turn_on(database, made.repository, cadence={"fuzz": "* * * * *"})
        assert await looked(made, "fuzz") == []
        async with database.tenant(0) as connection:
            await connection.execute(
                "UPDATE learning SET cadence = cadence || "
                "jsonb_build_object('fuzz', now() - interval '2 minutes')"
            )
        (queued,) = await looked(made, "fuzz")
        assert queued.reason.startswith("its turn came, which is '* * * * *'")


async def test_a_commit_is_thought_about_once_its_names_are_linked(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": "x = 1\n"}) as made:
        async with database.tenant(0) as connection:
            await learning.say(connection, made.repository, {"on": True}, by="me")
            linking = await work.for_repository(connection, "embed", made.repository)
        assert await looked(made, "map_repo") == await looked(made, "prioritize") == []
        async with database.system() as connection:
            await work.finish(connection, linking.id)
        assert len(await looked(made, "map_repo")) == 1
        async with database.tenant(0) as connection:
            begun = await thoughts.claim_of(connection, made.repository.id, ["verify"])
        assert begun is not None
        assert await looked(made, "verify") == []


async def test_a_host_whose_mirror_is_behind_leaves_a_push_to_the_others(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    async with thinking(settings, database, {"a.py": "x = 1\n"}) as made:
        await turn_on(database, made.repository)
        behind = replace(made.engine, mirrors=tmp_path)
        number = made.repository.id
        shutil.copytree(mirror_path(made.engine.mirrors, number), mirror_path(tmp_path, number))
        said = "learning: {budgets: {cpu_seconds: {per_hour: 60}}}\n"
        pushed = await made.commit({".github/ponder.yml": said})
        await Upkeep(behind).look()
        async with database.tenant(0) as connection:
            row = await learning.get(connection, number)
            assert row is not None
            assert row.commit_sha != pushed
            await Upkeep(made.engine).look()
            row = await learning.get(connection, number)
        assert row is not None
        assert (row.commit_sha, list(row.configured)) == (pushed, ["budgets"])


async def test_what_is_cut_off_by_dying_workers_is_tried_more_often_than_what_fails(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": "x = 1\n"}) as made:
        await turn_on(database, made.repository)
        thought = await queued(database, made.repository, "map_repo")
        seen = []
        for _ in range(claims.DEATHS):
            async with database.tenant(0) as connection:
                await thoughts.claim_of(connection, made.repository.id, ["map_repo"])
                await connection.execute("UPDATE thoughts SET lease_until = now()")
            await Upkeep(made.engine).take_up()
            seen.append(await state(database, thought))
        assert seen == [*["queued"] * (claims.DEATHS - 1), "resting"]


def test_a_cadence_that_is_none_is_named() -> None:
    said = {"cadence": {"verify": "at night", "dream": "* * * * *", "fuzz": "0 3 * * 1-5"}}
    assert [key for key, _ in problems(said)] == ["cadence.verify", "cadence.dream"]


async def test_a_person_s_cadence_counts_before_the_repository_s(
    settings: Settings, database: Database
) -> None:
    async with thinking(settings, database, {"a.py": "x = 1\n"}) as made:
        async with database.tenant(0) as connection:
            await learning.configure(
                connection, made.repository, {"cadence": {"verify": "0 1 * * *"}}, ""
            )
            said = {"on": True, "cadence": {"verify": "0 2 * * *"}}
            row = await learning.say(connection, made.repository, said, by="me")
        assert row.effective.cadence == {"verify": "0 2 * * *"}


CART = "def total(prices):\n    return sum(prices)\n\n\ndef tax(price):\n    return price * {}\n"


async def test_a_push_ends_what_is_about_changed_code_and_says_why(
    settings: Settings, database: Database
) -> None:
    files = {"cart.py": CART.format("0.2"), "gone.py": "x = 1\n"}
    places = {"total": "cart.py", "tax": "cart.py", "lost": "cart.py", "": "gone.py"}
    async with thinking(settings, database, files) as made:
        await turn_on(database, made.repository)
        waiting = {}
        async with database.tenant(0) as connection:
            for symbol, path in places.items():
                waiting[symbol] = await thoughts.add(
                    connection,
                    installation_id=0,
                    repository_id=made.repository.id,
                    kind="fuzz",
                    subject=Subject("symbol", path=path, symbol=symbol),
                    priority=1.0,
                    reason="a test wants it",
                )
            running = await thoughts.claim_of(connection, made.repository.id, ["fuzz"])
        assert running is not None
        assert running.id == waiting["total"].id
        (made.checkout.path / "gone.py").unlink()
        await made.commit({"cart.py": CART.format("0.19")})
        await Upkeep(made.engine).look()
        async with database.tenant(0) as connection:
            after = {s: await thoughts.get(connection, t.id) for s, t in waiting.items()}
    said = {symbol: (t.state, t.problem) for symbol, t in after.items() if t}
    assert said == {
        "total": ("running", ""),
        "tax": ("superseded", "A newer commit: tax in cart.py changed"),
        "lost": ("superseded", "A newer commit: lost is gone from cart.py"),
        "": ("superseded", "A newer commit: gone.py is gone"),
    }
