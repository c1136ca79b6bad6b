"""All of it stops by one command."""

from __future__ import annotations

from core.db import audit_log, switches
from core.db.connect import Database
from tests.cli.conftest import Ponder


async def test_it_is_turned_on_and_off_and_that_is_kept(ponder: Ponder, database: Database) -> None:
    said = [ponder("kill-switch", *turn).stdout for turn in (["on"], [], ["off"], [])]
    assert [text.split(":")[0].strip(".\n") for text in said] == [
        *("The kill switch is on", "The kill switch is on"),
        *("The kill switch is off", "The kill switch is off"),
    ]
    async with database.system() as connection:
        assert not await switches.is_on(connection, switches.KILL)
        lines = await audit_log.of_repository(connection, 0)
    assert [(line.actor, line.what, line.detail) for line in lines] == [
        ("local", "kill", {"on": False}),
        ("local", "kill", {"on": True}),
    ]


def test_what_the_environment_says_is_told(ponder: Ponder) -> None:
    done = ponder("kill-switch", "off", PONDER_KILL_SWITCH="1")
    assert done.stdout.startswith("The kill switch is on")
    assert "unset PONDER_KILL_SWITCH" in done.stdout
