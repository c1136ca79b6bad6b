"""Think about a repository now: run Thoughts, the best first, and say what each came to."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import Any

from cli import opened
from core.errors import UserError
from core.settings import Settings
from core.words import many

HELP = "think about a repository now, and keep what is found"
_SECONDS = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument(
        "--thought", action="append", default=[], metavar="NAME", help="only Thoughts of this kind"
    )
    parser.add_argument(
        "--for", dest="seconds", type=_seconds, default=_SECONDS, metavar="SECONDS",
        help=f"begin no Thought after so long ({_SECONDS:.0f})",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds; give more than 0")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    _require_known(arguments.thought)
    with stores(opened.settings()) as settings:
        runs = asyncio.run(_think(arguments, settings))
    if arguments.json:
        print(json.dumps({"runs": runs}, ensure_ascii=False))
    else:
        print(closing(arguments.repo, runs))
    return 0


def _require_known(names: list[str]) -> None:
    from workers.thoughts import THOUGHTS

    for name in names:
        if name not in THOUGHTS:
            raise UserError(f"There is no Thought '{name}'; there are {', '.join(THOUGHTS)}.")


async def _think(arguments: argparse.Namespace, settings: Settings) -> list[dict[str, Any]]:
    from rich.console import Console

    from cli import indexing, thinking
    from cli import told as terminal
    from cli.progress import shown
    from workers.engine.now import think_now
    from workers.thinking import open_engine

    told: list[dict[str, Any]] = []
    found, console = 0, Console(highlight=False)
    async with opened.context(settings) as context:
        repository = await opened.connect(context, arguments.repo)
        with shown() as progress:
            report = await indexing.build(context, repository, "", progress)
            await indexing.link(context, repository, report.snapshot_id, progress)
        engine = await open_engine(context)
        ended = think_now(engine, repository, kinds=arguments.thought, seconds=arguments.seconds)
        with terminal.waiting() as wait:
            async for each in ended:
                told.append(await thinking.document(context, each))
                found += each.found
                wait(len(told), found)
                if not arguments.json:
                    terminal.run(console, each)
    return told


def closing(repo: str, runs: Sequence[dict[str, Any]]) -> str:
    """What was found, and what it cost."""
    if not runs:
        return "There was nothing to think about."
    found = {fingerprint for run in runs for fingerprint in run["findings"]}
    seconds, cpu = (sum(run[name] for run in runs) for name in ("seconds", "cpu_seconds"))
    idle = sum(run["status"] in ("nothing", "known") for run in runs)
    had = f" ({idle} had nothing to do)" if idle else ""
    cost = f"{many(len(runs), 'Thought')}{had} in {seconds:.0f} s, {cpu:.0f} s of a processor"
    if not found:
        return f"{cost}; nothing was found."
    return f"{cost}; {many(len(found), 'finding')}: ponder findings {repo}"
