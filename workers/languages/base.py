"""What a language has to say about itself. `workers/index` reads files by these words.

The captures of queries/<language>.scm are the same for all languages; those from @reference
on stand in queries/links/<language>.scm:

    @definition.<kind> with @name        a symbol; the widest node with that name gives its lines
    @scope                               beside a @name: what the symbol belongs to (Go's receiver)
    @container with @name                not a symbol, yet part of the names within (Rust's impl)
    @body                                where the signature ends, for grammars without that field
    @attribute                           lines above a definition that belong to it
    @doc                                 the docstring of the definition around it
    @comment
    @reference.call, .inherit, .import, .reference
    @import with @module, @imported, @as what an import binds, as far as it says: see `binding`
    @local                               a parameter, a variable of a function, or `self.x`
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


_MARKERS = re.compile(
    r"^[ \t]*(?:/\*+!?|//+!?|#+[!:]?|\*+(?!/))?[ ]?|(?:(?<![ \t])[ \t]+)?\*{1,99}/[ \t]*$",
    re.MULTILINE,
)


def comment_text(comment: str) -> str:
    """A comment without its markers."""
    return cleandoc(_MARKERS.sub("", comment)).strip()


def as_written(name: str) -> str:
    return name


Binding = tuple[str, str, str]
"""Module, name in it, local name. Name '': the module itself; '*': all that it has, by its own
name. Local '': nothing is bound. Module '': this file, for what is exported under another name."""


def binding(module: str, name: str, local: str) -> Iterator[Binding]:
    """'from module import name as local'."""
    yield module, name, local or name


NO_MEMBERS: frozenset[str] = frozenset()


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
    binding: Callable[[str, str, str], Iterator[Binding]] = binding
    selves: frozenset[str] = frozenset()  # how a method calls its object, its class, its parent
    typed: str = ""  # where a type stands: 'after' (x: T), 'before' (T x), 'go' (x T)
    returns: re.Pattern[str] | None = None  # the type that a signature says is returned, group 1
    infers_returns: bool = False  # a function need not say what it returns
    implicit_members: bool = False  # a method names its class's members without a receiver
    open_blocks: bool = False  # what is bound in a block at the top is bound in the file
    builtin_members: frozenset[str] = NO_MEMBERS  # methods that any object may have
    instead: Callable[[str], str] = lambda text: ""  # the language whose grammar fits better
