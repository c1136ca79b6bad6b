"""Downloads the pinned packages, unpacks them, and blanks the docstrings that are queries.

A docstring query is the first sentence of a docstring; with the docstring in the tree, finding it
would be string search. Its lines are emptied, so that line numbers stay.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval.files import listed

HERE = Path(__file__).parent
QUERIES = (HERE / "queries", HERE / "newcomer" / "queries")


def read_lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def queries_of(corpus: str = "*") -> list[dict[str, Any]]:
    """Those of one corpus, or of all."""
    paths = (path for folder in QUERIES for path in sorted(folder.glob(f"{corpus}.*.jsonl")))
    return [query for path in paths for query in read_lines(path)]


def prepare(
    work: Path,
    python: Path,
    wanted: Sequence[str] = (),
    *,
    pins: Mapping[str, dict[str, str]] | None = None,
) -> list[str]:
    """Fill WORK/corpora/<corpus>/tree and files.txt; return the corpora that are there. One whose
    package cannot be had here is left out, and named. `python` is one that has pip."""
    pinned = pins or json.loads((HERE / "corpora.json").read_text(encoding="utf-8"))
    return [name for name in wanted or pinned if _prepared(work, python, name, pinned[name])]


def _prepared(work: Path, python: Path, name: str, pin: dict[str, str]) -> bool:
    target = work / "corpora" / name
    if (target / "files.txt").exists():
        return True
    package = _downloaded(work / "downloads", python, name, pin)
    if package is None:
        return False
    shutil.rmtree(target, ignore_errors=True)
    _unpack(package, pin, target)
    files = listed(target / "tree")
    _blank(target / "tree", (span for query in queries_of(name) for span in query.get("blank", ())))
    (target / "files.txt").write_text("\n".join(files) + "\n", encoding="utf-8")
    return True


def _downloaded(folder: Path, python: Path, name: str, pin: dict[str, str]) -> Path | None:
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / pin["file"]
    command = _COMMANDS[pin["kind"]](pin, str(python))
    if not package.exists() and (
        shutil.which(command[0]) is None
        or subprocess.run(command, cwd=folder, check=False).returncode
    ):
        print(f"{name} is left out: '{' '.join(command)}' failed", file=sys.stderr)
        return None
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    if digest != pin["sha256"]:
        raise SystemExit(f"{package} is not the pinned package: its SHA-256 is {digest}")
    return package


_COMMANDS: dict[str, Callable[[dict[str, str], str], list[str]]] = {
    "pypi": lambda pin, python: [
        *(python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"),
        f"{pin['name']}=={pin['version']}",
    ],
    "npm": lambda pin, _: ["npm", "pack", "--silent", f"{pin['name']}@{pin['version']}"],
    "deb": lambda pin, _: ["apt-get", "download", "--quiet", f"{pin['name']}={pin['version']}"],
}


def _unpack(package: Path, pin: dict[str, str], target: Path) -> None:
    unpacked = target / "unpacked"
    unpacked.mkdir(parents=True)
    if pin["kind"] == "deb":
        subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
        top = unpacked
    else:
        with tarfile.open(package) as archive:
            archive.extractall(unpacked, filter="data")
        (top,) = unpacked.iterdir()
    shutil.move(top / pin.get("sub", ""), target / "tree")
    shutil.rmtree(unpacked, ignore_errors=True)


def _blank(tree: Path, spans: Iterable[dict[str, Any]]) -> None:
    by_path: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in spans:
        by_path[span["path"]].append((span["start"], span["end"]))
    for path, ranges in by_path.items():
        lines = (tree / path).read_bytes().decode().split("\n")
        for start, end in ranges:
            lines[start - 1 : end] = [""] * (end - start + 1)
        (tree / path).write_bytes("\n".join(lines).encode())
