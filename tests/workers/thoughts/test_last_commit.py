"""Whether the last commit says that something is different now."""

from __future__ import annotations

import pytest

from core.db.symbol_graph import Definition
from workers.thoughts.last_commit import announced

SHORTEN = Definition(
    *("words.py", 1, 0, "shorten", "shorten", "function", 1, 3, "def shorten(text)", "So many.")
)
WAS = "def shorten(text):\n    'So many.'\n    return text[:3]\n"
NOW = WAS.replace("3", "4")


@pytest.mark.parametrize(
    ("message", "more"),
    [
        ("Fix shorten", {}),
        ("Merge branch 'main'", {}),
        ("Tidy up", {"CHANGES.md": ("", "One more letter\n")}),
        ("Tidy up", {"tests/test_words.py": ("assert 3\n", "assert 4\n")}),
        ("Tidy up", {"README.md": ("", "`shorten` gives one letter more\n")}),
        ("Tidy up", {"words.py": (WAS.replace("So", "Less"), NOW)}),
    ],
)
def test_a_commit_announces_what_it_changes(message: str, more: dict[str, tuple[str, str]]) -> None:
    texts = {"words.py": (WAS, NOW), **more}
    assert announced(message, texts, set(more) - {"words.py"}, [SHORTEN])


def test_a_commit_that_says_nothing_announces_nothing() -> None:
    texts = {"words.py": (WAS, NOW), "README.md": ("", "Words.\n")}
    assert not announced("Tidy up", texts, {"README.md"}, [SHORTEN])
