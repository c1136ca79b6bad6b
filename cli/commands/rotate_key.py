"""Wrap every stored secret with the current key, so that the one before may be forgotten."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import TYPE_CHECKING

from cli import opened
from core.errors import UserError

if TYPE_CHECKING:
    from core.settings import Settings

HELP = "wrap stored secrets with the current PONDER_SECRET_KEY, after it was changed"
_HOW = (
    "All is wrapped with the current key. To change it, set PONDER_OLD_SECRET_KEYS to the key of "
    "now and PONDER_SECRET_KEY to a new one, start Ponder again, and run this once more."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores
    from core import secret_key

    settings = opened.settings()
    own = secret_key.is_ours(os.environ)
    if own:
        _require_alone(settings)
        secret_key.renew(settings.data_dir)
        settings = opened.settings()
    with stores(settings) as running:
        done = asyncio.run(_wrapped(running))
    if own:
        secret_key.forget_old(settings.data_dir)
        print(f"Ponder has a new key, and {done} stored secrets are wrapped with it.")
    elif done:
        print(f"{done} stored secrets were wrapped anew; PONDER_OLD_SECRET_KEYS may be unset.")
    else:
        print(_HOW)
    return 0


def _require_alone(settings: Settings) -> None:
    """Raise UserError while another process works with the key of the data directory."""
    from cli import locks, place

    used = place.records_of(settings.data_dir) / "users.lock"
    if used.exists() and not locks.is_free(used):
        raise UserError("Ponder is running with the key that would change; stop it and try again.")


async def _wrapped(running: Settings) -> int:
    """How many values had another key. Raises UserError where none that is known opens one."""
    from core.db import sealed
    from core.db.connect import open_database
    from core.secrets import Keyring

    await opened.prepare(running)
    keyring, done, lost = Keyring.of(running), 0, 0
    async with open_database(running.database_url) as database, database.system() as connection:
        for column in sealed.COLUMNS:
            for key, value in (await sealed.locked(connection, column)).items():
                if keyring.is_current(value):
                    continue
                anew = keyring.rewrapped(value)
                if anew is None:
                    lost += 1
                    continue
                await sealed.replace(connection, column, key, anew)
                done += 1
    if lost:
        raise UserError(
            f"{done} stored secrets were wrapped anew, but no known key opens {lost} more; add "
            "the key that they were stored with to PONDER_OLD_SECRET_KEYS and try again."
        )
    return done
