"""Laws that are broken are found, and laws that hold are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.probers.base import Broken
from workers.probers.doubts import doubts
from workers.probers.python import probe
from workers.sandbox import Sandbox, open_sandbox

WORDS = '''"""Words."""


def shout(text: str) -> str:
    """Loud.

    >>> shout("a")
    'A'
    >>> shout("b c")
    'B C'
    """
    return text.upper()


def quiet(text: str) -> str:
    """Low.

    >>> quiet("A")
    'a'
    """
    return text.lower()


def first(text: str) -> str:
    """The first letter.

    >>> first("one two")
    'o'
    """
    return text[:1]


def cut(text: str, most: int = 10, end: str = "-") -> str:
    """At most so many letters.

    :param text: what is cut
    :param most: how many letters are left; defaults to 10
    :param end: stands behind them (default: "-")
    """
    return text[:most] + end


def plural(word: str) -> str:
    return word + ("es" if word.endswith("s") else "s")


def longest(words: list[str]) -> str:
    return max(words, key=len, default="")


class Span:
    def __init__(self, days: int) -> None:
        self.days = days

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.days == other.days

    def __hash__(self) -> int:
        return hash(self.days)

    def __lt__(self, other: "Span") -> bool:
        return self.days < other.days

    def __gt__(self, other: "Span") -> bool:
        return self.days > other.days

    def __neg__(self) -> "Span":
        return Span(-self.days)

    def __add__(self, other: "Span") -> "Span":
        return Span(self.days + other.days)

    def __sub__(self, other: "Span") -> "Span":
        return Span(self.days - other.days)


class Box:
    def __init__(self, *items: int) -> None:
        self.items = list(items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    def __getitem__(self, at: int) -> int:
        return self.items[at]


class Reader:
    """What it hands out is nothing before it read, and its annotation is about later."""

    def __init__(self) -> None:
        self._line = None

    def read(self, text: str) -> None:
        self._line = text

    def line(self) -> str:
        return self._line


def known(word: str) -> str:
    if word == "cat":
        return None
    return word + "."
'''
TEST = """from words import Box, Reader, Span, first, known, longest, plural, quiet

PLURALS = [
    ("cat", "cats"), ("dog", "dogs"), ("bus", "buses"), ("hen", "hens"), ("pig", "pigs"),
    ("cow", "cows"), ("ant", "ants"), ("bee", "bees"), ("kiss", "kisses"), ("fly", "flys"),
]


def test_spans():
    assert Span(1).days + Span(-2).days == -1
    assert Span(3) is not None


def test_words():
    assert longest(["a", "bb"])
    assert len(Box(1, 2, 3).items) == 3
    assert Reader().line() is None
    assert known("cat") is None
"""
MISTAKES = [
    {
        ("examples", "shout"): ("return text.upper()", "return text.title().swapcase()"),
        ("ordering", "Span.__gt__"): ("self.days > other.days", "self.days >= other.days"),
        ("arithmetic", "Span.__sub__"): ("self.days - other.days", "self.days + other.days"),
        ("containers", "Box.__len__"): ("return len(self.items)", "return len(self.items) + 1"),
    },
    {
        ("returns", "longest"): (
            "return max(words, key=len",
            "if not words:\n        return ''\n    max(words, key=len",
        ),
        ("equality", "Span.__hash__"): ("return hash(self.days)", "hash(self.days)"),
        ("defaults", "cut"): ("most: int = 10", "most: int = 12"),
    },
]


@pytest.fixture(scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    made = await open_sandbox(tmp_path_factory.mktemp("scratch"))
    assert made is not None
    return made


async def broken(sandbox: Sandbox, folder: Path, words: str) -> list[Broken]:
    (folder / "words.py").write_text(words)
    (folder / "test_words.py").write_text(TEST)
    async with sandbox.workspace(folder) as workspace:
        return await probe(workspace, folder, ["test_words.py", "words.py"], 20, print)


async def test_code_that_keeps_its_laws_is_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    assert not await broken(sandbox, tmp_path, WORDS)


@pytest.mark.parametrize("mistakes", MISTAKES)
async def test_laws_that_are_broken_are_found(
    sandbox: Sandbox, tmp_path: Path, mistakes: dict[tuple[str, str], tuple[str, str]]
) -> None:
    words = WORDS
    for right, wrong in mistakes.values():
        assert right in words
        words = words.replace(right, wrong)
    found = await broken(sandbox, tmp_path, words)
    sure = {(each.law, each.symbol) for each in found if not doubts(each)}
    assert mistakes.keys() <= sure
    for each in found:
        compile(each.test, each.path, "exec")


def test_what_names_alone_suggest_is_never_sure() -> None:
    assert doubts(of_law("round_trip"))
    assert doubts(of_law("growth"))
    assert not doubts(of_law("equality"))


def test_examples_that_nobody_keeps_true_are_doubted() -> None:
    assert not doubts(of_law("examples", share=0.1))
    assert doubts(of_law("examples", share=0.6))


def test_a_short_table_may_be_about_something_else() -> None:
    assert doubts(of_law("tables"))


def of_law(law: str, share: float = 0.0) -> Broken:
    return Broken(law, "", "a.py", "f", 1, "it is so", "assert f()", "", "", 9, 1, 0, share)


QUERY = '''
"""What is compared is asked later."""


class Query:
    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object):
        return Query(f"{self.name} is {other}")

    def __ne__(self, other: object):
        return Query(f"{self.name} is not {other}")

    def __lt__(self, other: object):
        return Query(f"{self.name} is under {other}")

    def __gt__(self, other: object):
        return Query(f"{self.name} is over {other}")

    def __hash__(self) -> int:
        return hash(self.name)
'''


async def test_comparisons_that_make_expressions_keep_other_laws(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "asking.py").write_text(QUERY)
    (tmp_path / "test_asking.py").write_text(
        "from asking import Query\n\n\ndef test_it():\n    assert Query('a') < Query('b')\n"
    )
    async with sandbox.workspace(tmp_path) as workspace:
        paths = ["asking.py", "test_asking.py"]
        assert not await probe(workspace, tmp_path, paths, 20, print)
