"""Repositories that nobody should have, and somebody has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

FILES = 1_000_000
CONTENTS = 2_000  # different ones, of the million
BIG_BYTES = 500 << 20
BRANCHES = 10_000
DEEP = 100

_AUTHOR = b"committer bench <bench@example.org> 1700000000 +0000\n"


def repositories(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each with its name; they are made once, and kept."""
    for name, write in _WRITERS.items():
        target = folder / name.replace(" ", "-")
        if not (target / "complete").exists():
            _make(target, write)
            (target / "complete").touch()
        yield name, target


def _make(target: Path, write: Callable[[IO[bytes]], None]) -> None:
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", target], check=True)
    command = ["git", "-C", str(target), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as importing:
        assert importing.stdin is not None
        write(importing.stdin)
        importing.stdin.close()
        if importing.wait():
            raise SystemExit(f"git fast-import of {target.name} failed")


def _commit(out: IO[bytes], branch: str = "main", *, parent: str = "") -> None:
    out.write(b"commit refs/heads/%s\n" % branch.encode() + _AUTHOR + b"data 1\nx\n")
    if parent:
        out.write(b"from refs/heads/%s\n" % parent.encode())


def _file(out: IO[bytes], path: str, content: bytes) -> None:
    out.write(b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(content)))
    out.write(content + b"\n")


def _many_files(out: IO[bytes]) -> None:
    for number in range(CONTENTS):
        content = b"def function_%d():\n    return %d\n" % (number, number)
        out.write(b"blob\nmark :%d\ndata %d\n%s\n" % (number + 1, len(content), content))
    _commit(out)
    for number in range(FILES):
        folder = b"%d/%d" % (number // 10_000, number // 100 % 100)
        mark = number % CONTENTS + 1
        out.write(b"M 100644 :%d %s/%d.py\n" % (mark, folder, number))


def _big_file(out: IO[bytes]) -> None:
    _commit(out)
    _file(out, "small.py", b"def small():\n    return 1\n")
    line = b"value = 'a line of a file that is far too big'\n"
    _file(out, "big.py", line * (BIG_BYTES // len(line)))


def _many_branches(out: IO[bytes]) -> None:
    _commit(out)
    _file(out, "main.py", b"def main():\n    return 1\n")
    for number in range(BRANCHES):
        _commit(out, f"branch-{number}", parent="main")
        _file(out, "main.py", b"def main():\n    return %d\n" % number)


def _deep(out: IO[bytes]) -> None:
    _commit(out)
    _file(out, "/".join(["deep"] * DEEP) + "/bottom.py", b"def bottom():\n    return 1\n")


def _odd_contents(out: IO[bytes]) -> None:
    """Encodings, line ends, and what looks like source and is none."""
    source = "def größe():\n    return 'é'\n"
    _commit(out)
    for encoding in ("latin-1", "utf-16", "utf-16-le", "utf-32"):
        _file(out, f"{encoding}.py", source.encode(encoding))
    _file(out, "crlf.py", source.replace("\n", "\r\n").encode())
    _file(out, "nul.py", source.encode() + b"\0" * 100)
    _file(out, "late_nul.py", source.encode() * 1_000 + b"\0")
    _file(out, "bundle.js", b"function a(b){return b+1};" * 20_000)
    _file(out, "nested.py", b"x = " + b"(" * 100_000 + b")" * 100_000)
    _file(out, "braces.js", b"{" * 200_000)
    _file(out, "line.py", b"x = '" + b"a" * 1_000_000 + b"'\n")


_WRITERS: dict[str, Callable[[IO[bytes]], None]] = {
    "a million files": _many_files,
    "a file of 500 MB": _big_file,
    "10,000 branches": _many_branches,
    "100 folders deep": _deep,
    "odd contents": _odd_contents,
}
