"""Risk as a map: tiles with a step of heat, a label that fits, and a place that a click opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from core.db.risks import Risk
from web.treemap import Node, Rectangle, Tile, tiles

STEPS = (
    (0.65, "very high"),
    (0.45, "high"),
    (0.25, "raised"),
    (0.1, "moderate"),
    (0.0, "low"),
)
"""The least score of each step of heat, and what it is called."""

MOST_TILES = 420
_LETTER = 6.9
"""Units of the map that a letter is wide."""
_SHORTEST = 7
"""Letters: a shorter beginning of a name names nothing."""


@dataclass(frozen=True, slots=True)
class Hot:
    """A tile as it is drawn. `step` counts from 0, low, to 4; None: no risk is known. `name` and
    `score` are '' where they do not fit; `title` says it all."""

    at: Rectangle
    url: str
    title: str
    step: int | None
    name: str
    score: str
    is_folder: bool


def step_of(score: float) -> int:
    return next(
        len(STEPS) - 1 - n for n, (least, _) in enumerate(STEPS) if score >= least or least == 0
    )


def name_of(score: float) -> str:
    return STEPS[len(STEPS) - 1 - step_of(score)][1]


def hottest(node: Node, scores: Mapping[str, float]) -> float | None:
    """The highest risk of a file in a folder; None where none is known."""
    if not node.children:
        return scores.get(node.path)
    known = [hottest(child, scores) for child in node.children.values()]
    return max((each for each in known if each is not None), default=None)


def telling(node: Node, scores: Mapping[str, float]) -> float | None:
    """What a quarter of a folder's weighed lines reach at least: its one worst file of a thousand
    says little of it. None where no risk is known."""
    leaves = sorted(_weighed(node, scores), reverse=True)
    left = sum(amount for _, amount in leaves) / 4
    for score, amount in leaves:
        left -= amount
        if left <= 0:
            return score
    return None


def _weighed(node: Node, scores: Mapping[str, float]) -> Iterator[tuple[float, float]]:
    if not node.children and node.path in scores:
        yield scores[node.path], node.amount
    for child in node.children.values():
        yield from _weighed(child, scores)


def drawn(
    root: Node, repository_id: int, known: Mapping[str, Risk], width: float, height: float
) -> list[Hot]:
    scores = {path: risk.score for path, risk in known.items()}
    found = tiles(root, width, height, most=MOST_TILES)
    return [_hot(tile, repository_id, known, scores) for tile in found]


def _hot(
    tile: Tile, repository_id: int, known: Mapping[str, Risk], scores: Mapping[str, float]
) -> Hot:
    node, place = tile.node, f"/repositories/{repository_id}"
    score = telling(node, scores)
    number = "" if score is None else f"{score:.0%}"
    said = "risk not known" if score is None else f"risk {number}, {name_of(score)}"
    if node.children:
        url = f"{place}/map?{urlencode({'path': node.path})}"
        highest = hottest(node, scores)
        most = "" if highest is None else f"; the riskiest quarter of them from {number}"
        said = said if highest is None else f"highest risk {highest:.0%}"
        title = f"{node.path}/: {node.amount:,.0f} lines, {said}{most}"
    else:
        url = f"{place}/card?{urlencode({'scope': node.path})}"
        why = "; ".join(known[node.path].reasons[:3]) if node.path in known else ""
        title = f"{node.path}: {node.amount:,.0f} lines, {said}{f' ({why})' if why else ''}"
    fits = tile.at.height >= 16
    name = _fitting(f"{node.name}/" if node.children else node.name, tile.at.width) if fits else ""
    roomy = tile.at.height >= 34 and tile.at.width >= 36 and not tile.inner
    step = None if score is None else step_of(score)
    return Hot(tile.at, url, title, step, name, number if roomy else "", tile.inner)


def _fitting(name: str, width: float) -> str:
    """The name, or its beginning, or nothing."""
    room = int((width - 10) / _LETTER)
    if len(name) <= room:
        return name
    return f"{name[: room - 1]}…" if room >= _SHORTEST else ""
