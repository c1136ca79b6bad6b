"""Stop all of it, or let it go on: jobs, Thoughts, answers, calls of models, writing to GitHub."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from cli import opened

if TYPE_CHECKING:
    from core.settings import Settings

HELP = "stop all work, calls of models and writing to GitHub at once, or let them go on"
_ON = "The kill switch is on: nothing runs, calls a model or writes to GitHub."
_OFF = "The kill switch is off."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("turn", choices=("on", "off", "status"), nargs="?", default="status")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    settings = opened.settings()
    with stores(settings) as running:
        on = asyncio.run(_turned(running, arguments.turn))
    print(_ON if on or settings.kill_switch else _OFF)
    if settings.kill_switch and not on:
        print("It is the environment that says so; unset PONDER_KILL_SWITCH and start it again.")
    return 0


async def _turned(running: Settings, turn: str) -> bool:
    """Whether it is on now."""
    from core.db import switches
    from core.db.connect import open_database

    await opened.prepare(running)
    async with open_database(running.database_url) as database, database.system() as connection:
        if turn != "status":
            await switches.turn(connection, switches.KILL, on=turn == "on", by="local")
        return await switches.is_on(connection, switches.KILL)
