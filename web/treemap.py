"""A treemap: rectangles whose areas are amounts, as square as can be (Bruls, Huizing, van Wijk)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

HEADER, GAP = 20.0, 2.0
_LEAST_SIDE = 5.0
_LEAST_INNER = 44.0


class Rectangle(NamedTuple):
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Node:
    """A folder or a file; `amount` of a folder is the sum of what is in it."""

    name: str
    path: str
    amount: float = 0.0
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tile:
    """A node where it is drawn; `inner` says that what is in it is drawn too, below a header."""

    node: Node
    at: Rectangle
    inner: bool


def tree(amounts: Iterable[tuple[str, float]]) -> Node:
    """Of paths; a folder that holds nothing but one folder is one with it, as `src/click`."""
    root = Node("", "")
    for path, amount in amounts:
        node = root
        node.amount += amount
        parts = path.split("/")
        for depth, part in enumerate(parts, 1):
            node = node.children.setdefault(part, Node(part, "/".join(parts[:depth])))
            node.amount += amount
    return _joined(root)


def _joined(node: Node) -> Node:
    while node.name and len(node.children) == 1:
        (only,) = node.children.values()
        if not only.children:
            break
        node = Node(f"{node.name}/{only.name}", only.path, only.amount, only.children)
    node.children = {name: _joined(child) for name, child in node.children.items()}
    return node


def tiles(root: Node, width: float, height: float, *, most: int) -> list[Tile]:
    """Outer ones before inner ones, no more than `most`: the largest folders are opened first."""
    drawn = _placed(root, Rectangle(0, 0, width, height))
    opened: list[Tile] = []
    count = len(drawn)
    while drawn:
        tile = max(drawn, key=lambda each: each.at.width * each.at.height)
        drawn.remove(tile)
        inside = _inside(tile.at)
        children = _placed(tile.node, inside) if tile.node.children and inside else []
        if children and count + len(children) <= most:
            count += len(children)
            drawn += children
            opened.append(Tile(tile.node, tile.at, inner=True))
        else:
            opened.append(tile)
    return opened


def _inside(at: Rectangle) -> Rectangle | None:
    """The room below a folder's header; None where there is too little."""
    if at.width < _LEAST_INNER or at.height < _LEAST_INNER + HEADER:
        return None
    return Rectangle(at.x + GAP, at.y + HEADER, at.width - 2 * GAP, at.height - HEADER - GAP)


def _placed(node: Node, room: Rectangle) -> list[Tile]:
    """The children in the room, the largest first; those that are too small to see are left out."""
    wanted = sorted(node.children.values(), key=lambda each: (-each.amount, each.name))
    wanted = [each for each in wanted if each.amount > 0]
    places = squarified([each.amount for each in wanted], room)
    return [
        Tile(each, _shrunk(place), inner=False)
        for each, place in zip(wanted, places, strict=True)
        if min(place.width, place.height) >= _LEAST_SIDE
    ]


def _shrunk(at: Rectangle) -> Rectangle:
    return Rectangle(at.x + GAP / 2, at.y + GAP / 2, at.width - GAP, at.height - GAP)


def squarified(amounts: Sequence[float], room: Rectangle) -> list[Rectangle]:
    """Rectangles that fill the room, in the order of the amounts, which must fall and be above 0.
    Rows are laid along the shorter side, each as long as that makes its tiles squarer."""
    total = sum(amounts)
    if not total or room.width <= 0 or room.height <= 0:
        return [Rectangle(room.x, room.y, 0, 0) for _ in amounts]
    areas = [amount / total * room.width * room.height for amount in amounts]
    placed: list[Rectangle] = []
    while len(placed) < len(areas):
        side = max(min(room.width, room.height), 1e-9)
        row = _row(areas[len(placed) :], side)
        tiles_of_row, room = _laid(row, room)
        placed += tiles_of_row
    return placed


def _row(areas: Sequence[float], side: float) -> Sequence[float]:
    count, worst = 1, _worst(areas[0], areas[0], areas[0], side)
    total = areas[0]
    while count < len(areas):
        total += areas[count]
        next_worst = _worst(areas[0], areas[count], total, side)
        if next_worst > worst:
            break
        count, worst = count + 1, next_worst
    return areas[:count]


def _worst(largest: float, least: float, total: float, side: float) -> float:
    """The worst ratio of sides in a row of these areas."""
    return max(side**2 * largest / total**2, total**2 / (side**2 * max(least, 1e-12)))


def _laid(row: Sequence[float], room: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """The row along the shorter side of the room, and the room that is left."""
    total, placed, at = sum(row), [], 0.0
    if room.width >= room.height:
        thick = min(total / room.height, room.width)
        for area in row:
            length = area / total * room.height
            placed.append(Rectangle(room.x, room.y + at, thick, length))
            at += length
        return placed, Rectangle(room.x + thick, room.y, room.width - thick, room.height)
    thick = min(total / room.width, room.height)
    for area in row:
        length = area / total * room.width
        placed.append(Rectangle(room.x + at, room.y, length, thick))
        at += length
    return placed, Rectangle(room.x, room.y + thick, room.width, room.height - thick)
