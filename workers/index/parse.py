"""From the bytes of a file to its symbols and chunks, and later from its text to its links. Pure:
no database, no git."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workers.index.blob import Blob, Symbol
from workers.index.chunk import Carved, carved, chunks
from workers.index.cuts import line_cuts
from workers.index.outline import Definition, Outline
from workers.index.packed import FileLinks
from workers.index.prose import prose_outline
from workers.index.tree import tree_links, tree_outline
from workers.languages import LANGUAGES, LINKED, QUERIES, language_of
from workers.languages.base import Language

# Bump VERSION whenever the same bytes would give other symbols, references, chunks or terms: after
# a change in this folder or in ../languages, and when a grammar is upgraded. A change of a query
# file is noticed by itself. Blobs stored under other rules are parsed anew.
VERSION = 10

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _rules() -> str:
    digest = hashlib.sha256()
    for query in sorted(QUERIES.rglob("*.scm")):
        digest.update(query.name.encode() + b"\0" + query.read_bytes())
    return f"{VERSION}-{digest.hexdigest()[:12]}"


RULES = _rules()


def decode(content: bytes) -> str:
    """The text by its byte order mark, or else as UTF-8 with what is invalid replaced."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return content.decode("utf-8", "replace")


def parse(path: str, content: bytes) -> Blob:
    """Whatever the bytes: a file with syntax errors is parsed as well as it can be."""
    return next(parse_all([(path, content)]))


def parse_all(files: Iterable[tuple[str, bytes]]) -> Iterator[Blob]:
    """Paths and contents, parsed together: it costs less than each alone."""
    drafts = [_draft(path, content) for path, content in files]
    for draft, made in zip(drafts, chunks([draft.carved for draft in drafts]), strict=True):
        yield Blob(
            language=draft.language,
            lines=draft.lines,
            has_error=draft.has_error,
            text=draft.text,
            symbols=draft.symbols,
            chunks=tuple(made),
        )


class _Draft(NamedTuple):
    """A file whose terms are still to be packed."""

    language: str
    lines: int
    has_error: bool
    text: str
    symbols: tuple[Symbol, ...]
    carved: list[Carved]


def _draft(path: str, content: bytes) -> _Draft:
    text = decode(content)
    # Lines end at '\n' alone, as git counts them: a '\r' or form feed is part of its line.
    lines = text.removesuffix("\n").split("\n") if text else []
    name = language_of(path, lines[0] if lines else "")
    outline = _outline(LANGUAGES[name], text, lines)
    symbols = tuple(map(_symbol, outline.definitions))
    return _Draft(name, len(lines), outline.has_error, text, symbols, list(carved(lines, outline)))


def read_links(language: str, text: str) -> FileLinks:
    """What a file says about names, in the language and the text that `parse` found. It costs half
    as much again, and is asked for after the file can be found."""
    if language not in LINKED:
        return FileLinks()
    spoken = LANGUAGES[language]
    return tree_links(LANGUAGES.get(spoken.instead(text), spoken), text)


def _outline(language: Language, text: str, lines: list[str]) -> Outline:
    if language.headings:
        return prose_outline(lines, language.headings(lines), language.separator)
    plain = Outline(cuts=line_cuts(lines))
    if language.grammar is None:
        return plain
    found = tree_outline(LANGUAGES.get(language.instead(text), language), text)
    plain.has_error = found is None
    return found or plain


def _symbol(definition: Definition) -> Symbol:
    return Symbol(
        name=definition.name,
        qualified=definition.qualified,
        kind=definition.kind,
        start_line=definition.first + 1,
        end_line=definition.last + 1,
        signature=definition.signature,
        docstring=definition.docstring,
    )
