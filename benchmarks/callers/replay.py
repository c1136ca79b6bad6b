"""One commit as it was, and as it would have been without what it did to its callers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import basename

from workers.changes.callables import CALLABLES
from workers.changes.callers import Broken, broken
from workers.changes.definitions import Changed, Compared, changes
from workers.graph import configs
from workers.graph.graph import Graph
from workers.index.blob import Blob
from workers.index.packed import FileLinks
from workers.index.parse import parse, read_links
from workers.languages import language_of
from workers.languages.definitions import definitions

LONGEST = 300_000
MOST_FILES = 60
"""Of a commit; larger ones are moves and formats."""

Tree = Mapping[str, str]
"""Blobs by path."""


@dataclass
class History:
    """A repository's objects, and what was parsed of them."""

    folder: Path
    _parsed: dict[tuple[str, str], tuple[Blob, FileLinks]] = field(default_factory=dict)

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode(
            errors="replace"
        )

    def text(self, blob: str) -> str:
        return self.git("cat-file", "blob", blob)

    def tree(self, commit: str) -> Tree:
        """Files that callers may be in, and what says where modules are."""
        found = {}
        for line in self.git("ls-tree", "-r", "-z", commit).split("\0"):
            entry, _, path = line.partition("\t")
            wanted = language_of(path, "") in CALLABLES or basename(path) in configs.NAMES
            if wanted and not entry.startswith(("120000", "160000")):
                found[path] = entry.split()[2]
        return found

    def graph(self, tree: Tree) -> Graph:
        blobs, links = {}, {}
        for path, blob in tree.items():
            key = (path, blob)
            if key not in self._parsed:
                raw = self.text(blob)
                made = parse(path, raw.encode() if len(raw) < LONGEST else b"")
                self._parsed[key] = made, read_links(made.language, made.text)
            blobs[path], links[path] = self._parsed[key]
        return Graph.from_blobs(blobs, links)

    def commits(self, most: int) -> Iterator[tuple[str, str]]:
        """The newest ones with one parent: that, and the commit."""
        for line in self.git("log", "--no-merges", "--format=%P %H", f"-{most}").splitlines():
            if line.count(" ") == 1:
                parent, commit = line.split()
                yield parent, commit

    def modified(self, before: str, after: str) -> dict[str, tuple[str, str]]:
        """Blobs before and after of files that are there on both sides."""
        options = ["-r", "-z", "--no-renames", "--diff-filter=M"]
        parts = self.git("diff-tree", *options, before, after).split("\0")
        pairs = zip(parts[::2], parts[1::2], strict=False)
        found = {path: (entry.split()[2], entry.split()[3]) for entry, path in pairs}
        return {p: v for p, v in found.items() if language_of(p, "") in CALLABLES}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What is told of a commit, and what would be told had it left the callers of one file as they
    were: `confirmed` are those lines that the commit changed."""

    told: list[Broken]
    left: list[Broken]
    confirmed: list[Broken]


def replayed(history: History, before: str, after: str) -> Replayed | None:
    """None where the commit changes no definition that others may call."""
    modified = history.modified(before, after)
    homes = [each for path, pair in modified.items() if (each := _home(history, path, pair))]
    if not homes or len(modified) > MOST_FILES:
        return None
    tree = history.tree(after)
    told = [b for home, changed in homes for b in _broken(history, tree, home, changed)]
    left: list[Broken] = []
    for home, changed in homes[:3]:
        old = {path: pair[0] for path, pair in modified.items() if path != home.path}
        left += _broken(history, {**tree, **old}, home, changed)
    confirmed = [each for each in left if _is_changed(history, modified.get(each.path), each.line)]
    return Replayed(told, left, confirmed)


def _home(
    history: History, path: str, pair: tuple[str, str]
) -> tuple[Compared, list[Changed]] | None:
    before, after = map(history.text, pair)
    language = language_of(path, after.partition("\n")[0])
    old, new = definitions(language, before), definitions(language, after)
    if language not in CALLABLES or old is None or new is None or len(after) > LONGEST:
        return None
    home = Compared(path, language, before, after, old, new)
    found = [
        each
        for each in changes(home)
        if each.how in ("signature", "removed") and CALLABLES[language].called(each.symbol)
    ]
    return (home, found) if found else None


def _broken(history: History, tree: Tree, home: Compared, changed: list[Changed]) -> list[Broken]:
    def text(path: str) -> str:
        return history.text(tree[path]) if path in tree else ""

    return broken(home, changed, history.graph(tree), text)


def _is_changed(history: History, pair: tuple[str, str] | None, line: int) -> bool:
    """Whether a commit changed a line, or the call that begins there."""
    if pair is None:
        return False
    old, new = (history.text(blob) for blob in pair)
    return "\n".join(old.split("\n")[line - 1 : line + 11]) not in new
