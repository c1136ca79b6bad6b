"""reStructuredText: sections by underlines, whose levels are in order of appearance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.languages.base import Heading, Language

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t\r]*$")


def headings(lines: Sequence[str]) -> Iterator[Heading]:
    styles: list[tuple[str, bool]] = []
    used = -1  # a row is the underline of one title only
    for row in range(1, len(lines)):
        title, underline = lines[row - 1], lines[row]
        if row - 1 <= used or not _LINE.match(underline) or not _is_title(title, underline):
            continue
        over = row >= 2 and row - 2 > used and lines[row - 2].rstrip() == underline.rstrip()
        if title[0].isspace() and not over:
            continue
        style = (underline[0], over)
        if style not in styles:
            styles.append(style)
        yield Heading(row - 2 if over else row - 1, styles.index(style) + 1, title.strip())
        used = row


def _is_title(title: str, underline: str) -> bool:
    text, line = title.strip(), underline.rstrip()
    return bool(text) and not _LINE.match(title) and len(line) >= min(len(text), 4)


LANGUAGE = Language(
    name="restructuredtext",
    extensions=(".rst", ".rest"),
    separator=" > ",
    headings=headings,
)
