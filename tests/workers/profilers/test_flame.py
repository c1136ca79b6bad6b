"""A flame graph is a picture of its stacks, and nothing that a repository says runs in it."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from workers.profilers.flame import flame

SVG = "{http://www.w3.org/2000/svg}"


def test_names_are_wide_as_their_samples_are_many() -> None:
    drawn = ElementTree.fromstring(flame({"a.py:f": 1, "a.py:f;a.py:g": 3}))
    widths = [float(each.attrib["width"]) for each in drawn.iter(f"{SVG}rect")]
    assert widths == [1200.0, 900.0]


def test_names_are_shown_and_not_obeyed() -> None:
    drawn = flame({"<script>alert(1)</script>.py:</text>": 5})
    assert "<script" not in drawn
    assert "&lt;script" in drawn


@given(
    st.dictionaries(
        st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF)), st.integers(1, 99)
    )
)
def test_any_stacks_are_a_picture(stacks: dict[str, int]) -> None:
    assert ElementTree.fromstring(flame(stacks)).tag == f"{SVG}svg"
