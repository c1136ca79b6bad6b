"""The outline of prose: a section a heading, with the sections under it inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workers.index.cuts import line_cuts
from workers.index.outline import LONGEST_NAME, LONGEST_QUALIFIED, Definition, Outline
from workers.languages.base import Heading


def prose_outline(lines: Sequence[str], headings: Iterable[Heading], separator: str) -> Outline:
    sections: list[Definition] = []
    open_sections: list[tuple[int, int]] = []  # level and index, the innermost last
    for heading in headings:
        while open_sections and open_sections[-1][0] >= heading.level:
            sections[open_sections.pop()[1]].last = heading.row - 1
        parent = open_sections[-1][1] if open_sections else -1
        path = sections[parent].qualified + separator if parent >= 0 else ""
        open_sections.append((heading.level, len(sections)))
        sections.append(_section(heading, path, parent, len(lines) - 1))
    for section in sections:
        while section.last > section.first and not lines[section.last].strip():
            section.last -= 1
    return Outline(definitions=sections, cuts=line_cuts(lines))


def _section(heading: Heading, path: str, parent: int, last: int) -> Definition:
    text = heading.text.replace("\0", "")[:LONGEST_NAME] or "?"
    return Definition(
        name=text,
        qualified=(path + text)[-LONGEST_QUALIFIED:],
        kind="section",
        top=heading.row,
        first=heading.row,
        last=last,
        parent=parent,
        signature=text,
    )
