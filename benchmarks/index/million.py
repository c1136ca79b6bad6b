"""A tree of a million lines: the corpora, and copies of them in other words until it is full."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org")
_NAME = re.compile(rb"\b[A-Za-z][a-z]+(?:_[a-z]+|[A-Z][a-z]+)+\b")
_CHANGED = 3  # one name of so many is another in each copy


def tree(work: Path, corpora: Sequence[str], lines: int) -> Path:
    """A repository of about so many lines. Each copy has contents of its own, and a third of its
    names of several parts: a vocabulary grows with a tree, though slower."""
    target = work / "checkouts" / f"{lines}-lines"
    if (target / ".git").exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    written = 0
    for path, content in _files(work, corpora):
        if written >= lines:
            break
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
        written += content.count(b"\n")
    for arguments in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "-m", "all")):
        subprocess.run([*_GIT, *arguments], cwd=target, check=True)
    return target


def _files(work: Path, corpora: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for number in count():
        for corpus in corpora:
            folder = work / "corpora" / corpus
            for path in (folder / "files.txt").read_text(encoding="utf-8").splitlines():
                content = (folder / "tree" / path).read_bytes()
                yield f"{corpus}{number}/{path}", _renamed(content, number)


def _renamed(content: bytes, number: int) -> bytes:
    if not number:
        return content
    mark = b"%c" % (ord("a") + number % 26)

    def other(found: re.Match[bytes]) -> bytes:
        name = found.group()
        return name + mark * 2 if zlib.crc32(name + mark) % _CHANGED == 0 else name

    return _NAME.sub(other, content) + b"\n" * (number % 2)
