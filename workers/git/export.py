"""A commit's files in a folder, for tools that read files and for code that is to run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workers.git.mirror import CorruptMirror, Mirror, TreeEntry

LARGEST = 32 * 1024 * 1024
MOST_BYTES = 1024 * 1024 * 1024
MOST_FILES = 200_000


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written, and paths that were left out: too large, unreadable, or a name or a
    link that leads elsewhere."""

    files: int
    size: int
    left_out: tuple[str, ...]


def export(mirror: Path, commit: str, folder: Path) -> Exported:
    """Write the files of a commit below an empty folder. Nothing is written outside of it, whatever
    the paths and links of the commit say."""
    files, size, left_out = 0, 0, []
    with Mirror(mirror) as opened:
        for entry in opened.tree(commit):
            if entry.kind == "submodule":
                continue
            content = _content(opened, entry) if _is_inside(entry.path) else None
            if content is None or files >= MOST_FILES or size + len(content) > MOST_BYTES:
                left_out.append(os.fsdecode(entry.path))
                continue
            if _write(folder, entry, content):
                files, size = files + 1, size + len(content)
            else:
                left_out.append(os.fsdecode(entry.path))
    return Exported(files, size, tuple(left_out))


def _content(opened: Mirror, entry: TreeEntry) -> bytes | None:
    try:
        return None if opened.size(entry.sha) > LARGEST else opened.read(entry.sha)
    except CorruptMirror:
        return None


def _is_inside(path: bytes) -> bool:
    parts = path.split(b"/")
    return not any(part in (b"", b".", b"..") or part.lower() == b".git" for part in parts)


def _write(folder: Path, entry: TreeEntry, content: bytes) -> bool:
    target = folder / os.fsdecode(entry.path)
    if entry.kind == "symlink" and not _stays(entry.path, content):
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if entry.kind == "symlink":
            target.symlink_to(os.fsdecode(content))
            return True
        # A link that was written before must not lead what comes after it elsewhere.
        if target.parent.resolve() != folder.resolve() / target.parent.relative_to(folder):
            return False
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        mode = 0o755 if entry.mode & 0o111 else 0o644
        with open(os.open(target, flags, mode), "wb") as file:
            file.write(content)
    except (OSError, ValueError):
        return False
    return True


def _stays(path: bytes, target: bytes) -> bool:
    """Whether a link leads to a place within the tree."""
    if target.startswith(b"/") or b"\0" in target:
        return False
    depth = len(PurePosixPath(os.fsdecode(path)).parts) - 1
    for part in os.fsdecode(target).split("/"):
        depth += -1 if part == ".." else int(part not in ("", "."))
        if depth < 0:
            return False
    return True
