"""Markdown: a section a heading, '# …' or underlined; fenced code has none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.languages.base import Heading, Language

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t\r]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t\r]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# Lines that are no paragraph, so that what underlines them is something else.
_NO_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:[-*+>|#]|\d+[.)]\s|<|={3,}|-{3,})")


def headings(lines: Sequence[str]) -> Iterator[Heading]:
    fence = ""
    for row, line in enumerate(lines):
        marker = _FENCE.match(line)
        if fence:
            closes = marker and marker[1].startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
        elif marker:
            fence = marker[1]
        elif atx := _ATX.match(line):
            yield Heading(row, len(atx[1]), (atx[2] or "").strip())
        elif row and not _NO_PARAGRAPH.match(lines[row - 1]) and _UNDERLINE.match(line):
            yield Heading(row - 1, 1 if "=" in line else 2, lines[row - 1].strip())


LANGUAGE = Language(
    name="markdown",
    extensions=(".md", ".markdown", ".mdx", ".mkd", ".rmd", ".qmd"),
    separator=" > ",
    headings=headings,
)
