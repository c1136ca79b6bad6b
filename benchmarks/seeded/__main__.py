"""How many seeded bugs are found, how soon, and how often Ponder is wrong.

python -m benchmarks.seeded [--sample 12] [--seconds 60] [--only isodate] [--thought verify]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import shutil
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.seeded import choose, report
from benchmarks.seeded.cases import Case, checkout, known, trees
from benchmarks.seeded.game import Game, note, noted
from benchmarks.seeded.orders import ORDERS
from benchmarks.seeded.play import play
from benchmarks.stores import stores
from core import log
from core.db.migrate import migrate
from core.settings import Settings
from workers.context import Context, open_context
from workers.sandbox import open_sandbox

ROOT = Path(__file__).parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description="Seeded bugs: found, missed, and false alarms.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "seeded")
    parser.add_argument("--only", default="", help="packages or ids of cases, comma-separated")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many cases, spread")
    parser.add_argument("--seconds", type=float, default=120.0, help="for each case")
    parser.add_argument("--cpu", type=float, default=1e6, help="processor seconds, for each case")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no case after so long")
    parser.add_argument("--order", action="append", choices=sorted(ORDERS), help="priority")
    parser.add_argument("--thought", action="append", default=[], help="only Thoughts of this kind")
    parser.add_argument("--no-clean", action="store_true", help="leave out the clean packages")
    parser.add_argument("--whole", action="store_true", help="go on after the first find")
    parser.add_argument("--half", choices=("kept", "removed"), help="cases with or without tests")
    parser.add_argument("--make", action="store_true", help="make the cases anew")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    clean = trees(work, pip(work / "pip"))
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        if arguments.make:
            asyncio.run(_make(clean, work, Path(folder)))
            return
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            asyncio.run(_play_all(settings, arguments, clean, work))


async def _make(clean: dict[str, Path], work: Path, scratch: Path) -> None:
    sandbox = await open_sandbox(scratch)
    assert sandbox is not None, "there is no sandbox on this machine"
    await choose.make(sandbox, clean, work)


async def _play_all(
    settings: Settings, arguments: argparse.Namespace, clean: dict[str, Path], work: Path
) -> None:
    log.configure(level=logging.CRITICAL)  # what failed is told with its run
    await migrate(settings.database_url)
    until = time.monotonic() + arguments.minutes * 60
    async with open_context(settings) as context:
        playing = Playing(context, clean, work, arguments.thought)
        for game, case in _games(arguments, list(clean)):
            if time.monotonic() < until and game.key not in playing.games:
                await playing.play(game, case)
    print(report.shown({case.id: case for case in known()}, list(playing.games.values())))


def _games(
    arguments: argparse.Namespace, packages: Sequence[str]
) -> Iterator[tuple[Game, Case | None]]:
    """Clean packages come first: what is said of them is not held against a case."""
    cases = _chosen(arguments)
    orders = arguments.order or ["priority"]
    for package in packages:
        if not arguments.no_clean and package in {case.package for case in cases}:
            yield Game(package, orders[0], arguments.seconds, arguments.cpu), None
    for case in cases:
        for order in orders:
            game = Game(case.id, order, arguments.seconds, arguments.cpu, whole=arguments.whole)
            yield game, case


class Playing:
    """Plays games, and keeps each when it is over: whoever comes back goes on from there."""

    def __init__(
        self, context: Context, clean: dict[str, Path], work: Path, kinds: Sequence[str]
    ) -> None:
        self.context, self.clean, self.work, self.kinds = context, clean, work, kinds
        self.kept = work / ("games" + "".join(f"-{kind}" for kind in kinds) + ".jsonl")
        self.games = {game.key: game for game in noted(self.kept)}

    async def play(self, game: Game, case: Case | None) -> None:
        tree = self.clean[case.package if case else game.name]
        folder = checkout(tree, self.work / "played" / game.name, case)
        await play(
            self.context,
            game,
            folder,
            tree if case else folder,
            kinds=self.kinds,
            known=self._said(case.package) if case else frozenset(),
        )
        shutil.rmtree(folder)
        self.games[game.key] = game
        note(self.kept, game)
        print(report.line(case, game), flush=True)

    def _said(self, package: str) -> frozenset[str]:
        """Fingerprints of what is called reproduced where nothing was seeded."""
        clean = [game for game in self.games.values() if game.name == package]
        return frozenset(each.fingerprint for game in clean for each in game.found)


def _chosen(arguments: argparse.Namespace) -> list[Case]:
    """In an order that a seed gives, so that those that were played first are a sample."""
    wanted = set(arguments.only.split(",")) - {""}
    cases = [
        case
        for case in known()
        if (not wanted or {case.package, case.id} & wanted)
        and arguments.half in (None, "removed" if case.removed else "kept")
    ]
    random.Random(choose.SEED).shuffle(cases)
    return cases[: arguments.sample or None]


def pip(folder: Path) -> Path:
    """A Python of its own that has pip, made where it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


if __name__ == "__main__":
    main()
