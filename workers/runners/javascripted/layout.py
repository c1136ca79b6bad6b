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
_TESTS = re.compile(
    rb"\b(?:it|test|describe|suite|context|tape|specify|t\.test)\b[\w.]{0,60}\s*[(`]"
)
_IMPORTS = re.compile(rb"(?:\bfrom|\bimport|\brequire\()\s*['\"]([^'\"./][^'\"]*)['\"]")
_CONFIGURATION = re.compile(r"(.+\.config|\..+rc|gulpfile|gruntfile)\.[cm]?[jt]s", re.IGNORECASE)
_README = re.compile(r"readme\.(md|markdown)", re.IGNORECASE)
_GIVES = re.compile(
    rb"//\s*(?:=>|\xe2\x86\x92|\xe2\x87\x92|->|returns|result|prints|output|logs|['\"\[{\d-]|true|false|null)",
    re.IGNORECASE,
)
_MOST_SHOWN = 2_000
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
        tuple(_shown(folder, paths, sources, endings)),
        frozenset(_wanted(texts.values())),
    )


def _shown(
    folder: Path, paths: Sequence[str], sources: Sequence[str], endings: Sequence[str]
) -> Iterator[str]:
    """Files with examples in their documentation; a README speaks of the language that the sources
    are written in."""
    typed = any(path.endswith(TYPED) for path in sources)
    if typed == (tuple(endings) == TYPED):
        documents = [path for path in paths if _README.fullmatch(path)]
    else:
        documents = []
    own = [path for path in sources if path.endswith(tuple(endings))][:_MOST_SHOWN]
    for path in (*own, *documents):
        text = files.read(folder, path, _LARGEST) or b""
        if _GIVES.search(text) and (path in documents or b"@example" in text):
            yield path


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
