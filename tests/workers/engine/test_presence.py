"""What a worker cannot do is known to whoever asks, for as long as it lives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.db import workers
from core.db.connect import Database
from core.db.workers import Lack, Off
from core.settings import Settings
from tests.thinking import thinking
from tests.workers.engine.test_loop import serving, until
from tests.workers.engine.test_think import FILES
from workers.engine.presence import Presence, lacking
from workers.sandbox import Sandbox, Toolchain, Trouble, examine

NONE = lacking(Trouble("bwrap is not installed", "install it: 'apt install bubblewrap'"))


async def off(database: Database) -> list[Off]:
    async with database.system() as connection:
        return await workers.off(connection)


async def test_without_a_sandbox_it_says_what_is_off_and_how_to_mend_it(
    database: Database,
) -> None:
    await Presence(database, NONE).tell()
    (told,) = await off(database)
    assert told.everywhere
    assert (told.what, told.found) == ("Code is not run here", "bwrap is not installed")
    assert told.mend == "Install it: 'apt install bubblewrap', then start Ponder again."


async def test_with_everything_it_has_nothing_to_say(database: Database, tmp_path: Path) -> None:
    sandbox = await examine(tmp_path / "scratch")
    assert lacking(sandbox) == []
    await Presence(database, lacking(sandbox)).tell()
    assert await off(database) == []


async def test_what_a_toolchain_has_not_is_named(tmp_path: Path) -> None:
    sandbox = await examine(tmp_path / "scratch")
    assert isinstance(sandbox, Sandbox)
    bare = replace(sandbox, toolchain=Toolchain(tmp_path, ()))
    assert [each.name for each in lacking(bare)] == ["pytest", "vitest", "go"]


async def test_of_several_workers_it_is_said_how_many(database: Database) -> None:
    lacks = [NONE, [], [Lack("go", "Nothing in Go is run", "go is not installed", "Install it.")]]
    for each in lacks:
        await Presence(database, each).tell()
    told = await off(database)
    assert [each.what for each in told] == [
        "Code is not run here by 1 of 3 workers",
        "Nothing in Go is run by 1 of 3 workers",
    ]


async def test_who_gives_no_sign_of_life_is_not_believed(database: Database) -> None:
    worker = Presence(database, NONE)
    await worker.tell()
    async with database.system() as connection:
        await connection.execute("UPDATE workers SET seen_at = now() - interval '46 seconds'")
    assert await off(database) == []
    await worker.tell()
    assert len(await off(database)) == 1


async def test_a_loop_tells_while_it_lives(settings: Settings, database: Database) -> None:
    async with thinking(settings, database, FILES) as made:
        engine = replace(made.engine, lacks=NONE)
        async with serving(replace(made, engine=engine)):
            await until(lambda: _is_off(database))
        assert await off(database) == []


async def _is_off(database: Database) -> bool:
    return bool(await off(database))
