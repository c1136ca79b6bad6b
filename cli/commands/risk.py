"""How likely each file and function is to need mending, the riskiest first, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cli import opened
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from core.db.repositories import Repository
    from core.db.risks import Risk
    from workers.context import Context

HELP = "show which files and functions are likely to need mending, and why"
_SHOWN = 20
_MOST = 100_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    with stores(opened.settings()) as settings:
        commit, summary, found = asyncio.run(_found(arguments.repo, settings))
    if arguments.json:
        document = {
            "commit": commit,
            "risks": [
                {
                    "path": each.path,
                    "symbol": each.symbol or None,
                    "score": round(each.score, 4),
                    "reasons": each.reasons,
                }
                for each in found
            ],
        }
        print(json.dumps(document, ensure_ascii=False))
        return 0
    _tell(summary, found)
    return 0


def _tell(summary: str, found: Sequence[Risk]) -> None:
    from rich.console import Console
    from rich.text import Text

    from cli import told

    console = Console(highlight=False)
    told.risks(console, found[:_SHOWN])
    left = len(found) - _SHOWN
    more = f" {left} less risky places are left out; --json has them all." if left > 0 else ""
    console.print(Text(f"\n{summary}{more}", style="dim"), soft_wrap=not console.is_terminal)


async def _found(repo: str, settings: Settings) -> tuple[str, str, list[Risk]]:
    """The commit that was weighed, how, and the risks; weighed now where nobody did yet, or where
    the repository moved on."""
    from core.db import risk_models, risks

    async with opened.context(settings) as context:
        repository = await opened.connect(context, repo)
        await _weigh(context, repository)
        async with context.database.tenant(repository.installation_id) as connection:
            model = await risk_models.get(connection, repository.id)
            found = await risks.of_repository(connection, repository.id, limit=_MOST)
    if not found:
        raise UserError(f"{repo} has no code of which a risk could be told.")
    return found[0].commit_sha, model.summary if model else "", found


async def _weigh(context: Context, repository: Repository) -> None:
    from cli import indexing
    from cli.progress import shown
    from core.db import risks
    from workers.engine.now import think_now
    from workers.thinking import open_engine

    with shown() as progress:
        report = await indexing.build(context, repository, "", progress)
        async with context.database.tenant(repository.installation_id) as connection:
            known = await risks.of_repository(connection, repository.id, limit=1)
        if known and known[0].commit_sha == report.commit:
            return
        await indexing.link(context, repository, report.snapshot_id, progress)
    engine = await open_engine(context)
    ended = think_now(engine, repository, kinds=["prioritize"], seconds=1.0)
    async for each in ended:
        if each.problem:
            raise UserError(f"The risk could not be told: {each.problem}")
