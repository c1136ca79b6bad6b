"""Where a long stretch of lines is cut, when no definition says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import tree_sitter

from workers.index.outline import Comment, Cuts

LONGEST = 60  # lines of a piece
_SHORTEST = 20


def statement_cuts(root: tree_sitter.Node, comments: Sequence[Comment]) -> Cuts:
    """Cuts where a node of the tree starts; the deeper it is, the worse."""
    commented: set[int] = set()

    def cuts(first: int, last: int) -> dict[int, int]:
        if not commented:
            commented.update(row for each in comments for row in range(each.first, each.last + 1))
        found = _starts(root, first, last)
        # What follows a comment stays with it.
        return {row: depth for row, depth in found.items() if row - 1 not in commented}

    return cuts


def _starts(root: tree_sitter.Node, first: int, last: int) -> dict[int, int]:
    found: dict[int, int] = {}
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        for child in node.named_children:
            start, end = child.start_point.row, child.end_point.row
            if first < start <= last:
                found[start] = min(depth, found.get(start, depth))
            if end > first and start < last and end - start >= _SHORTEST:
                stack.append((child, depth + 1))
    return found


def line_cuts(lines: Sequence[str]) -> Cuts:
    """Cuts in plain text: best after a blank line, then at an unindented one."""

    def cuts(first: int, last: int) -> dict[int, int]:
        return {
            row: int(bool(lines[row - 1].strip())) + lines[row][:1].isspace()
            for row in range(first + 1, last + 1)
        }

    return cuts


def pieces(first: int, last: int, cuts: Cuts, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """The rows `first` to `last` in pieces of at most `longest`, cut where it is least bad."""
    places = cuts(first, last) if last - first >= longest else {}
    while last - first >= longest:
        window = range(first + min(_SHORTEST, longest // 2), first + longest + 1)
        best = min(window, key=lambda row: (places.get(row, 1_000), -row))
        yield first, best - 1
        first = best
    yield first, last
