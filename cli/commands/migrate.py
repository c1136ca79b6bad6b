"""Bring the database's tables up to date."""

from __future__ import annotations

import argparse
import asyncio

from cli import opened

HELP = "bring the database's tables up to date"


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores
    from core.db.migrate import migrate

    with stores(opened.settings()) as settings:
        applied = asyncio.run(migrate(settings.database_url))
    for name in applied:
        print(f"Applied {name}.")
    if not applied:
        print("The database is up to date.")
    return 0
