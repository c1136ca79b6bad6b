"""Reading a mirror: refs, trees, blobs, differences, attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pygit2
from pygit2.enums import AttrCheck, FileMode, ObjectType

from core.errors import UserError
from workers.git.paths import raw_path

# A mirror is ours whoever runs this process; nothing of the machine's configuration counts.
pygit2.option(pygit2.enums.Option.SET_OWNER_VALIDATION, False)
for _level in (
    pygit2.enums.ConfigLevel.SYSTEM,
    pygit2.enums.ConfigLevel.XDG,
    pygit2.enums.ConfigLevel.GLOBAL,
):
    pygit2.settings.search_path[_level] = ""

_ATTRIBUTES = AttrCheck.INDEX_ONLY | AttrCheck.NO_SYSTEM | AttrCheck.INCLUDE_COMMIT
_REVISION = re.compile(r"[^\s~^:?*\[\\@{}-][^\s~^:?*\[\\{}]*(?:[~^]\d*)*")
_LAST_SECOND = 253_402_300_799  # of the year 9999
_KINDS = {FileMode.LINK: "symlink", FileMode.COMMIT: "submodule", FileMode.TREE: "tree"}


class CorruptMirror(Exception):
    """An object that must be there cannot be read."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A leaf of a commit's tree. `kind` is blob, symlink or submodule."""

    path: bytes
    sha: str
    mode: int
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """A path whose entry differs; None: it is not there on that side."""

    path: bytes
    before: TreeEntry | None
    after: TreeEntry | None


class Mirror:
    """An open mirror. Use it in one thread; it sees what a fetch brings meanwhile."""

    def __init__(self, path: Path) -> None:
        try:
            self._repository = pygit2.Repository(str(path), pygit2.enums.RepositoryOpenFlag.BARE)
        except pygit2.GitError as error:
            raise CorruptMirror(f"{path}: {error}") from error

    def __enter__(self) -> Mirror:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._repository.free()

    def has_commits(self) -> bool:
        """Whether there is a commit to index; mends a HEAD that points to no branch."""
        if not self._repository.head_is_unborn:
            return True
        branches = sorted(self._repository.listall_branches())
        if not branches:
            return False
        likely = [name for name in ("main", "master", "trunk") if name in branches]
        self._repository.set_head(f"refs/heads/{(likely or branches)[0]}")
        return True

    def has_branch_or_tag(self, name: str) -> bool:
        """Whether the mirror always holds this ref: all branches and tags are fetched."""
        held = self._repository.references
        try:
            return any(held.get(f"refs/{kind}/{name}") is not None for kind in ("heads", "tags"))
        except UnicodeDecodeError:  # pygit2 names what it does not find
            return False

    def has_commit(self, sha: str) -> bool:
        return self._commit_of(sha) is not None

    def head_moved(self, remote_head: str) -> bool:
        """Whether the source's HEAD is at another commit than the branch that HEAD names here."""
        theirs = self._repository.references.get(remote_head)
        if theirs is None:
            return False
        return self._repository.head_is_unborn or self._repository.head.target != theirs.target

    def default_branch(self) -> str:
        """'' where the source's HEAD is detached."""
        if self._repository.head_is_detached:
            return ""
        return str(self._repository.references["HEAD"].target).removeprefix("refs/heads/")

    def resolve(self, ref: str) -> str:
        """The commit of a branch, a tag, a commit or a full ref; '' is the default branch."""
        names = [f"refs/heads/{ref}", f"refs/tags/{ref}", ref] if ref else ["HEAD"]
        if not ref or _REVISION.fullmatch(ref):
            for name in names:
                commit = self._commit_of(name)
                if commit is not None:
                    return commit
        raise UserError(f"There is no branch, tag or commit '{ref}'; check its name.")

    def _commit_of(self, revision: str) -> str | None:
        try:
            found = self._repository.revparse_single(revision)
            return str(found.peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError):
            return None

    def committed_at(self, commit: str) -> datetime:
        return moment(self._commit(commit).commit_time)

    def tree(self, commit: str) -> Iterator[TreeEntry]:
        """Every leaf, in git's order. Raises CorruptMirror where a tree cannot be read."""
        for change in _differences(self._repository, None, self._commit(commit).tree_id, b""):
            assert change.after is not None
            yield change.after

    def changed(self, before: str, after: str) -> Iterator[Change]:
        """Paths whose content, mode or kind differ. A rename is a removal and an addition."""
        return _differences(
            self._repository, self._commit(before).tree_id, self._commit(after).tree_id, b""
        )

    def entry(self, commit: str, path: bytes) -> TreeEntry | None:
        """The leaf at a path, if there is one."""
        tree = _load(self._repository, self._commit(commit).tree_id)
        if not isinstance(tree, pygit2.Tree):
            raise CorruptMirror(f"{commit} has no tree")
        try:
            found = tree[path.decode(errors="surrogateescape")]
        except (KeyError, ValueError):
            return None
        entry = _entry(path, str(found.id), int(found.filemode))
        return None if entry.kind == "tree" else entry

    def file_at(self, commit: str, path: bytes) -> tuple[str, bytes] | None:
        """Sha and content of the file at a path; None where there is none, or it is unreadable."""
        try:
            entry = self.entry(commit, path)
            return None if entry is None else (entry.sha, self.read(entry.sha))
        except CorruptMirror:
            return None

    def size(self, sha: str) -> int:
        """Bytes of a blob, from its header: the content is not read."""
        try:
            return int(self._repository.odb.read_header(pygit2.Oid(hex=sha))[1])
        except (KeyError, pygit2.GitError) as error:
            raise CorruptMirror(f"{sha}: {error}") from error

    def read(self, sha: str) -> bytes:
        """The content of a blob. Raises CorruptMirror."""
        try:
            kind, content = self._repository.odb.read(pygit2.Oid(hex=sha))
        except (KeyError, pygit2.GitError) as error:
            raise CorruptMirror(f"{sha}: {error}") from error
        if kind != ObjectType.BLOB:
            raise CorruptMirror(f"{sha} is not a file's content")
        return bytes(content)

    def attribute(self, commit: str, path: bytes, name: str) -> str | None:
        """What .gitattributes at the commit says: 'true', 'false', a value, or None."""
        try:
            value = self._repository.get_attr(path, name, _ATTRIBUTES, pygit2.Oid(hex=commit))
        except (pygit2.GitError, ValueError):
            return None
        return value if value is None or isinstance(value, str) else str(value).lower()

    def is_ancestor(self, older: str, newer: str) -> bool:
        return older == newer or bool(self._repository.descendant_of(newer, older))

    def merge_base(self, one: str, other: str) -> str | None:
        """Where two commits parted; None where they have nothing in common."""
        found = self._repository.merge_base(pygit2.Oid(hex=one), pygit2.Oid(hex=other))
        return None if found is None else str(found)

    def _commit(self, sha: str) -> pygit2.Commit:
        found = _load(self._repository, pygit2.Oid(hex=sha))
        if not isinstance(found, pygit2.Commit):
            raise CorruptMirror(f"{sha} is not a commit")
        return found


def moment(seconds: int) -> datetime:
    """When a commit says that it was made, as far as a calendar goes."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST_SECOND), UTC)


def _entry(path: bytes, sha: str, mode: int) -> TreeEntry:
    return TreeEntry(path, sha, mode, _KINDS.get(FileMode(mode), "blob"))


def _differences(
    repository: pygit2.Repository,
    before: pygit2.Oid | None,
    after: pygit2.Oid | None,
    folder: bytes,
) -> Iterator[Change]:
    """Compare two trees; folders that are equal are not opened."""
    old, new = _listing(repository, before, folder), _listing(repository, after, folder)
    for path in sorted(old.keys() | new.keys()):
        was, is_ = old.get(path), new.get(path)
        if was == is_:
            continue
        folders = [
            pygit2.Oid(hex=entry.sha) if entry and entry.kind == "tree" else None
            for entry in (was, is_)
        ]
        leaves = [entry if entry and entry.kind != "tree" else None for entry in (was, is_)]
        if any(leaves):
            yield Change(path, *leaves)
        if any(folders):
            yield from _differences(repository, folders[0], folders[1], path + b"/")


def _load(repository: pygit2.Repository, oid: pygit2.Oid) -> Any:
    """An object of any kind, so that the caller has to look at which it is."""
    try:
        return repository[oid]
    except (KeyError, pygit2.GitError) as error:
        raise CorruptMirror(f"{oid}: {error}") from error


def _listing(
    repository: pygit2.Repository, tree: pygit2.Oid | None, folder: bytes
) -> dict[bytes, TreeEntry]:
    if tree is None:
        return {}
    found = _load(repository, tree)
    if not isinstance(found, pygit2.Tree):
        raise CorruptMirror(f"{tree} is not a tree")
    paths = ((folder + (child.raw_name or b""), child) for child in found)
    return {path: _entry(path, str(child.id), int(child.filemode)) for path, child in paths}


def default_branch(mirror: Path) -> str:
    """The branch that the source's HEAD names; '' where it is detached."""
    with Mirror(mirror) as opened:
        return opened.default_branch()


def resolve(mirror: Path, ref: str) -> str:
    """The commit of a ref; '' is the default branch. Raises UserError for an unknown one."""
    with Mirror(mirror) as opened:
        return opened.resolve(ref)


def holds(mirror: Path, sha: str) -> bool:
    """Whether a commit is here; not where the mirror is another host's."""
    if not mirror.exists():
        return False
    with Mirror(mirror) as opened:
        return opened.has_commit(sha)


def parted(mirror: Path, one: str, other: str) -> str | None:
    """Where two commits parted; None where they have nothing in common, or one is not here."""
    with Mirror(mirror) as opened:
        known = opened.has_commit(one) and opened.has_commit(other)
        return opened.merge_base(one, other) if known else None


def tree(mirror: Path, commit: str) -> Iterator[TreeEntry]:
    """Every file, symlink and submodule of a commit."""
    with Mirror(mirror) as opened:
        yield from opened.tree(commit)


def changed(mirror: Path, before_commit: str, after_commit: str) -> list[Change]:
    """Paths that differ between two commits, in order."""
    with Mirror(mirror) as opened:
        return list(opened.changed(before_commit, after_commit))


def read_blob(mirror: Path, sha: str) -> bytes:
    """The content of a blob. Raises CorruptMirror where git cannot read it."""
    with Mirror(mirror) as opened:
        return opened.read(sha)


def blob_at(mirror: Path, commit: str, path: bytes | str) -> tuple[str, bytes] | None:
    """Sha and content of the file at a path; None where there is no file, or it is unreadable."""
    raw = raw_path(path) if isinstance(path, str) else path
    with Mirror(mirror) as opened:
        return opened.file_at(commit, raw)
