"""How well risk orders the fixes that come later, against simpler orders.

python -m benchmarks.risk [--work FOLDER] [--only werkzeug,pytest] [--repository PATH]…
"""

from __future__ import annotations

import argparse
import os
import venv
from pathlib import Path

from benchmarks.risk.histories import History, of_releases, of_repository, pinned
from benchmarks.risk.judged import SCORES, Judged, judged

ROOT = Path(__file__).parent.parent.parent
MOMENTS = 6
AHEAD = 4
"""Releases whose fixes judge; of commits, a tenth of the history."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Risk against simpler orders of files.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "risk")
    parser.add_argument("--only", default="", help="packages, comma-separated")
    parser.add_argument(
        "--repository", type=Path, action="append", help="with a history of its own (this one)"
    )
    arguments = parser.parse_args()
    wanted = set(arguments.only.split(",")) - {""}
    work = arguments.work.absolute()
    python = _pip(work / "pip")
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n{_HEAD}", flush=True)
    for package in pinned():
        if not wanted or package.name in wanted:
            history = of_releases(package, work, python)
            print(_shown(history, judged(history, MOMENTS, AHEAD)), flush=True)
    for source in arguments.repository or [ROOT]:
        own = of_repository(source.absolute())
        print(_shown(own, judged(own, MOMENTS, max(len(own.commits) // 10, 1))), flush=True)


def _pip(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    return python


_HEAD = (
    f"| history | commits | moments | files | later fixes | learned | {' | '.join(SCORES)} |\n"
    f"|---|---|---|---|---|---|{'---|' * len(SCORES)}"
)


def _shown(history: History, each: Judged) -> str:
    start = f"| {history.name} | {len(history.commits)} | {each.moments} "
    if not each.moments:
        return f"{start}| no moment has both files with and without a later fix |"
    means = [each.means(name) for name in SCORES]
    cells = " | ".join(f"{area:.2f} / {share:.0%}" for area, share in means)
    files = each.files // each.moments
    return f"{start}| {files} | {each.fixes} | {each.learned} of {each.moments} | {cells} |"


if __name__ == "__main__":
    main()
