"""What parsing makes of one blob: plain rows that cross process borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Symbol(NamedTuple):
    """A definition. Lines are 1-based and inclusive; decorators and attributes above belong to it,
    comments above only to its chunk. `qualified` has its containers, joined by dots (headings:
    by ' > ')."""

    name: str
    qualified: str
    kind: str  # function, method, class, interface, struct, enum, trait, type, constant, key…
    start_line: int
    end_line: int
    signature: str  # one line
    docstring: str  # plain text; '' if there is none


class Reference(NamedTuple):
    """Names used by one symbol: calls, imports, base classes, other references."""

    name: str
    kind: str  # call, import, inherit, reference
    symbol: int  # ordinal of the innermost enclosing symbol; -1 at module level
    lines: tuple[int, ...]
    receiver: str = ""  # chain that it is an attribute of, '' for a bare name


class Import(NamedTuple):
    """A name that an import binds in a file: see Binding in workers/languages/base.py."""

    local: str
    module: str  # as written, quotes taken off
    name: str
    line: int
    symbol: int  # ordinal of the symbol that it is within; -1: none


class Attribute(NamedTuple):
    """A name that is no symbol and yet has a place: 'self.x = …', a module's 'if …: x = …'."""

    name: str
    symbol: int  # ordinal of the class; -1: the file
    line: int
    type: str  # chain of what it holds, '' if nobody says


class Chunk(NamedTuple):
    """Lines of a blob, cut at symbol boundaries. Chunks of a blob are in order, do not overlap, and
    cover every non-blank line exactly once."""

    start_line: int
    end_line: int
    symbol: str  # qualified name of the symbol it (mostly) is; '' outside definitions
    kind: str  # the symbol's kind; section for prose; block otherwise
    terms: bytes  # packed postings: workers/index/terms.py


@dataclass(frozen=True, slots=True)
class Blob:
    """One parsed file content."""

    language: str
    lines: int
    has_error: bool
    text: str
    symbols: tuple[Symbol, ...]
    chunks: tuple[Chunk, ...]
