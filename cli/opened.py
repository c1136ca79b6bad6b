"""What a command about one repository works with: stores, tables, the context, the repository."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import UserError
from core.settings import GITHUB, Settings

if TYPE_CHECKING:
    from core.db.connect import Database
    from core.db.repositories import Repository
    from workers.context import Context


def settings() -> Settings:
    """Raise UserError where the environment needs mending."""
    return Settings.from_environment(os.environ)


async def prepare(running: Settings) -> None:
    """Bring embedded tables up to date. Those of a server elsewhere are its owner's to migrate:
    other hosts may still run the version before."""
    if not os.environ.get("DATABASE_URL"):
        from core.db.migrate import migrate

        await migrate(running.database_url)


async def with_app(running: Settings) -> Settings:
    """With the App that was made on the page /setup/github, where the environment names none."""
    from core.db import github_apps
    from core.db.connect import open_database
    from core.secrets import Keyring

    if running.github is not None or len(running.github_missing) < len(GITHUB):
        return running
    async with open_database(running.database_url) as database, database.system() as connection:
        app = await github_apps.get(connection, Keyring.of(running))
    return replace(running, github=app, github_missing=()) if app else running


@asynccontextmanager
async def context(running: Settings) -> AsyncIterator[Context]:
    from core import log
    from workers.context import open_context

    log.configure(level=logging.WARNING)
    await prepare(running)
    async with open_context(running) as opened:
        await _require_on(opened)
        yield opened


async def _require_on(opened: Context) -> None:
    """Raise UserError while the kill switch is on: we index, and may call a model."""
    from core.db import switches

    if opened.settings.kill_switch:
        raise UserError("The kill switch is on; unset PONDER_KILL_SWITCH and try again.")
    async with opened.database.system() as connection:
        if await switches.is_on(connection, switches.KILL):
            raise UserError("The kill switch of this Ponder is on; turn it off and try again.")


async def connect(opened: Context, text: str) -> Repository:
    return await connect_in(opened.database, opened.settings, text)


async def connect_in(database: Database, settings: Settings, text: str) -> Repository:
    """The row of what a person calls REPO. Raises UserError where it is no repository."""
    from core.db import repositories
    from workers.git import source_of

    source = source_of(text, github_url=settings.github_url)
    async with database.tenant(repositories.LOCAL) as connection:
        return await repositories.connect_local(
            connection, name=source.name, source=source.location
        )
