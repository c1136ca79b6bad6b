"""Chaos: a thousand deliveries while everything is killed and GitHub fails. Nothing may be lost,
and nothing done twice.

python -m benchmarks.chaos [--work FOLDER] [--seeds N] [--first SEED] [--deliveries N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks.chaos import round as rounds
from benchmarks.query.stage import table

ROOT = Path(__file__).parent.parent.parent
_HEADS = (
    ("seed", "seed"),
    ("deliveries", "deliveries"),
    ("missed at first", "missed"),
    ("kills and cuts", "kills"),
    ("faults of GitHub", "faults"),
    ("left", "left"),
    ("lost", "lost"),
    ("replies", "replies"),
    ("missing", "missing"),
    ("twice", "twice"),
    ("meant", "meant"),
    ("absent", "absent"),
    ("again", "again"),
    ("other", "other"),
    ("pulls", "pulls"),
    ("heads", "heads"),
    ("reviewed meanwhile", "reviewed"),
    ("cut off", "cut off"),
    ("pull absent", "pull absent"),
    ("pull again", "pull again"),
    ("pull other", "pull other"),
    ("seconds", "seconds"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Everything fails, and nothing is lost.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "chaos")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--deliveries", type=int, default=1000)
    asked = parser.parse_args()
    work = asked.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    found = [_told(work, asked.first + n, asked.deliveries) for n in range(asked.seeds)]
    rows = [[row[key] for _, key in _HEADS] for row in found]
    total = ["all", *(sum(row[key] for row in found) for _, key in _HEADS[1:])]
    print(table([head for head, _ in _HEADS], [*rows, total]))
    print(f"\nload {os.getloadavg()[0]:.0f}; wrong requests: {sum(len(r['wrong']) for r in found)}")


def _told(work: Path, seed: int, deliveries: int) -> dict[str, Any]:
    began = time.monotonic()
    found = asyncio.run(rounds.measured(work, seed, deliveries))
    found["seconds"] = time.monotonic() - began
    print(json.dumps(found), flush=True)
    return found


if __name__ == "__main__":
    main()
