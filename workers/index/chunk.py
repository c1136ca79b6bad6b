"""Chunks of files: their pieces, each with the symbol that it mostly is and its terms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from workers.index.blob import Chunk
from workers.index.carve import Piece, carve
from workers.index.outline import VALUES, Definition, Outline
from workers.index.pack import Texts, pack_all

Carved = tuple[Piece, Definition | None, Texts]
"""A piece of a file, what it mostly is, and what it has in each field."""


def chunks(files: Sequence[Sequence[Carved]]) -> Iterator[list[Chunk]]:
    """Of each file, in order; lines are counted from 1. Many files at once cost less than each
    alone."""
    packed = iter(pack_all([texts for carved in files for _, _, texts in carved]))
    for carved in files:
        yield [
            Chunk(
                start_line=piece.first + 1,
                end_line=piece.last + 1,
                symbol=label.qualified if label else "",
                kind=label.kind if label else "block",
                terms=terms,
            )
            for (piece, label, _), terms in zip(carved, packed, strict=False)
        ]


def carved(lines: Sequence[str], outline: Outline) -> Iterator[Carved]:
    """The pieces of a file, in order."""
    starts = list(accumulate((each.first for each in outline.definitions), max))
    following = 0
    for piece in carve(lines, outline):
        indexes = range(bisect_left(starts, piece.first), bisect_left(starts, piece.last + 1))
        within = [outline.definitions[index] for index in indexes]
        label = _label(piece, within, outline)
        while following < len(outline.comments) and outline.comments[following].last < piece.first:
            following += 1
        body = "\n".join(lines[piece.first : piece.last + 1])
        yield piece, label, (body, _names(label, within), _comments(piece, outline, following))


def _label(piece: Piece, within: Sequence[Definition], outline: Outline) -> Definition | None:
    """The innermost definition that is at least half of the piece, or else the one around it, or
    else the longest in it."""
    half = (piece.last - piece.first + 2) // 2
    for definition in reversed(within):
        if min(definition.last, piece.last) - definition.top + 1 >= half:
            return definition
    if piece.around >= 0:
        return outline.definitions[piece.around]
    notable = (each for each in within if each.kind not in VALUES)
    return max(notable, key=lambda each: each.last - each.top, default=None)


def _names(label: Definition | None, within: Sequence[Definition]) -> str:
    """The names that the chunk defines, and those of what is around them."""
    around = [label.qualified] if label else []
    return "\n".join(dict.fromkeys([*around, *(each.qualified for each in within)]))


def _comments(piece: Piece, outline: Outline, following: int) -> str:
    """The lines of comments and docstrings that are in the piece."""
    found: list[str] = []
    for comment in islice(outline.comments, following, None):
        if comment.first > piece.last:
            break
        rows = comment.text.split("\n")
        found += rows[max(0, piece.first - comment.first) : piece.last - comment.first + 1]
    return "\n".join(found)
