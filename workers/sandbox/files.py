"""Files below a folder whose content is hostile: nothing follows a link, opens a pipe or a device,
or leads out, whatever the names say."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 64


def read(top: Path, path: str, most: int) -> bytes | None:
    """At most the first `most` bytes of a plain file; None where there is none."""
    try:
        *above, name = _parts(path)
        with _opened(top, above) as folder:
            return _content(name, folder, most)
    except (OSError, ValueError):
        return None


def write(top: Path, path: str, content: bytes, user: int | None) -> None:
    """Make a file, in place of the one that is there, and the folders above it. Raise ValueError
    where the path leads out or through a link, OSError where a folder is in the way."""
    *above, name = _parts(path)
    try:
        with _opened(top, above, make=True, user=user) as folder:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            with open(os.open(name, _WRITE, 0o644, dir_fd=folder), "wb") as file:
                file.write(content)
                _give(file.fileno(), user)
    except NotADirectoryError as error:
        raise ValueError(f"'{path}' leads through a link or a file") from error


def move(top: Path, path: str, target: Path) -> None:
    """Move a folder out, whole. Raise ValueError where the path is none, a link for example."""
    *above, name = _parts(path)
    with _opened(top, above) as folder:
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise ValueError(f"'{path}' is no folder")
        os.rename(name, target, src_dir_fd=folder)


def names(top: Path, path: str, most: int) -> list[str]:
    """Paths of plain files below a folder, relative to the top, in order; at most so many."""
    found: list[str] = []
    waiting = [_parts(path) if path else []]
    while waiting and len(found) < most:
        above = waiting.pop()
        with suppress(OSError), _opened(top, above) as folder, os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and len(above) < _DEEPEST:
                    waiting.append([*above, entry.name])
                elif entry.is_file(follow_symlinks=False):
                    found.append("/".join([*above, entry.name]))
    return sorted(found)[:most]


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part != "."]
    if not parts or "" in parts or ".." in parts or "\0" in path:
        raise ValueError(f"'{path}' leads out of the workspace, or nowhere")
    return parts


def _content(name: str, folder: int, most: int) -> bytes | None:
    """Looked at before it is opened: to open a pipe or a device may do something."""
    if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        return None
    with open(os.open(name, _READ, dir_fd=folder), "rb") as file:
        return file.read(most) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


@contextmanager
def _opened(
    top: Path, above: list[str], *, make: bool = False, user: int | None = None
) -> Iterator[int]:
    """The folder at the end of these names, entered one by one from the top."""
    folder = os.open(top, _FOLDER)
    try:
        for name in above:
            if make:
                _make(name, folder, user)
            inner = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _make(name: str, folder: int, user: int | None) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=folder)
        if user is not None:
            os.chown(name, user, user, dir_fd=folder, follow_symlinks=False)


def _give(descriptor: int, user: int | None) -> None:
    if user is not None:
        os.fchown(descriptor, user, user)
