"""Changes to judge: small bugs in the newest commit of a clone, and commits as they were made."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.seeded.mutate import mutants
from workers.languages import language_of
from workers.linters.places import is_ours, quiet
from workers.runners import RUNNERS

_EDITS = (
    (re.compile(r"==="), "!=="),
    (re.compile(r"(?<![=!<>])==(?!=)"), "!="),
    (re.compile(r" < "), " <= "),
    (re.compile(r" > "), " >= "),
    (re.compile(r" && "), " || "),
    (re.compile(r"\breturn true\b"), "return false"),
    (re.compile(r" \+ 1\b"), " - 1"),
    (re.compile(r"(?<=[\[(, ])0(?=[\]),;])"), "1"),
)
"""For languages whose syntax is not read here."""
_COMMENT = re.compile(r"\s*(?://|/?\*|#)")
_LARGEST = 300_000


@dataclass(frozen=True, slots=True)
class Made:
    """A change on top of `base`, in a clone of its own. `line` is that of a seeded bug in `path`;
    `text` that file with it."""

    name: str
    kind: str
    folder: Path
    base: str
    head: str = ""
    path: str = ""
    line: int = 0
    text: bytes = b""

    def checkout(self) -> None:
        """The branch ends with the change."""
        _git(self.folder, "checkout", "--force", "-q", "-B", "tried", self.head or self.base)
        if self.path:
            (self.folder / self.path).write_bytes(self.text)
            _git(self.folder, "commit", "-q", "-a", "-m", "Change it", "--no-verify")


def seeded(clone: Path, folder: Path, most: int, seed: int) -> Iterator[Made]:
    """Each in another place, in an order that the seed gives."""
    _cloned(clone, folder)
    base = _git(folder, "rev-parse", "HEAD").strip()
    found = []
    for path in _git(folder, "ls-files", "-z").split("\0"):
        language = language_of(path) if path else ""
        target = folder / path
        ours = is_ours(path) and not quiet(path)
        if language in RUNNERS and ours and target.is_file() and not target.is_symlink():
            raw = target.read_bytes()
            found += _python(path, raw) if language == "python" else _others(path, raw)
    random.Random(seed).shuffle(found)
    for path, line, text in found[:most]:
        yield Made(f"seeded-{path}:{line}", "seeded", folder, base, "", path, line, text)


def _python(path: str, raw: bytes) -> Iterator[tuple[str, int, bytes]]:
    if len(raw) < _LARGEST:
        yield from ((path, each.line, each.applied(raw)) for each in mutants(path, raw))


def _others(path: str, raw: bytes) -> Iterator[tuple[str, int, bytes]]:
    lines = raw.decode(errors="replace").split("\n")
    for number, line in enumerate(lines):
        for pattern, new in _EDITS:
            if pattern.search(line) and not _COMMENT.match(line) and len(raw) < _LARGEST:
                changed = [*lines[:number], pattern.sub(new, line, count=1), *lines[number + 1 :]]
                yield path, number + 1, "\n".join(changed).encode()


def commits(clone: Path, folder: Path, most: int) -> Iterator[Made]:
    """The newest of the main line that change code which tests run."""
    _cloned(clone, folder)
    found = 0
    for sha in _git(folder, "rev-list", "--first-parent", f"-{most * 20}", "origin/HEAD").split():
        paths = _git(folder, "diff", "--name-only", "-z", f"{sha}^1", sha).split("\0")
        if found < most and any(language_of(each) in RUNNERS for each in paths if each):
            found += 1
            base = _git(folder, "rev-parse", f"{sha}^1").strip()
            yield Made(f"clean-{sha[:9]}", "clean", folder, base, sha)


def _cloned(clone: Path, folder: Path) -> None:
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "-q", "--shared", clone, folder], check=True)


def _git(clone: Path, *arguments: str) -> str:
    who = ["-c", "user.name=seeded", "-c", "user.email=seeded@example.org"]
    done = subprocess.run(
        ["git", *who, "-C", clone, *arguments], capture_output=True, check=False, timeout=120
    )
    return done.stdout.decode(errors="replace")
