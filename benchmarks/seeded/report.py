"""The tables of the README."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

from benchmarks.seeded.cases import Case
from benchmarks.seeded.play import Game

Played = Sequence[tuple[Case, Game]]
_HEAD = (
    "| | n | reproduced | right of all reproduced | median s to the find | p90 | "
    "CPU s a find | finds a CPU hour |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def shown(games: Played, alarms: Mapping[str, Game], seconds: float) -> str:
    """For all cases, both halves, each package and each kind of defect; then the clean packages."""
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
    parts = [f"At most {seconds:.0f} s of thinking each.\n", _HEAD, *(row for row in rows if row)]
    if alarms:
        parts += ["", "| clean package | reproduced | proven | suspected | s |"]
        parts += ["| --- | --- | --- | --- | --- |"]
        parts += [
            f"| {package} | {len(game.found)} | {len(game.proven)} | {len(game.suspected)} "
            f"| {game.seconds:.0f} |"
            for package, game in sorted(alarms.items())
        ]
    return "\n".join(parts)


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
    came = f"found in {hit.seconds:.0f} s by {hit.finding.thought}" if hit else "missed"
    wrong = [each for each in game.found if each.judgement != "right"]
    said = "".join(f"; {each.judgement}: {each.finding.message[:80]}" for each in wrong)
    evidence = f"{len(game.proven)} proven, {len(game.suspected)} suspected"
    if case is None:
        return f"clean: {len(game.found)} reproduced, {evidence}, {game.seconds:.0f} s{said}"
    tests = "removed" if case.removed else "kept"
    return (
        f"{case.id} {case.mutant.kind} tests {tests}: {came} ({game.seconds:.0f} s, "
        f"{game.cpu_seconds:.0f} CPU s, {evidence}){said}"
    )
