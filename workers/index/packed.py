"""The links of a blob as one row: columns of numbers and a table of strings, as compressed JSON.

A row per reference would weigh more than the source. Two lists of hashes beside it, of the names
that the blob defines and of those that it uses, say which blobs to unpack for a question.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from core.db.symbol_links import name_hash
from workers.index.blob import Attribute, Import, Reference

NAME_HASH = np.dtype("<u4")


class Node(NamedTuple):
    """A symbol, as far as resolution needs it; its place in the list is its ordinal. `line` is
    where its name stands, `parent` the ordinal around it or -1, `type` a chain."""

    name: str
    kind: str
    parent: int
    line: int
    start_line: int
    end_line: int
    type: str
    scope: str


@dataclass(frozen=True, slots=True)
class FileLinks:
    symbols: tuple[Node, ...] = ()
    imports: tuple[Import, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    references: tuple[Reference, ...] = ()


def hashes(names: Iterable[str]) -> bytes:
    """Sorted, each once."""
    found = sorted({name_hash(name) for name in names})
    return np.array(found, dtype=NAME_HASH).tobytes()


def pack(links: FileLinks) -> bytes:
    strings = _Strings()
    number = strings.__getitem__

    columns = [
        _columns(
            [(number(s.name), number(s.kind), s.parent, s.line, s.start_line, s.end_line,
              number(s.type), number(s.scope)) for s in links.symbols]
        ),
        _columns(
            [(number(i.local), number(i.module), number(i.name), i.line, i.symbol)
             for i in links.imports]
        ),
        _columns([(number(a.name), a.symbol, a.line, number(a.type)) for a in links.attributes]),
        _columns(
            [(number(r.name), number(r.kind), r.symbol, number(r.receiver), len(r.lines))
             for r in links.references]
        ),
        _steps([line for r in links.references for line in r.lines]),
    ]  # fmt: skip
    text = json.dumps([list(strings), *columns], separators=(",", ":"), ensure_ascii=False)
    return zlib.compress(text.encode(errors="replace"), 3)


def unpack(packed: bytes) -> FileLinks:
    strings, symbols, imports, attributes, references, steps = json.loads(zlib.decompress(packed))
    text: Callable[[int], str] = strings.__getitem__
    lines = tuple(accumulate(steps))
    made: list[Reference] = []
    first = 0
    for name, kind, symbol, receiver, count in _rows(references):
        own = lines[first : first + count]
        made.append(Reference(text(name), text(kind), symbol, own, text(receiver)))
        first += count
    return FileLinks(
        tuple(
            Node(text(n), text(k), parent, line, start, end, text(t), text(scope))
            for n, k, parent, line, start, end, t, scope in _rows(symbols)
        ),
        tuple(Import(text(lo), text(m), text(n), li, s) for lo, m, n, li, s in _rows(imports)),
        tuple(Attribute(text(n), s, li, text(t)) for n, s, li, t in _rows(attributes)),
        tuple(made),
    )


class _Strings(dict[str, int]):
    """Each string's number, given when it is first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = made = len(self)
        return made


def _columns(rows: Sequence[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _rows(columns: Sequence[Sequence[int]]) -> Iterable[tuple[Any, ...]]:
    return zip(*columns, strict=True)


def _steps(lines: Sequence[int]) -> list[int]:
    """Differences are small numbers, and compress."""
    return [line - before for before, line in zip([0, *lines], lines, strict=False)]
