"""The engine: how many Thoughts a second, how soon one begins, how fair it is, what a crash costs.

python -m benchmarks.engine [--work FOLDER] [--only rates,fairness,kills] [--seeds N] [--each N]
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from benchmarks.engine import fairness, kills, noop, rates
from benchmarks.query.stage import table

ROOT = Path(__file__).parent.parent.parent
_WORDS = {noop.NOTHING: "nothing to do", noop.EMPTY: "runs, and finds nothing"}


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast, how soon, how fair, how safe.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "engine")
    parser.add_argument("--only", default=",".join(PARTS), help=", ".join(PARTS))
    parser.add_argument("--seeds", type=int, default=20, help="of kills")
    parser.add_argument("--each", type=int, default=rates.EACH, help="Thoughts of each tenant")
    asked = parser.parse_args()
    asked.work = asked.work.absolute()
    asked.work.mkdir(parents=True, exist_ok=True)
    for name in asked.only.split(","):
        print(f"## {name}\n\n{PARTS[name](asked)}\n", flush=True)


def _rates(asked: argparse.Namespace) -> str:
    found = asyncio.run(rates.measured(asked.work, asked.each))
    bare = ("bare claim and delete, one row a transaction", found["bare"]["rate"], "", 1.0)
    rows = [
        (
            _WORDS[kind],
            found[kind]["rate"],
            f"{found[kind]['worker']:.2f} + {found[kind]['server']:.2f}",
            found[kind]["rate"] / found["bare"]["rate"],
        )
        for kind in _WORDS
    ]
    speed = table(
        ("Thoughts", "a second", "processor ms: worker + server", "of bare"), [bare, *rows]
    )
    soon = found["latency"]
    waits = [
        (what, soon[f"{key}_p50"], soon[f"{key}_p99"])
        for key, what in (("claim", "claim → start"), ("queued", "queued → start"))
    ]
    return f"{speed}\n\nat {soon['rate']:.0f} a second:\n\n" + table(
        ("wait", "p50 ms", "p99 ms"), waits
    )


def _fairness(asked: argparse.Namespace) -> str:
    found = asyncio.run(fairness.measured(asked.work))
    rows = [
        (what, found[f"alike_{key}"], found[f"beside_{key}"], f"{found[f'more_{key}']:.0%}")
        for key, what in (("seconds", "seconds"), ("done", "Thoughts done before"))
    ]
    heads = ("others' p95", "alike", f"one has {fairness.TIMES} times the work", "more by")
    return table(heads, rows)


def _kills(asked: argparse.Namespace) -> str:
    rows = [asyncio.run(kills.measured(asked.work, seed)) for seed in range(asked.seeds)]
    return table(list(rows[0]), [list(row.values()) for row in rows])


PARTS = {"rates": _rates, "fairness": _fairness, "kills": _kills}

if __name__ == "__main__":
    main()
