"""The log as a whole: the newest commits of a history, each with what it says and what it touched.

All commits that lead to the tip, not first parents alone: a merge says who pressed the button, the
commits behind it who wrote what and why. A merge touches nothing, since what it brings is told by
the commits that it brings.
"""

from __future__ import annotations

import heapq
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from workers.git.mirror import moment
from workers.git.run import environment

_FORMAT = "--format=%H%x00%P%x00%ct%x00%aN%x00%B%x00"
_NUMBERS = re.compile(rb"\n?(\d+|-)\t(\d+|-)\t(.*)", re.DOTALL)
_SHA = re.compile(rb"\n?([0-9a-f]{40})")
_LARGEST = "4m"
"""A file above it is counted as changed, without its lines."""
_MOST_RENAMES = 200
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Touched:
    """A path after a commit, and the lines it added and deleted; -1 for what is no text."""

    path: bytes
    added: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A commit. `author` is the name that .mailmap gives, `message` all that it says."""

    sha: str
    parents: int
    committed_at: datetime
    author: str
    message: str
    touched: tuple[Touched, ...]


def newest(mirror: Path, commit: str, *, since: str | None, limit: int) -> list[str]:
    """The newest by date of the commits that lead to `commit` and not to `since`, newest first.

    By date and then by name rather than in git's order: the newest of what was there and of what is
    new are then the newest of all.
    """
    asked = ["rev-list", "--timestamp", commit, *([f"^{since}"] if since else []), "--"]
    with _running(mirror, asked, subprocess.DEVNULL) as process:
        assert process.stdout is not None
        dated = (line.split() for line in process.stdout)
        found = heapq.nlargest(limit, ((_second(at), sha) for at, sha in dated))
    return [sha.decode() for _, sha in found]


def _second(at: bytes) -> float:
    return moment(int(at)).timestamp()


def log(mirror: Path, shas: Sequence[str], *, names_of: str, seconds: float) -> Iterator[Logged]:
    """The commits, in their order; none that are left once the seconds are over. `names_of` is the
    commit whose .mailmap says what authors are called."""
    until = time.monotonic() + seconds
    ends = _ends(mirror)
    for start in range(0, len(shas), _BATCH):
        if time.monotonic() > until:
            return
        with TemporaryFile() as asked:
            asked.write("\n".join(shas[start : start + _BATCH]).encode())
            asked.seek(0)
            with _running(mirror, _asking(names_of), asked.fileno()) as process:
                yield from _parsed(_tokens(process), ends)


def _asking(names_of: str) -> list[str]:
    return [
        "-c", f"mailmap.blob={names_of}:.mailmap", "-c", f"core.bigFileThreshold={_LARGEST}",
        "log", "--no-walk=unsorted", "--stdin", "-z", "--numstat", "-M", f"-l{_MOST_RENAMES}",
        "--use-mailmap", "--no-ext-diff", "--no-textconv", _FORMAT,
    ]  # fmt: skip


def _running(mirror: Path, asked: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["git", *asked],
        env=environment() | {"GIT_DIR": str(mirror)},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _ends(mirror: Path) -> frozenset[str]:
    """Where a shallow history breaks off: such a commit has parents that nobody has, and did not
    add all that it seems to add."""
    shallow = mirror / "shallow"
    return frozenset(shallow.read_text().split()) if shallow.exists() else frozenset()


def boundary(mirror: Path) -> str:
    """What names the places where a shallow history breaks off; '' where it is whole."""
    return " ".join(sorted(_ends(mirror)))


def _tokens(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    assert process.stdout is not None
    rest = b""
    while piece := process.stdout.read(1 << 20):
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole
    yield rest


def _parsed(tokens: Iterator[bytes], ends: frozenset[str]) -> Iterator[Logged]:
    """Messages and names of files may look like anything, and are taken by their place alone."""
    header: Logged | None = None
    touched: list[Touched] = []
    for token in tokens:
        if numbers := _NUMBERS.fullmatch(token):
            touched.append(_touched(numbers, tokens))
        elif sha := _SHA.fullmatch(token):
            if header is not None:
                yield _whole(header, touched, ends)
            header, touched = _header(sha[1].decode(), tokens), []
    if header is not None:
        yield _whole(header, touched, ends)


def _touched(numbers: re.Match[bytes], tokens: Iterator[bytes]) -> Touched:
    """A renamed path stands in two tokens of its own: what it was, and what it is."""
    path = numbers[3]
    if not path:
        next(tokens, b"")
        path = next(tokens, b"")
    return Touched(path, _lines(numbers[1]), _lines(numbers[2]))


def _lines(number: bytes) -> int:
    return -1 if number == b"-" else min(int(number), 1 << 30)


def _header(sha: str, tokens: Iterator[bytes]) -> Logged:
    parents, seconds, author, message = (next(tokens, b"") for _ in range(4))
    return Logged(
        sha,
        len(parents.split()),
        moment(int(seconds)),
        author.decode(errors="replace"),
        message.decode(errors="replace").strip(),
        (),
    )


def _whole(header: Logged, touched: list[Touched], ends: frozenset[str]) -> Logged:
    kept = () if header.sha in ends or header.parents > 1 else tuple(touched)
    return Logged(
        header.sha, header.parents, header.committed_at, header.author, header.message, kept
    )
