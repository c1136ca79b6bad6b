"""The treemap fills its room, each tile as large as its amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.heat import hottest, name_of, step_of, telling
from web.treemap import Rectangle, squarified, tiles, tree

ROOM = Rectangle(10, 20, 300, 200)
amounts = st.lists(st.floats(1, 10_000), min_size=1, max_size=60).map(
    lambda some: sorted(some, reverse=True)
)
paths = st.lists(
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=5).map("/".join), max_size=60
)


def overlap(one: Rectangle, other: Rectangle) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, width) * max(0.0, height)


@given(amounts)
def test_areas_are_as_the_amounts_and_fill_the_room(some: list[float]) -> None:
    placed = squarified(some, ROOM)
    scale = ROOM.width * ROOM.height / sum(some)
    for amount, each in zip(some, placed, strict=True):
        assert each.width * each.height == pytest.approx(amount * scale, rel=1e-6)
        assert each.x >= ROOM.x - 1e-6
        assert each.y >= ROOM.y - 1e-6
        assert each.x + each.width <= ROOM.x + ROOM.width + 1e-6
        assert each.y + each.height <= ROOM.y + ROOM.height + 1e-6


@given(amounts)
def test_nothing_overlaps(some: list[float]) -> None:
    placed = squarified(some, ROOM)
    for n, one in enumerate(placed):
        assert all(overlap(one, other) < 1e-3 for other in placed[n + 1 :])


@given(paths, st.integers(1, 40))
def test_no_more_tiles_than_wanted_and_each_below_its_folder(found: list[str], most: int) -> None:
    files = {path: 10.0 for path in found if not any(p.startswith(f"{path}/") for p in found)}
    root = tree(files.items())
    drawn = tiles(root, 600, 400, most=max(most, len(root.children)))
    assert len(drawn) <= max(most, len(root.children))
    assert {tile.node.path for tile in drawn if not tile.node.children} <= set(files)
    assert root.amount == sum(files.values())


def test_a_folder_with_one_folder_is_one_with_it() -> None:
    root = tree([("src/click/core.py", 5), ("src/click/utils.py", 3), ("README.md", 2)])
    assert set(root.children) == {"src", "README.md"}
    folder = root.children["src"]
    assert (folder.name, folder.path, folder.amount) == ("src/click", "src/click", 8)


def test_a_folder_is_as_hot_as_its_hottest_file() -> None:
    root = tree([("a/b.py", 1), ("a/c.py", 1), ("d.py", 1)])
    scores = {"a/b.py": 0.2, "a/c.py": 0.9}
    assert hottest(root, scores) == 0.9
    assert hottest(root.children["d.py"], scores) is None


def test_a_folder_has_the_colour_of_its_riskiest_quarter() -> None:
    root = tree([("a/hot.py", 10), ("a/warm.py", 40), ("a/cold.py", 50), ("a/unknown.py", 900)])
    scores = {"a/hot.py": 0.9, "a/warm.py": 0.5, "a/cold.py": 0.1}
    assert telling(root, scores) == 0.5
    assert telling(root, {}) is None


@pytest.mark.parametrize(
    ("score", "step", "name"),
    [
        (0.0, 0, "low"),
        (0.1, 1, "moderate"),
        (0.3, 2, "raised"),
        (0.5, 3, "high"),
        (1, 4, "very high"),
    ],
)
def test_heat_has_five_steps_with_names(score: float, step: int, name: str) -> None:
    assert (step_of(score), name_of(score)) == (step, name)
