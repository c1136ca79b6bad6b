"""Highlighted lines are the lines of git, and nothing of a file becomes markup."""

from __future__ import annotations

import html
import re
import time

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from core.db.repositories import Repository
from tests.web.stage import COMMIT, RETRY
from web.code import LARGEST, dedented, lines_of

_LANGUAGES = ("python", "javascript", "markdown", "yaml", "text", "no such language")


def _text(line: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", line))


@given(
    st.lists(st.text(st.characters(exclude_characters="\n\r\x00", exclude_categories=["Cs"]))),
    st.sampled_from(_LANGUAGES),
)
def test_every_line_is_there_under_its_number(lines: list[str], language: str) -> None:
    shown = lines_of("\n".join(lines).removeprefix("\ufeff"), language)
    expected = "\n".join(lines).removeprefix("\ufeff").split("\n")
    if expected[-1] == "" and len(expected) > 1:
        expected = expected[:-1]
    assert [_text(line) for line in shown] == expected


def test_a_lone_carriage_return_ends_no_line() -> None:
    assert [_text(line) for line in lines_of("a\rb\r\nc\n", "text")] == ["a␍b", "c"]


def test_a_string_over_several_lines_is_coloured_on_each() -> None:
    lines = lines_of('"""one\ntwo"""\n', "python")
    assert all(line.startswith("<span") and line.endswith("</span>") for line in lines)


def test_indentation_that_all_lines_share_is_left_out() -> None:
    lines = lines_of('    def f():\n        """Say\n        it."""\n\n        return 1\n', "python")
    assert [_text(line) for line in dedented(lines)] == [
        "def f():",
        '    """Say',
        '    it."""',
        "",
        "    return 1",
    ]


def test_a_huge_file_is_shown_plain_at_once() -> None:
    text = "x = '<b>'\n" * (LARGEST // 5)
    started = time.monotonic()
    lines = lines_of(text, "python")
    assert time.monotonic() - started < 2
    assert lines[0] == "x = '&lt;b&gt;'"


async def test_a_file_is_shown_at_its_commit_with_lines_marked(
    client: TestClient, repository: Repository
) -> None:
    place = f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}"
    page = await (await client.get(place, params={"lines": "3-5"})).text()
    assert page.count('class="line marked"') == 3
    assert 'id="L47"' in page
    assert 'id="L48"' not in page


@pytest.mark.parametrize("lines", ["", "0", "9-3", "x", "1-99999", "L46-L99", "-1"])
async def test_lines_that_are_not_there_do_no_harm(
    client: TestClient, repository: Repository, lines: str
) -> None:
    place = f"/repositories/{repository.id}/blob/{COMMIT}/{RETRY}"
    assert (await client.get(place, params={"lines": lines})).status == 200


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{COMMIT}/nowhere.py", "not in Ponder"),
        (f"{'0' * 40}/{RETRY}", "not in Ponder"),
        (f"{COMMIT}/logo.png", "is not indexed: binary"),
        (f"{COMMIT}/%00%ff", "not in Ponder"),
        (f"{COMMIT}/..%2f..%2fetc/passwd", "not in Ponder"),
    ],
)
async def test_a_file_that_is_not_stored_is_explained(
    client: TestClient, repository: Repository, path: str, said: str
) -> None:
    response = await client.get(f"/repositories/{repository.id}/blob/{path}")
    assert response.status == 404
    assert said in await response.text()
