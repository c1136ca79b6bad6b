"""The files of a snapshot with what each says about names, unpacked as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import basename

import numpy as np
from numpy.typing import NDArray

from core.db.symbol_links import name_hash
from workers.graph.configs import NAMES, Configs, read
from workers.graph.families import FAMILIES, NONE, Family
from workers.graph.tree import Tree
from workers.index.blob import Blob
from workers.index.packed import NAME_HASH, FileLinks, Node, hashes, pack, unpack
from workers.languages import LANGUAGES
from workers.languages.base import Language

TYPES = frozenset("class enum extension impl interface object struct trait type record".split())
NOTHING = FileLinks()


@dataclass(frozen=True, slots=True)
class GraphFile:
    path: str
    blob_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored of a blob: hashes of the names it defines and uses, and its links."""

    defined: bytes
    used: bytes
    links: bytes


@dataclass(slots=True)
class Outline:
    """One file, unpacked, and its names by where they are visible."""

    links: FileLinks
    inner: dict[tuple[int, str], list[int]] = field(
        default_factory=dict
    )  # (parent, name) → symbols
    attributes: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    imports: dict[tuple[int, str], list[int]] = field(default_factory=dict)  # (scope, local)
    stars: list[int] = field(default_factory=list)
    bases: dict[int, list[int]] = field(default_factory=dict)  # symbol → references that inherit

    @classmethod
    def of(cls, links: FileLinks) -> Outline:
        made = cls(links)
        for number, node in enumerate(links.symbols):
            made.inner.setdefault((node.parent, node.name), []).append(number)
        for number, attribute in enumerate(links.attributes):
            made.attributes.setdefault((attribute.symbol, attribute.name), []).append(number)
        for number, each in enumerate(links.imports):
            if each.name == "*":
                made.stars.append(number)
            else:
                made.imports.setdefault((each.symbol, each.local), []).append(number)
        for number, reference in enumerate(links.references):
            if reference.kind == "inherit":
                made.bases.setdefault(reference.symbol, []).append(number)
        return made


class Names:
    """Which files have a name, by its hash."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        lists = [np.frombuffer(row, dtype=NAME_HASH) for row in rows]
        sizes = np.array([len(each) for each in lists], dtype=np.int64)
        every = np.concatenate(lists) if lists else np.zeros(0, dtype=NAME_HASH)
        order = np.argsort(every, kind="stable")
        self._hashes: NDArray[np.uint32] = every[order]
        owners: NDArray[np.int32] = np.repeat(np.arange(len(lists), dtype=np.int32), sizes)
        self._files: NDArray[np.int32] = owners[order]

    def files(self, name: str) -> list[int]:
        wanted = np.uint32(name_hash(name))
        first, last = (int(np.searchsorted(self._hashes, wanted, s)) for s in ("left", "right"))
        found: list[int] = self._files[first:last].tolist()
        return found


class Graph:
    """Files are numbered in the order of their paths."""

    def __init__(
        self,
        files: Sequence[GraphFile],
        rows: Mapping[int, Row],
        configs: Configs | None = None,
    ) -> None:
        self.files = tuple(sorted(files, key=lambda file: file.path))
        self.rows = rows
        self.tree = Tree([file.path for file in self.files], configs)
        self._outlines: dict[int, Outline] = {}

    @classmethod
    def from_blobs(cls, blobs: Mapping[str, Blob], links: Mapping[str, FileLinks]) -> Graph:
        """Of parsed files by path. For measuring without a database."""
        numbered = {path: number for number, path in enumerate(blobs)}
        texts = {path: blob.text for path, blob in blobs.items() if basename(path) in NAMES}
        return cls(
            [GraphFile(path, numbered[path], blob.language) for path, blob in blobs.items()],
            {
                numbered[path]: Row(
                    hashes(each.name for each in found.symbols),
                    hashes(each.name for each in found.references),
                    pack(found),
                )
                for path, found in links.items()
            },
            read(texts),
        )

    @cached_property
    def used(self) -> Names:
        return Names(self._row(file).used for file in self.files)

    @cached_property
    def defined(self) -> Names:
        return Names(self._row(file).defined for file in self.files)

    def _row(self, file: GraphFile) -> Row:
        return self.rows.get(file.blob_id, Row(b"", b"", b""))

    def outline(self, number: int) -> Outline:
        """Of a file; paths of the same blob share it."""
        blob_id = self.files[number].blob_id
        known = self._outlines.get(blob_id)
        if known is None:
            row = self.rows.get(blob_id)
            known = Outline.of(unpack(row.links) if row else NOTHING)
            self._outlines[blob_id] = known
        return known

    def node(self, number: int, symbol: int) -> Node:
        return self.outline(number).links.symbols[symbol]

    def path(self, number: int) -> str:
        return self.files[number].path

    def family(self, number: int) -> Family:
        return FAMILIES.get(self.files[number].language, NONE)

    def language(self, number: int) -> Language:
        return LANGUAGES[self.files[number].language]

    def qualified(self, number: int, symbol: int) -> str:
        """The name with its containers, as the index has it."""
        names: list[str] = []
        while symbol >= 0:
            node = self.node(number, symbol)
            names.append(f"{node.scope}.{node.name}" if node.scope else node.name)
            symbol = node.parent
        return ".".join(reversed(names))
