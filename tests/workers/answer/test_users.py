"""Who uses something, and what a change of it reaches: told from the graph, every use cited."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest

from core.db import repositories
from core.db.connect import Database
from core.settings import Settings
from tests.checkout import Checkout
from tests.citation_judge import faults
from tests.shop import Searcher, Shop

FILES = {
    "library/shelf.py": '''"""Books that are kept on shelves."""


class Shelf:
    """A shelf of books."""

    @classmethod
    def opened(cls) -> "Shelf":
        return Shelf()

    def lend(self, title: str) -> str:
        """Lend a book to a reader."""
        return title


def count_pages(title: str) -> int:
    """Count the pages of a book."""
    return len(title)


def burn_after_reading(title: str) -> None:
    """Burn a book."""


def weigh(title: str) -> int:
    """Weigh a book on the scales."""
    return weigh(title[1:]) if title else 0
''',
    "library/desk.py": '''"""The desk where readers ask."""

from library.shelf import Shelf, count_pages as pages


def greet(shelf: Shelf, reader: str) -> str:
    """Greet a reader at the desk."""
    return reader


def describe(title: str) -> str:
    """Describe a book to a reader."""
    return f"{title}, {pages(title)} pages"
''',
    "library/door.py": '''"""The door of the library."""

from library.desk import describe


def enter(reader: str) -> str:
    """Let a reader in and describe the newest book."""
    return describe("Emma")
''',
    "library/names.py": "from library.shelf import Shelf\n",
    "tests/test_shelf.py": """from library.desk import describe
from library.shelf import burn_after_reading


def test_a_book_burns():
    burn_after_reading("Emma")


def test_a_book_is_described():
    assert describe("Emma")
""",
}


@pytest.fixture(scope="module")
async def library(
    settings: Settings, _pool: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shop]:
    checkout = Checkout(tmp_path_factory.mktemp("library"))
    for path, content in FILES.items():
        checkout.write(path, content)
    checkout.commit("Open the library")
    async with _pool.tenant(0) as connection:
        repository = await repositories.connect_local(
            connection, name="library", source=str(checkout.path)
        )
    opened = Shop(settings, _pool, checkout, repository, "", Searcher(_pool, None))
    opened.commit = await opened.index()
    yield opened
    shutil.rmtree(opened.mirrors, ignore_errors=True)


async def told(library: Shop, question: str) -> str:
    """The text of an answer in which an independent judge finds no fault."""
    answer = await library.ask(question)
    cited = await library.cited(answer.id)
    assert not answer.refused, answer.text
    assert faults(answer, cited, library.mirror, library.commit) == []
    return answer.text


async def test_a_class_that_calls_itself_is_used_where_others_name_it(library: Shop) -> None:
    text = await told(library, "who uses Shelf?")
    assert "is used by:\n\n- `greet` in `library/desk.py` [" in text
    assert "No use" not in text


async def test_an_import_is_a_use_where_its_file_says_nothing_else(library: Shop) -> None:
    text = await told(library, "Who uses `Shelf`?")
    assert "the top level of `library/names.py` [" in text
    assert "the top level of `library/desk.py`" not in text


async def test_a_use_under_another_name_is_cited_at_its_line(library: Shop) -> None:
    answer = await library.ask("Who calls `count_pages`?")
    assert "`describe` in `library/desk.py` [" in answer.text
    cited = {(c.path, c.start_line) for c in await library.cited(answer.id)}
    assert ("library/desk.py", 13) in cited


async def test_what_only_tests_use_is_told_as_such(library: Shop) -> None:
    text = await told(library, "Who calls `burn_after_reading`?")
    assert text.startswith("Only tests and examples use `burn_after_reading`")
    assert "`test_a_book_burns` in `tests/test_shelf.py` [" in text


async def test_what_only_uses_itself_is_told_as_such(library: Shop) -> None:
    text = await told(library, "Can I safely remove `weigh`?")
    assert text.startswith("Nothing in the indexed files but `weigh` itself [1] uses it: `weigh`")
    assert "outside of this repository" in text


@pytest.mark.parametrize(
    "question",
    [
        "What breaks if I change `count_pages`?",
        "What else is affected if I rename count_pages?",
        "What depends on count_pages?",
    ],
)
async def test_impact_is_the_users_then_theirs_and_the_tests(library: Shop, question: str) -> None:
    text = await told(library, question)
    users, further = text.index("- `describe` in"), text.index("- `enter` in `library/door.py` [")
    tests = text.index("by way of others, these do: `test_a_book_is_described` in")
    assert users < text.index("One step further, by way of these:") < further < tests


async def test_what_depends_on_a_file_imports_it(library: Shop) -> None:
    text = await told(library, "What depends on library/desk.py?")
    assert "the top level of `library/door.py` [" in text


async def test_what_is_described_in_words_has_its_place_told_first(library: Shop) -> None:
    text = await told(library, "What else is affected if counting the pages of a book changes?")
    assert text.startswith("`count_pages` (function, `library/shelf.py`) does this: ")
    assert "- `describe` in `library/desk.py` [" in text


async def test_the_users_are_cited_before_what_is_close_by(library: Shop) -> None:
    answer = await library.ask("who uses Shelf?")
    paths = [c.path for c in await library.cited(answer.id)]
    assert paths[:3] == ["library/shelf.py", "library/desk.py", "library/names.py"]
