"""Answers as HTML: Markdown without HTML, images or links that lead away; [n] leads to a citation.

The text comes from a model that read untrusted code, so it is cleaned twice: markdown-it makes no
HTML of it, and nh3 keeps only what is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from web.code import highlight_block

_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_WORDS = "a p em strong code pre ul ol li blockquote h3 hr br table thead tbody tr th td span div"
_TAGS = set(_WORDS.split())
_ATTRIBUTES = {
    "a": {"href", "class", "aria-label"},
    "ol": {"start"},
    "span": {"class"},
    "pre": {"class", "tabindex"},
    "div": {"class", "tabindex", "role", "aria-label"},
}


def to_html(text: str, links: Mapping[int, str]) -> str:
    """`links` maps a citation's number to its address. A number without one leads nowhere."""
    return nh3.clean(
        _MARKDOWN.render(text, {"links": links}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=set(),
        link_rel=None,
    )


def _citation(state: StateInline, silent: bool) -> bool:
    """[1] and [1, 2] are references, before Markdown can take them for its own links."""
    match = _NUMBERS.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        for number in match[1].split(","):
            token = state.push("citation", "", 0)
            token.content = number.strip()
    state.pos = match.end()
    return True


def _render_citation(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    number = int(tokens[index].content)
    href = env["links"].get(number)
    if href is None:
        return f'<span class="citation unknown">{number}</span>'
    return (
        f'<a class="citation" href="{_attribute(href)}" aria-label="Source {number}">{number}</a>'
    )


def _render_link_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """The address is shown instead of linked: a reader sees where it would lead."""
    env.setdefault("open", []).append(str(tokens[index].attrs.get("href", "")))
    return ""


def _render_link_close(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f' <span class="address">({_attribute(env["open"].pop())})</span>'


def _render_heading(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """One level, below the question's."""
    return "<h3>" if tokens[index].nesting == 1 else "</h3>\n"


def _render_fence(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    language = token.info.strip().split()[0] if token.info.strip() else ""
    code = highlight_block(token.content.rstrip("\n"), language)
    # Focusable, so that long lines can be scrolled with the keyboard.
    return f'<pre class="code" tabindex="0">{code}</pre>\n'


def _render_table(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    opened = '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'
    return opened if tokens[index].nesting == 1 else "</table></div>\n"


def _attribute(text: str) -> str:
    for character, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return text


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["image", "html_inline", "html_block", "reference", "autolink"])
    markdown.inline.ruler.before("link", "citation", _citation)
    rules: dict[str, Any] = {
        "citation": _render_citation,
        "link_open": _render_link_open,
        "link_close": _render_link_close,
        "heading_open": _render_heading,
        "heading_close": _render_heading,
        "fence": _render_fence,
        "code_block": _render_fence,
        "table_open": _render_table,
        "table_close": _render_table,
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


_MARKDOWN = _markdown()
