"""Text of others does nothing in Markdown, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.citation_judge import faults_of_text
from tests.model_faults import BEACONS
from workers.answer.safe import code, prose

hostile = st.lists(
    st.sampled_from(
        [*BEACONS, "`", "``", "[", "]", "(", ")", "!", "<", "&", "@a", "#1", "*", "_", "\\"]
    )
    | st.text(max_size=6),
    max_size=10,
).map("".join)


@given(hostile)
@example("![a`](http://x)`")
@example("`[1]`")
@example("&#91;1&#93;")
@example("&lt;img src=x&gt;")
def test_prose_renders_to_nothing_that_acts(text: str) -> None:
    found = faults_of_text("It says " + prose(text), set(), by_model=False)
    assert [fault for fault in found if "renders" in fault or "citation" in fault] == []
    assert [fault for fault in found if "outside of code" in fault] == []


@given(hostile)
def test_a_code_span_holds_whatever_it_is_given(text: str) -> None:
    made = f"before {code(text)} after"
    assert [f for f in faults_of_text(made, set(), by_model=False) if "renders" in f] == []
    assert "\n" not in made


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("It calls `sign()`.", "It calls `sign()`."),
        ("Ask @octocat about it", "Ask `@octocat` about it"),
        ("see https://evil.example/x, then", "see `https://evil.example/x`, then"),
        ("![a](https://x/y.png) b", "a b"),
        ("a [link](https://x) here", "a link here"),
        ("a <b>bold</b> tag", "a bold tag"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 > 2"),
        ("set max_length and __all__", "set `max_length` and `__all__`"),
        ("call select_related() first", "call `select_related()` first"),
        ("**bold** and *not*", "**bold** and \\*not\\*"),
        ("fixes #12", "fixes `#12`"),
        ("# a heading", "\\# a heading"),
        ("1. a list", "1\\. a list"),
        ("args[1] of [2]", "args\\[1\\] of \\[2\\]"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("key AKIA" + "Z7Q2" * 4, "key \\[secret removed by Ponder\\]"),
    ],
)
def test_prose_reads_like_the_text(text: str, safe: str) -> None:
    assert prose(text) == safe


def test_a_number_in_brackets_in_code_is_no_mark() -> None:
    assert code("args[1]") == "`args[\N{WORD JOINER}1]`"
