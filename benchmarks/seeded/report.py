"""The tables of the README."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

from benchmarks.seeded.cases import Case
from benchmarks.seeded.game import Game

Played = Sequence[tuple[Case, Game]]
_HEAD = (
    "| | n | reproduced | right of all reproduced | median s to the find | p90 | "
    "CPU s a find | finds a CPU hour |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)

_CLEAN = (
    "\n| clean package | order | reproduced | proven, medium or higher | suspected | s |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


def shown(cases: Mapping[str, Case], games: Sequence[Game]) -> str:
    """A table for each order and limit, then one of the clean packages."""
    parts: list[str] = []
    for order, limit in sorted({(game.order, game.limit) for game in games}):
        played = [
            (cases[game.name], game)
            for game in games
            if game.name in cases and (game.order, game.limit) == (order, limit)
        ]
        if played:
            parts += [f"\nIn the order '{order}', at most {limit:.0f} s each.\n", _HEAD]
            parts += _rows(played)
    clean = [game for game in games if game.name not in cases]
    if clean:
        parts += [_CLEAN]
        parts += [
            f"| {game.name} | {game.order} | {len(game.found)} | {game.loud} "
            f"| {len(game.suspected)} | {game.seconds:.0f} |"
            for game in sorted(clean, key=lambda game: game.key)
        ]
    return "\n".join(parts)


def _rows(games: Played) -> list[str]:
    """For all cases, both halves, each package and each kind of defect."""
    groups: list[tuple[str, Callable[[Case], bool]]] = [
        ("all", lambda case: True),
        ("tests kept", lambda case: not case.removed),
        ("tests removed", lambda case: case.removed),
    ]
    for package in sorted({case.package for case, _ in games}):
        groups.append((package, lambda case, package=package: case.package == package))  # type: ignore[misc]
    for kind in sorted({case.mutant.kind for case, _ in games}):
        groups.append((kind, lambda case, kind=kind: case.mutant.kind == kind))  # type: ignore[misc]
    rows = [_row(name, [each for each in games if wanted(each[0])]) for name, wanted in groups]
    return [row for row in rows if row]


def _row(name: str, games: Played) -> str:
    if not games:
        return ""
    hits = [game.right for _, game in games if game.right]
    told = sum(len(game.found) for _, game in games)
    right = sum(each.judgement == "right" for _, game in games for each in game.found)
    cpu = sum(game.cpu_seconds for _, game in games)
    times = sorted(hit.seconds for hit in hits)
    middle = f"{statistics.median(times):.0f}" if times else "-"
    late = f"{times[math.ceil(0.9 * len(times)) - 1]:.0f}" if times else "-"
    each = f"{cpu / len(hits):.0f}" if hits else "-"
    hour = f"{3600 * len(hits) / cpu:.0f}" if cpu else "-"
    return (
        f"| {name} | {len(games)} | {_share(len(hits), len(games))} | {_share(right, told)} "
        f"| {middle} | {late} | {each} | {hour} |"
    )


def _share(part: int, whole: int) -> str:
    """With Wilson's interval of 95 %."""
    if not whole:
        return "-"
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole**2))
    spread /= 1 + z * z / whole
    return f"{share:.2f} [{max(0.0, middle - spread):.2f}, {middle + spread:.2f}] ({part}/{whole})"


def line(case: Case | None, game: Game) -> str:
    """What came of one game."""
    hit = game.right
    came = f"found in {hit.seconds:.0f} s by {hit.thought}" if hit else "missed"
    wrong = [each for each in game.found if each.judgement != "right"]
    said = "".join(f"; {each.judgement}: {each.message[:80]}" for each in wrong)
    evidence = f"{len(game.proven)} proven, {len(game.suspected)} suspected"
    spent = f"{game.order}, {game.seconds:.0f} s, {game.cpu_seconds:.0f} CPU s"
    if case is None:
        return f"{game.name} clean: {len(game.found)} reproduced, {evidence}, {spent}{said}"
    tests = "removed" if case.removed else "kept"
    return f"{case.id} {case.mutant.kind} tests {tests}: {came} ({spent}, {evidence}){said}"
