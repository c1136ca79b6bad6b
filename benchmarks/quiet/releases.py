"""What the whole engine would have said about each release of packages that people use.

    python -m benchmarks.quiet.releases [--only mistune,parso] [--seconds 90] [--minutes 30]

Each release is a push on top of the one before: it is indexed, and all Thoughts are run about it as
they would be. What is called reproduced, or proven with a severity of medium or higher, is
shown once, at the release where it was said first, for somebody to judge. `--work` names the folder
of packages and of `releases.jsonl`: a package that is in it is not played again.
"""

from __future__ import annotations

import argparse
import json
import time
import venv
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.freshness.releases import Package, history
from benchmarks.quiet.replay import ROOT, Replay, State, noted, play

PINNED = Path(__file__).parent / "releases.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet.releases")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "quiet")
    parser.add_argument("--only", default="", help="packages, comma-separated")
    parser.add_argument("--seconds", type=float, default=90.0, help="of a processor, a release")
    parser.add_argument(
        "--newest", type=int, default=100, metavar="N", help="so many releases each"
    )
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no package after so long")
    arguments = parser.parse_args()
    work = arguments.work.absolute()
    play(work / "releases.jsonl", partial(_packages, arguments, work))


async def _packages(arguments: argparse.Namespace, work: Path, replay: Replay) -> None:
    wanted = set(arguments.only.split(",")) - {""}
    done = {state.name for state in noted(replay.notes)}
    until = time.monotonic() + arguments.minutes * 60
    for package in _pinned():
        if package.name in done or (wanted and package.name not in wanted):
            continue
        if time.monotonic() < until:
            newest = dict(list(package.versions.items())[-arguments.newest :])
            chosen = replace(package, versions=newest)
            for version, checkout in history(chosen, work, _pip(work / "pip")):
                await replay.state(State(package.name, version), checkout, arguments.seconds)


def _pinned() -> list[Package]:
    listed = json.loads(PINNED.read_text(encoding="utf-8"))
    return [Package(name, **rest) for name, rest in listed.items()]


def _pip(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


if __name__ == "__main__":
    main()
