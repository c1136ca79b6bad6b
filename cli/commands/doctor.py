"""Check everything, and say for each problem what it turns off and how to mend it."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli import opened
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from cli.checks import Check

HELP = "check everything, and say how to mend what is wrong"
_MARKS = {"ok": "✓", "off": "–", "broken": "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """1 only where something is broken that nothing works without."""
    from cli.checks import BROKEN

    checks = examine()
    if arguments.json:
        print(json.dumps({"checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        _print(checks)
    return int(any(check.state == BROKEN for check in checks))


def examine() -> list[Check]:
    from cli import checks

    try:
        settings = opened.settings()
    except UserError as error:
        return [checks.Check("environment", checks.BROKEN, str(error), "everything")]
    return [
        checks.disk(settings.data_dir),
        *_stores(settings),
        checks.git(),
        asyncio.run(checks.sandbox(settings.data_dir)),
        checks.toolchain(),
        checks.clang(),
        checks.kill_switch(settings),
        *asyncio.run(checks.github(settings)),
    ]


def _stores(settings: Settings) -> list[Check]:
    from cli import checks
    from cli.stores import stores

    try:
        with stores(settings) as running:
            return asyncio.run(_inside(running))
    except UserError as error:
        return [checks.Check("stores", checks.BROKEN, str(error), "everything")]


async def _inside(running: Settings) -> list[Check]:
    from cli import checks

    await opened.prepare(running)
    found = [*await checks.database(running), *await checks.redis(running)]
    if any(check.state == checks.BROKEN for check in found):
        return found
    return [*found, *await checks.model(running)]


def _print(checks: Sequence[Check]) -> None:
    """A line for each check, the way out under each problem, and the sum of it."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        print(f"{_MARKS[check.state]} {check.name:{width}}  {check.found}")
        if check.turns_off:
            print(f"  {'':{width}}  turns off: {check.turns_off}")
        if check.mend:
            print(f"  {'':{width}}  to mend it: {check.mend}")
    print(_sum([check.state for check in checks]))


def _sum(states: Sequence[str]) -> str:
    if broken := states.count("broken"):
        return f"\nPonder cannot work: {broken} of {len(states)} checks failed."
    if off := states.count("off"):
        return f"\nPonder works. {off} of {len(states)} checks found something turned off."
    return "\nEverything works."
