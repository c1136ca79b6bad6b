"""Walking a commit: which paths are there, and which of them are indexed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workers.git import Change, CorruptMirror, Mirror, TreeEntry, text_path
from workers.index import skip
from workers.index.excludes import Excludes


@dataclass(frozen=True, slots=True)
class Entry:
    """A path of a commit. `raw` is None where the path is git's bytes as UTF-8. `skipped` is
    known from names, attributes and sizes; the content may still give a reason."""

    path: str
    raw: bytes | None
    sha: str | None
    size: int
    skipped: str | None
    may_be_generated: bool = True


class Walk:
    """Decides for the entries of one commit. `attributes` is the commit whose .gitattributes
    counts, '' for its own."""

    def __init__(
        self, mirror: Mirror, commit: str, excludes: Excludes, attributes: str = ""
    ) -> None:
        self.mirror = mirror
        self.commit = commit
        self.excludes = excludes
        self.attributes = attributes or commit
        self._may_have_attributes = True

    def all(self) -> Iterator[Entry]:
        """Every leaf of the commit's tree."""
        # To list the tree twice costs less than to ask for three attributes of each path.
        listed = self.mirror.tree(self.attributes)
        self._may_have_attributes = any(_is_attributes(entry.path) for entry in listed)
        return map(self._decide, self.mirror.tree(self.commit))

    def of(self, changes: Iterable[Change]) -> Iterator[Entry]:
        """The changed paths alone; those that are gone are 'removed'."""
        for change in changes:
            if change.after is None:
                path = text_path(change.path)
                yield Entry(path, _raw(change.path, path), None, 0, skip.REMOVED)
            else:
                yield self._decide(change.after)

    def _decide(self, entry: TreeEntry) -> Entry:
        path = text_path(entry.path)
        generated = self._attribute(entry, "linguist-generated")
        reason, size = self._reason(entry, path, generated), 0
        if reason is None:
            reason, size = self._by_size(entry)
        return Entry(path, _raw(entry.path, path), entry.sha, size, reason, generated is not False)

    def _reason(self, entry: TreeEntry, path: str, generated: bool | None) -> str | None:
        """What .gitattributes says counts more than a name."""
        if entry.kind != "blob":
            return entry.kind
        if self.excludes.match(path):
            return skip.EXCLUDED
        vendored = self._attribute(entry, "linguist-vendored")
        if generated:
            return skip.GENERATED
        if vendored:
            return skip.VENDORED
        if self._attribute(entry, "binary"):
            return skip.BINARY
        taken_back = (skip.VENDORED,) if vendored is False else ()
        return skip.by_name(
            path, taken_back=(*taken_back, *(skip.NOT_GENERATED if generated is False else ()))
        )

    def _attribute(self, entry: TreeEntry, name: str) -> bool | None:
        if not self._may_have_attributes:
            return None
        value = self.mirror.attribute(self.attributes, entry.path, name)
        return None if value is None else value != "false"

    def _by_size(self, entry: TreeEntry) -> tuple[str | None, int]:
        try:
            size = self.mirror.size(entry.sha)
        except CorruptMirror:
            return skip.UNREADABLE, 0
        return (skip.TOO_LARGE if size > skip.MAX_BYTES else None), size


def touches_attributes(changes: Iterable[Change]) -> bool:
    """Whether a .gitattributes changed: it may decide anew for paths that did not."""
    return any(_is_attributes(change.path) for change in changes)


def _is_attributes(path: bytes) -> bool:
    return path == b".gitattributes" or path.endswith(b"/.gitattributes")


def _raw(raw: bytes, path: str) -> bytes | None:
    return None if raw == path.encode() else raw
