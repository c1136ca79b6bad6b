"""python -m benchmarks.callers [--commits N] [--seconds S] REPOSITORY…"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.callers.replay import History, replayed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callers")
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=300.0, help="for each repository")
    given = parser.parse_args()
    for folder in given.repositories:
        _measure(folder, given.commits, given.seconds)


def _measure(folder: Path, commits: int, seconds: float) -> None:
    history, end = History(folder), time.monotonic() + seconds
    seen = changed = told = left = confirmed = 0
    for before, after in history.commits(commits):
        if time.monotonic() > end:
            break
        seen += 1
        found = replayed(history, before, after)
        if found is None:
            continue
        changed += 1
        told, left = told + len(found.told), left + len(found.left)
        confirmed += len(found.confirmed)
        for each in found.told:
            print(f"  told of {after[:9]}: {each.path}:{each.line} {each.said}", file=sys.stderr)
    print(
        f"{folder}: {seen} commits, {changed} change what others may call: told {told}; "
        f"with the callers left behind: told {left}, of which the commit mended {confirmed}"
    )


if __name__ == "__main__":
    main()
