"""How many seeded bugs are found, how soon, and how often Ponder is wrong.

python -m benchmarks.seeded [--sample 12] [--seconds 60] [--only isodate] [--thought verify]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import tempfile
import venv
from dataclasses import asdict
from pathlib import Path

from benchmarks.seeded import choose, report
from benchmarks.seeded.cases import Case, checkout, known, trees
from benchmarks.seeded.play import Game, play
from cli.stores import stores
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
    parser.add_argument("--thought", action="append", default=[], help="only Thoughts of this kind")
    parser.add_argument("--no-clean", action="store_true", help="leave out the clean packages")
    parser.add_argument("--half", choices=("kept", "removed"), help="cases with or without tests")
    parser.add_argument("--make", action="store_true", help="make the cases anew")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    clean = trees(work, _pip(work / "pip"))
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
    cases = _chosen(arguments)
    log.configure(level=logging.CRITICAL)  # what failed is told with its run
    await migrate(settings.database_url)
    games: list[tuple[Case, Game]] = []
    alarms: dict[str, Game] = {}
    async with open_context(settings) as context:
        for package in sorted({case.package for case in cases}):
            first = await _clean(context, clean[package], work, package, arguments)
            alarms |= {package: first} if first else {}
            told = frozenset(each.finding.fingerprint for each in first.found) if first else None
            for case in (case for case in cases if case.package == package):
                folder = checkout(clean[package], work / "played" / case.id, case)
                game = await play(
                    context,
                    folder,
                    clean[package],
                    seconds=arguments.seconds,
                    kinds=arguments.thought,
                    known=told or frozenset(),
                )
                games.append((case, game))
                _note(work / "results.jsonl", case, game)
    print(report.shown(games, alarms, arguments.seconds))


async def _clean(
    context: Context, tree: Path, work: Path, package: str, arguments: argparse.Namespace
) -> Game | None:
    """What is found where nothing was seeded; all of the time is used."""
    if arguments.no_clean:
        return None
    folder = checkout(tree, work / "played" / package, None)
    game = await play(context, folder, folder, seconds=arguments.seconds, kinds=arguments.thought)
    _note(work / "results.jsonl", None, game)
    return game


def _chosen(arguments: argparse.Namespace) -> list[Case]:
    wanted = set(arguments.only.split(",")) - {""}
    cases = [
        case
        for case in known()
        if (not wanted or {case.package, case.id} & wanted)
        and arguments.half in (None, "removed" if case.removed else "kept")
    ]
    if arguments.sample:
        random.Random(choose.SEED).shuffle(cases)
        cases = cases[: arguments.sample]
    return sorted(cases, key=lambda case: case.id)


def _note(path: Path, case: Case | None, game: Game) -> None:
    """A line for whoever wants to know why; and one on the terminal."""
    found = [
        {"judgement": each.judgement, "seconds": each.seconds, "rule": each.finding.rule,
         "thought": each.finding.thought, "message": each.finding.message,
         "place": f"{each.finding.path}:{each.finding.start_line}",
         "reproducer": each.finding.reproducer}
        for each in game.found
    ]  # fmt: skip
    others = [
        f"{each.evidence} {each.rule} {each.path}:{each.start_line} {each.message}"
        for each in [*game.proven, *game.suspected]
    ]
    row = {"case": asdict(case) if case else None, "found": found, "others": others,
           "runs": game.runs, "seconds": game.seconds, "cpu_seconds": game.cpu_seconds}  # fmt: skip
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    print(report.line(case, game), flush=True)


def _pip(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


if __name__ == "__main__":
    main()
