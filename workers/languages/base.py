"""What a language has to say about itself. `workers/index` reads files by these words.

The captures of queries/<language>.scm are the same for all languages:

    @definition.<kind> with @name        a symbol; the widest node with that name gives its lines
    @scope                               beside a @name: what the symbol belongs to (Go's receiver)
    @container with @name                not a symbol, yet part of the names within (Rust's impl)
    @body                                where the signature ends, for grammars without that field
    @attribute                           lines above a definition that belong to it
    @doc                                 the docstring of the definition around it
    @comment
    @reference.call, .inherit, .import, .reference
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from inspect import cleandoc


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in prose: its first line (0-based), its level (1 is the outermost), its text."""

    row: int
    level: int
    text: str


_MARKERS = re.compile(r"^[ \t]*(?:/\*+!?|//+!?|#+!?|\*+(?!/))?[ ]?|[ \t]*\*+/[ \t]*$", re.MULTILINE)


def comment_text(comment: str) -> str:
    """A comment without its markers."""
    return cleandoc(_MARKERS.sub("", comment)).strip()


def as_written(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class Language:
    """One entry of the table. Without `grammar` and `headings` a file is plain lines."""

    name: str
    extensions: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()  # of a '#!' line, without version numbers
    grammar: Callable[[], object] | None = None
    queries: tuple[str, ...] = ()  # stems in queries/, put together in this order
    dotted: Callable[[str], str] = as_written  # a definition's name as written, to dots
    imported: Callable[[str], str] = as_written  # an imported path or name as written, cleaned
    docstring: Callable[[str], str] = comment_text
    annotation: re.Pattern[str] | None = None  # at the start of a signature, left out of it
    deepest: int = 1_000  # definitions nested deeper are no symbols
    separator: str = "."  # between the parts of a qualified name
    headings: Callable[[Sequence[str]], Iterator[Heading]] | None = None
    instead: Callable[[str], str] = lambda text: ""  # the language whose grammar fits better
