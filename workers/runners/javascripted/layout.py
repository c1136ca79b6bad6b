"""Where the tests of JavaScript and TypeScript are, and what they are written with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from workers.runners.base import Suite
from workers.sandbox import files

SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
TYPED = (".ts", ".tsx", ".mts", ".cts")
_NAMED = re.compile(r"(.+[.-](test|spec)|tests?|spec)\.[cm]?[jt]sx?")
_FOLDERS = {"test", "tests", "__tests__", "spec", "specs"}
_ASIDE = {"node_modules", "dist", "build", "lib-cov", "coverage", "vendor", "fixtures", "examples"}
_ASIDE |= {"example", "bench", "benchmark", "benchmarks", "docs", "__mocks__", "__snapshots__"}
_TESTS = re.compile(rb"\b(?:it|test|describe|suite|context|tape|specify|t\.test)\b[\w.]*\s*[(`]")
_IMPORTS = re.compile(rb"(?:\bfrom|\bimport|\brequire\()\s*['\"]([^'\"./][^'\"]*)['\"]")
_CONFIGURATION = re.compile(r"(.+\.config|\..+rc|gulpfile|gruntfile)\.[cm]?[jt]s", re.IGNORECASE)
_LARGEST = 1_000_000


def suite(folder: Path, paths: Sequence[str], endings: Sequence[str]) -> Suite | None:
    """Of the tests in files with such endings; sources are those of both languages. None where no
    source is there."""
    code = [path for path in paths if path.endswith((*SCRIPTS, *TYPED)) and not _is_aside(path)]
    tests = [path for path in code if is_test(path)]
    sources = [
        each for each in code if not is_test(each) and not each.endswith((".d.ts", ".min.js"))
    ]
    if not any(path.endswith(tuple(endings)) for path in (*tests, *sources)):
        return None
    texts = {path: files.read(folder, path, _LARGEST) or b"" for path in tests}
    targets = [path for path in tests if path.endswith(tuple(endings)) and _tests(texts[path])]
    return Suite(
        tuple(targets),
        tuple(path for path in sources if not _CONFIGURATION.fullmatch(PurePosixPath(path).name)),
        (".",),
        (),
        (),
        frozenset(_wanted(texts.values())),
    )


def is_test(path: str) -> bool:
    """Whether a file is part of the tests rather than of what they test."""
    parts = PurePosixPath(path).parts
    return bool(_NAMED.fullmatch(parts[-1])) or bool(_FOLDERS & set(parts[:-1]))


def _tests(text: bytes) -> bool:
    return bool(_TESTS.search(text))


def _wanted(texts: Collection[bytes]) -> Iterator[str]:
    for text in texts:
        yield from (name.decode(errors="replace") for name in _IMPORTS.findall(text))


def _is_aside(path: str) -> bool:
    parts = PurePosixPath(path).parts[:-1]
    return any(part in _ASIDE or part.startswith(".") for part in parts)
