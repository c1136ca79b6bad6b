"""Harnesses of C and C++ that a repository has, and what they may be linked with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workers.fuzzers.base import Target
from workers.sandbox import files

C = (".c",)
CPP = (".cc", ".cpp", ".cxx", ".c++")
ENTRY = "LLVMFuzzerTestOneInput"
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".h++", ".inc")
_HARNESS = re.compile(rf"^[^\n/#]*\b{ENTRY}\s*\([^;{{]{{0,400}}\)\s*(?:\{{|$)", re.MULTILINE)
_ASIDE = re.compile(
    r"(?i)(^|[/_.-])(tests?|testing|fuzz\w*|examples?|bench\w*|docs?|demos?)([/_.-]|$)"
)
_SEEDS = re.compile(r"corpus|corpora|seeds?$|^inputs?$|^data_fuzz")
_SAID = re.compile(r"corpus|corpora|seeds?|inputs?|data|fuzz(?:ers?|ing)?|[\W_]+")
_LARGEST = 1_000_000
_MOST_FILES = 600
_MOST_FOLDERS = 80
_MOST_SEEDS = 200
_LARGEST_SEED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Scanned:
    """Paths of the repository: `sources` are what harnesses may call, `includes` where headers
    are."""

    sources: tuple[str, ...]
    includes: tuple[str, ...]


def targets(folder: Path, paths: Sequence[str], endings: Sequence[str]) -> list[Target]:
    """Harnesses in files with such endings. `folder` is hostile: it is read only."""
    found = []
    for path in [each for each in paths if each.endswith(tuple(endings))][:_MOST_FILES]:
        text = (files.read(folder, path, _LARGEST) or b"").decode(errors="replace")
        if started := _HARNESS.search(text):
            line = text.count("\n", 0, started.start()) + 1
            end = line + text[started.start() :].partition("\n}")[0].count("\n") + 1
            found.append(Target(path, ENTRY, line, end, 1.0))
    return found


def scan(folder: Path, paths: Sequence[str]) -> Scanned:
    """What belongs to no test and is no harness."""
    code = [each for each in paths if each.endswith((*C, *CPP))]
    sources = [each for each in code if not _ASIDE.search(each)][:_MOST_FILES]
    headers = [PurePosixPath(each) for each in paths if each.endswith(_HEADERS)]
    # '#include <name/part.h>' is found from the folder above.
    folders = dict.fromkeys([".", *map(str, _above(headers))])
    return Scanned(tuple(sources), tuple(folders)[:_MOST_FOLDERS])


def _above(headers: Sequence[PurePosixPath]) -> Iterator[PurePosixPath]:
    for each in headers:
        yield each.parent
    for each in headers:
        yield each.parent.parent


def seeds(folder: Path, paths: Sequence[str], target: Target) -> list[bytes]:
    """Inputs that the repository keeps for a harness: files of a folder of inputs, of no other
    one's."""
    own = {"", _SAID.sub("", PurePosixPath(target.path).stem.lower())}
    kept = [
        each
        for each in paths
        if _SEEDS.search(parent := PurePosixPath(each).parent.name.lower())
        and _SAID.sub("", parent) in own
    ]
    return [raw for each in kept[:_MOST_SEEDS] if (raw := files.read(folder, each, _LARGEST_SEED))]
