"""What is known of a file's shape, whatever the language: definitions, comments and where a
long stretch of lines may be cut. Rows are lines counted from 0, both ends inclusive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

# Names are keys of a database index, whose rows have a limit.
LONGEST_NAME = 200
LONGEST_QUALIFIED = 400

CALLABLE = frozenset({"function", "method"})
VALUES = frozenset({"constant", "field", "variable"})


@dataclass(slots=True)
class Definition:
    name: str
    qualified: str
    kind: str
    top: int  # the first row of the comment above, or `first`
    first: int  # decorators and attributes included
    last: int
    parent: int = -1  # index of the innermost definition around it; -1: none
    signature: str = ""
    docstring: str = ""
    line: int = 0  # row of the name
    type: str = ""  # chain of what it returns or holds
    scope: str = ""  # what its own name says it belongs to


@dataclass(slots=True)
class Comment:
    """A comment or docstring."""

    first: int
    last: int
    text: str


# Rows at which the rows `first` to `last` may be cut, and how bad each cut would be.
Cuts = Callable[[int, int], dict[int, int]]


def no_cuts(first: int, last: int) -> dict[int, int]:
    return {}


@dataclass(slots=True)
class Outline:
    definitions: list[Definition] = field(default_factory=list)  # in document order
    comments: list[Comment] = field(default_factory=list)  # in document order
    cuts: Cuts = no_cuts
    has_error: bool = False


class Span(NamedTuple):
    """A range of offsets in the same order as the document; `end` is exclusive."""

    start: int
    end: int


def parents(spans: Sequence[Span]) -> list[int]:
    """For each span the index of the innermost other one around it, or -1. The spans are sorted by
    start, the longer first."""
    found: list[int] = []
    stack: list[int] = []
    for index, span in enumerate(spans):
        while stack and not _inside(span, spans[stack[-1]]):
            stack.pop()
        found.append(stack[-1] if stack else -1)
        stack.append(index)
    return found


def _inside(span: Span, other: Span) -> bool:
    return span.end <= other.end and span != other


def innermost(spans: Sequence[Span], offsets: Sequence[int]) -> Iterator[int]:
    """For each offset, in order, the index of the innermost span around it, or -1."""
    stack: list[int] = []
    following = 0
    for offset in offsets:
        while following < len(spans) and spans[following].start <= offset:
            while stack and spans[stack[-1]].end <= spans[following].start:
                stack.pop()
            stack.append(following)
            following += 1
        while stack and spans[stack[-1]].end <= offset:
            stack.pop()
        yield stack[-1] if stack else -1
