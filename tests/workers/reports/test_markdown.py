"""What is posted is inert, whoever wrote it; a Markdown parser like GitHub's is the judge."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from workers.reports.markdown import code, safe

LINKS = {1: "https://github.com/o/r/blob/abc/a.py#L1-L3", 2: "https://github.com/o/r/blob/abc/b.py"}
GITHUB = MarkdownIt("gfm-like", {"linkify": False})


def tokens(text: str) -> Iterator[Token]:
    for token in GITHUB.parse(text):
        yield token
        yield from token.children or ()


def leaks(text: str) -> list[str]:
    """What in a Markdown text would load, link elsewhere, mention, refer, or be HTML."""
    found = []
    quoted = False
    for token in tokens(text):
        if token.type == "html_inline" and token.content in {"<code>", "</code>"}:
            quoted = token.content == "<code>"
        elif token.type in {"image", "html_inline", "html_block"}:
            found.append(f"{token.type}: {token.content}")
        elif token.type == "link_open" and token.attrGet("href") not in LINKS.values():
            found.append(f"link: {token.attrGet('href')}")
        elif token.type == "text" and not quoted and re.search(r"@[A-Za-z0-9]", token.content):
            found.append(f"mention: {token.content}")
        elif token.type == "text" and not quoted and re.search(r"#[0-9]", token.content):
            found.append(f"reference: {token.content}")
        elif (
            token.type == "text"
            and not quoted
            and re.search(r"(?:[a-z]://|www\.)\w", token.content)
        ):
            found.append(f"address that becomes a link: {token.content}")
        elif token.type == "fence" and token.info.strip() in {"suggestion", "mermaid"}:
            found.append(f"drawn: {token.info}")
    return found


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("See [1], [2, 9].", f"See [&#91;1&#93;]({LINKS[1]}), [&#91;2&#93;]({LINKS[2]})."),
        ("Nothing [7] here.", "Nothing  here."),
        ("`rows[1]` and rows[0]", "`rows[1]` and rows&#91;0&#93;"),
        ("**bold** and `code`", "**bold** and `code`"),
        ("- one\n- two", "- one\n- two"),
        ("```python\nx = '@me'\n```", "```python\nx = '@me'\n```"),
        ("- a\n    ```py\n    x\n    ```", "- a\n```py\nx\n```"),
        ("```\nnever closed", "```\nnever closed\n```"),
        ("~~~\n```\n~~~", "````\n```\n````"),
        ("```suggestion\nrm\n```", "```\nrm\n```"),
        ("![x](https://evil.example/?q=1)", "x"),
        ("[click](https://evil.example)", "click"),
        ("https://evil.example/?q=1", "`https://evil.example/?q=1`"),
        ("@alice, see #12", "`@alice`, see `#12`"),
        ("mail me@x.example", "mail `me@x.example`"),
        ("a &#64;alice", "a &#38;`#64`;alice"),
        ("<img src=x>", "&#60;img src=x>"),
        ("\x1b[31mred\u202eder\u200b", "&#91;31mredder"),
        ("| `a|b` |", "| <code>a&#124;b</code> |"),
    ],
)
def test_what_becomes_of(text: str, posted: str) -> None:
    assert safe(text, LINKS) == posted
    assert leaks(posted) == []


PIECES = st.sampled_from(
    [
        "`", "``", "```", "~~~", "\n", "\n\n", " ", "    ", "\\", "[", "]", "(", ")", "!", "<", ">",
        "&", "|", "*", "_", "-", "#", "1.", "@alice", "@org/team", "#12", "GH-3", "[1]", "[x]",
        "![x](http://e.example)", "[x](http://e.example)", "[x]: http://e.example", "[^1]",
        "<img src=x>", "<!-- -->", "<https://e.example>", "www.e.example", "&#64;", "&lt;",
        "javascript:alert(1)", "http://e.example/a|b", "- ", "> ", "|a|b|\n|-|-|\n", "\t", "\u200b",
        "\u202e", "suggestion", "mermaid", "text", ":", "\\`", "$", "</code>", "<details>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
@example("![1] - ~~~suggestion")
@example("- ~~~suggestion")
@example("` @alice and @bob")
@example("@alice@bob #1@carol _@dave_ é@erin")
@example("``a ` b``@bob`x`")
@example("\\`@alice`")
@example("|a|\n|-|\n|`x|@bob`|")
def test_nothing_active_is_ever_posted(text: str) -> None:
    assert leaks(safe(text, LINKS)) == []


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert leaks(safe(text, LINKS)) == []


@given(st.text(min_size=1), st.text("` |@", max_size=6))
def test_a_code_span_is_one_span(text: str, more: str) -> None:
    spans = [t for t in tokens(code(f"x{text}{more}y")) if t.type in {"code_inline", "html_inline"}]
    assert len(spans) == (2 if spans[0].type == "html_inline" else 1)


@given(st.text(), st.text())
def test_prose_without_syntax_is_left_alone(words: str, more: str) -> None:
    plain = " ".join(re.findall(r"[a-z]+", (words + more).lower()))
    assert safe(plain, LINKS) == plain


def test_what_was_escaped_before_is_shown_without_its_backslash() -> None:
    assert safe(r"by renovate\[bot\] \[1\] [1]", {1: "u"}) == (
        "by renovate&#91;bot&#93; &#91;1&#93; [&#91;1&#93;](u)"
    )
    assert safe(r"a\_b \*c\*", {}) == "a&#95;b &#42;c&#42;"


@pytest.mark.parametrize("piece", ["a", "a.", "_", "-", "@", "1.", "a_", "[a](", "a/"])
def test_a_text_that_is_one_long_word_is_read_once(piece: str) -> None:
    assert leaks(safe(piece * 20_000, {})) == []
