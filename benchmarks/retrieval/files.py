"""Which files of a tree belong to a corpus, and which of those are tests or documents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 400_000
CODE_SUFFIXES = frozenset(
    ".py .pyi .js .jsx .mjs .cjs .ts .mts .cts .tsx .go .rs .java .scala .c .h".split()
)
TEXT_SUFFIXES = frozenset(
    ".md .rst .txt .toml .cfg .ini .yml .yaml .sh .html .css .sql .proto .gradle .cc .cpp .hpp "
    ".pyx .pxd .tcl .lua .vue .svelte .kt .rb".split()
)
EXCLUDE = re.compile(
    r"(^|/)(vendor|_vendor|vendored|node_modules|third_party|thirdparty|deps|dist|build|\.git|locale"
    r"|\.yarn|fixtures/.*/node_modules|[^/]*\.egg-info)(/|$)|\.min\.(js|css)$|-lock\.(json|yaml)$"
    r"|pnpm-lock|yarn\.lock|\.d\.ts\.map$|(^|/)PKG-INFO$|\.(html|css|sql)$",
    re.IGNORECASE,
)
TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|spec|specs|t|testdata|fixtures?|playground|testsuite[^/]*|jmh"
    r"|microbench|benches|benchmarks?|js_tests)(/|$)|(^|/)test_[^/]*$|_test\.(go|py|rs|c)$"
    r"|\.(test|spec|test-d)\.[cm]?[jt]sx?$|(^|/)conftest\.py$|Tests?\.(java|scala)$"
    r"|(^|/)tests?\.(py|rs)$",
    re.IGNORECASE,
)
DOC = re.compile(
    r"(^|/)(docs?|documentation|examples?|changelogs?|changes)(/|$)|\.(md|rst|txt)$"
    r"|(^|/)(CHANGES|CHANGELOG|HISTORY)[^/]*$",
    re.IGNORECASE,
)


def is_test(path: str) -> bool:
    return bool(TEST.search(path))


def is_doc(path: str) -> bool:
    return bool(DOC.search(path))


def listed(root: Path) -> list[str]:
    return sorted(path for path in _walk(root) if _belongs(root, path))


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        relative = Path(folder).relative_to(root)
        folders[:] = sorted(
            each for each in folders if not EXCLUDE.search((relative / each).as_posix())
        )
        yield from ((relative / name).as_posix() for name in names)


def _belongs(root: Path, path: str) -> bool:
    full = root / path
    suffix = full.suffix.lower()
    if suffix not in CODE_SUFFIXES | TEXT_SUFFIXES or EXCLUDE.search(path):
        return False
    if full.is_symlink() or full.stat().st_size > MAX_BYTES:
        return False
    try:
        full.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True
