"""A text that is cut fits, leads to the whole, and leaves nothing open."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from workers.reports.fit import fit, line

PIECES = [
    "```python\n", "```\n", "~~~~\n", "~~~\n", "word ", "\n\n", "<!-- hidden ", "-->", "| a |\n",
    "<details>\n<summary>More</summary>\n\n", "</details>\n", "- item\n", "`code` ", "    ```\n",
    "  ```\n", "> ", "\n",
]  # fmt: skip
LINK = "https://ponder.example/answers/1"
MARK = "<!-- ponder:answer:1 -->"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), min_size=60, max_size=120))
def test_what_is_cut_ends_with_a_link_and_a_marker_that_work(pieces: list[str]) -> None:
    text = "".join(pieces)
    short = fit(text, 500, link=LINK)
    assert len(short) <= 500
    if len(text) <= 500:
        assert short == text
        return
    *_, inline, _, marker = MarkdownIt("commonmark").parse(f"{short}\n\n{MARK}")
    links = [child.attrGet("href") for child in inline.children or []]
    assert LINK in links, short
    assert (marker.type, marker.level, marker.content) == ("html_block", 0, MARK), short


def test_what_fits_is_left_as_it_is() -> None:
    assert fit("hello", 5) == "hello"


def test_folded_details_are_closed() -> None:
    text = "<details>\n<summary>All</summary>\n\n" + "- row\n" * 500
    short = fit(text, 1000, link=LINK)
    assert re.search(r"- row\n\n</details>\n\n… \[The whole text\]", short)


def test_a_text_without_a_page_says_that_it_was_cut() -> None:
    assert fit("word " * 500, 1000).endswith("This text was cut: it is too long.")


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_line_is_one_line_that_fits(text: str, limit: int) -> None:
    made = line(text, limit)
    assert len(made) <= limit
    assert len(made.splitlines()) <= 1
