"""Functions of Go worth fuzzing, with their packages, read from sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from workers.fuzzers.base import Target
from workers.fuzzers.golang.declared import Declared, Function, declared
from workers.fuzzers.golang.kinds import Package
from workers.sandbox import files

_LARGEST = 600_000
_MOST_FILES = 2_000
_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_ASIDE = {"vendor", "testdata", "examples", "example", "node_modules", "cmd", "hack", "tools"}
_BOUNDARY = re.compile(
    r"Parse|Load|Decode|Unmarshal|From|Read|Split|Token|Lex|Scan|Normali[sz]e|Convert|Unescape|"
    r"Unquote|Extract|Match|Valid|Deserialize|Expand|Compile|Eval|Detect|Guess|Compare|Format"
)
_NEVER = re.compile(r"^(Must|Main$|Run$|Serve|Listen|Exec|Start|Close|Exit|Test|Benchmark|Fuzz)")
_BRANCH = re.compile(r"\b(if|for|switch|case|select)\b|\[[^\]]{0,200}\]")
_OTHER_SYSTEM = re.compile(r"_(windows|darwin|js|wasm|plan9|freebsd|netbsd|openbsd|arm64|arm)\.go$")


@dataclass(slots=True)
class Scanned:
    """Packages by folder, functions by a target's name, tests' texts by folder."""

    module: str = ""
    packages: dict[str, Package] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    tests: dict[str, dict[str, str]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)

    def importing(self, folder: str) -> str:
        """What a folder's package is imported by."""
        return self.module if folder == "." else f"{self.module}/{folder}"


def scan(folder: Path, paths: Sequence[str]) -> Scanned:
    """Of the module at the repository's root; empty where there is none."""
    found = Scanned()
    module = _MODULE.search(_text(folder, "go.mod")) if "go.mod" in paths else None
    if module is None:
        return found
    found.module = module[1]
    inner = {str(PurePosixPath(each).parent) for each in paths if each.endswith("/go.mod")}
    for path in [each for each in paths if each.endswith(".go")][:_MOST_FILES]:
        if not any(path.startswith(f"{other}/") for other in inner):
            _file(folder, path, found)
    called = {text for tests in found.tests.values() for text in tests.values()}
    found.targets = [_target(name, each, called) for name, each in found.functions.items()]
    found.targets.sort(key=lambda each: (-each.score, each.path, each.start_line))
    return found


def _text(folder: Path, path: str) -> str:
    return (files.read(folder, path, _LARGEST) or b"").decode(errors="replace")


def _file(folder: Path, path: str, found: Scanned) -> None:
    where = str(PurePosixPath(path).parent)
    if path.endswith("_test.go"):
        found.tests.setdefault(where, {})[path] = _text(folder, path)
        return
    parts = PurePosixPath(path).parts[:-1]
    if _ASIDE & set(parts) or any(each.startswith((".", "_")) for each in parts):
        return
    text = _text(folder, path)
    read = declared(text)
    if read.package in ("main", "") or _is_elsewhere(path, text):
        return
    found.packages.setdefault(where, Package(read.package)).add(read)
    _functions(path, read, found)


def _is_elsewhere(path: str, text: str) -> bool:
    """Whether a file is for other systems, for other programs, or written by one."""
    head = text.partition("\npackage ")[0]
    made = "Code generated" in head or 'import "C"' in text
    return bool(_OTHER_SYSTEM.search(path)) or "//go:build" in head or made


def _functions(path: str, read: Declared, found: Scanned) -> None:
    for each in read.functions:
        owner = each.receiver.lstrip("*")
        public = each.name[:1].isupper() and (not owner or owner[:1].isupper())
        if public and each.takes and not _NEVER.match(each.name):
            found.functions[f"{path}#{each.symbol}"] = each


def _target(name: str, each: Function, tests: set[str]) -> Target:
    path = name.partition("#")[0]
    score = min(1.5, len(_BRANCH.findall(each.body)) / 12)
    score += 1.0 if _BOUNDARY.search(each.name) else 0.0
    score += 0.6 if any(f"{each.name}(" in text for text in tests) else 0.0
    score -= 0.5 if each.receiver else 0.0
    score -= 0.5 if "internal" in PurePosixPath(path).parts else 0.0
    texts = any(kind in ("string", "[]byte", "io.Reader") for _, kind in each.takes)
    score += 0.4 if texts else -0.4
    return Target(path, each.symbol, each.start_line, each.end_line, score)
