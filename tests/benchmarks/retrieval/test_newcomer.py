from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.retrieval.newcomer.overlap import band, overlap
from benchmarks.retrieval.newcomer.resolve import Wrong, places, resolved

SOURCE = 'class Shop:\n    def open(self):\n        ring("bell")\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(SOURCE)
    return tmp_path


def test_a_right_place_is_a_definition_with_its_text(tree: Path) -> None:
    (place,) = places('shop.py::Shop.open | ring("bell")', tree)
    assert place == {"path": "shop.py", "start": 2, "end": 3, "symbol": "Shop.open"}


@pytest.mark.parametrize(
    "line",
    [
        "shop.py::Shop.shut | bell",
        "shop.py::Shop.open | gong",
        "shop.py:1-1 | bell",
        "inn.py:1-1 | x",
    ],
)
def test_a_place_that_does_not_hold_is_named(tree: Path, line: str) -> None:
    with pytest.raises(Wrong):
        places(line, tree)


def test_questions_keep_their_kind_and_the_sort_of_their_words(tree: Path) -> None:
    lines = ["Q[how]: How do I get in?", "shop.py::Shop.open | bell", "P[why]: Why is it shut?"]
    (asked, lost), wrong = resolved("shop", lines, tree)
    assert (asked["kind"], asked["words"], asked["type"]) == ("how", "everyday", "newcomer")
    assert lost["words"] == "page"
    assert wrong == ["shop: no place: Why is it shut?"]


def test_shared_words_are_those_of_the_lines_the_name_and_the_path(tree: Path) -> None:
    gold = places("shop.py::Shop.open | bell", tree)
    assert overlap({"query": "Does the bell ring?", "gold": gold}, tree) == 1
    assert overlap({"query": "shop hours", "gold": gold}, tree) == 0.5
    assert band(0) == "none"
    assert band(0.5) == "40% to 60%"
