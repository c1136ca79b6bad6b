"""Two orders on the same cases: finds in as much processor time, with an interval.

    python -m benchmarks.seeded.compare GAMES.jsonl [--cpu 10 --cpu 20]

Of each case that both orders played. A case costs what was spent until it was found, or all that it
may cost; a find that came later is none. The interval is a bootstrap of cases, of 95 %.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.seeded.cases import known
from benchmarks.seeded.game import Game, noted

Pair = tuple[Game, Game]
_ROUNDS = 10_000
_ORDERS = ("priority", "round-robin")


def pairs(games: Iterable[Game], most: float) -> list[Pair]:
    """Cases that both orders played to their find, or for at least so many processor seconds."""
    by_order: dict[str, dict[str, Game]] = {order: {} for order in _ORDERS}
    for game in games:
        if game.order in by_order and (game.right or game.cpu_seconds >= most):
            by_order[game.order][game.name] = game
    first, second = (by_order[order] for order in _ORDERS)
    return [(first[name], second[name]) for name in first if name in second]


def told(game: Game, most: float) -> tuple[int, float]:
    """Whether it was found within so many processor seconds, and what it cost."""
    found = game.right is not None and game.right.cpu_seconds <= most
    return int(found), game.right.cpu_seconds if found and game.right else most


def rates(played: Sequence[Pair], most: float) -> tuple[float, float]:
    """Finds a processor hour, of both orders."""
    made = []
    for at in (0, 1):
        each = [told(pair[at], most) for pair in played]
        made.append(3600 * sum(found for found, _ in each) / sum(spent for _, spent in each))
    return made[0], made[1]


def interval(played: Sequence[Pair], most: float) -> tuple[float, float]:
    """Of the ratio of both rates."""
    chance, ratios = random.Random(7), []
    for _ in range(_ROUNDS):
        first, second = rates(chance.choices(played, k=len(played)), most)
        ratios.append(first / second if second else float("inf"))
    ratios.sort()
    return ratios[int(0.025 * _ROUNDS)], ratios[int(0.975 * _ROUNDS)]


def row(name: str, played: Sequence[Pair], most: float) -> str:
    first, second = rates(played, most)
    found = [sum(told(pair[at], most)[0] for pair in played) for at in (0, 1)]
    ratio = f"{first / second:.2f}" if second else "-"
    low, high = interval(played, most)
    return (
        f"| {name} | {most:.0f} | {len(played)} | {found[0]} | {found[1]} | {first:.0f} "
        f"| {second:.0f} | {ratio} [{low:.2f}, {high:.2f}] |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeded.compare")
    parser.add_argument("games", type=Path)
    parser.add_argument("--cpu", type=float, action="append")
    given = parser.parse_args()
    removed = {case.id for case in known() if case.removed}
    print(
        "| cases | CPU s a case | n | found | plain | finds a CPU hour | plain | ratio |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    for most in given.cpu or (10.0, 20.0):
        played = pairs(noted(given.games), most)
        halves = {
            "all": played,
            "tests kept": [pair for pair in played if pair[0].name not in removed],
            "tests removed": [pair for pair in played if pair[0].name in removed],
        }
        for name, half in halves.items():
            if half:
                print(row(name, half, most))


if __name__ == "__main__":
    main()
