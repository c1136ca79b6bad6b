"""Where the time of a module's tests goes: runs them in the sandbox with Go's profiler, and counts
samples by the names on the stack, outermost first, joined with ';'."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ENOUGH_SECONDS = 2.0
_MOST_RUNS = 8
_DEEPEST = 60
_Message = dict[int, list[Any]]


def _number(raw: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        value |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if raw[at - 1] < 0x80:
            return value, at


def message(raw: bytes) -> _Message:
    """Fields by their numbers: integers and bytes, as a protocol buffer has them."""
    found: _Message = defaultdict(list)
    at = 0
    while at < len(raw):
        key, at = _number(raw, at)
        value: int | bytes
        if key & 7 == 2:
            size, at = _number(raw, at)
            value, at = raw[at : at + size], at + size
        else:
            value, at = _number(raw, at)
        found[key >> 3].append(value)
    return found


def _numbers(fields: list[Any]) -> Iterator[int]:
    """Packed or one by one."""
    for each in fields:
        if isinstance(each, int):
            yield each
            continue
        at = 0
        while at < len(each):
            value, at = _number(each, at)
            yield value


def _named(function: _Message, texts: list[str], root: str) -> str:
    """'' for what is not the module's."""
    file = texts[function[4][0]] if function[4] else ""
    if not file.startswith(root) or "/.ponder" in file or "/_testmain" in file:
        return ""
    name = texts[function[2][0]].rpartition("/")[2].partition(".")[2]
    return f"{file.removeprefix(root)}:{name}".replace(";", ",")


def counted(profile: bytes, root: str) -> Counter[str]:
    """Samples of a profile by way down; `root` is the folder of the module, with a slash."""
    whole = message(gzip.decompress(profile))
    texts = [each.decode(errors="replace") for each in whole[6]]
    functions = {each[1][0]: _named(each, texts, root) for each in map(message, whole[5])}
    places: dict[int, list[str]] = {}
    for place in map(message, whole[4]):
        lines = [message(each)[1] for each in place[4]]
        places[place[1][0]] = [functions.get(each[0], "") for each in lines if each]
    found = Counter[str]()
    for sample in map(message, whole[2]):
        # The innermost comes first, of what was inlined at a place too.
        inner = [name for at in _numbers(sample[1]) for name in places.get(at, []) if name]
        if inner:
            found[";".join(reversed(inner[-_DEEPEST:]))] += next(_numbers(sample[2]), 0)
    return found


def _profiled(folder: str, go: str, root: str, seconds: float) -> Counter[str]:
    """Of a package's tests, several times over where they are quick."""
    until, found = time.monotonic() + seconds, Counter[str]()
    binary, profile = f"{root}.ponder-fuzz/tests", Path(f"{root}.ponder-fuzz/profile")
    argv = [go, "test", "-c", "-vet=off", "-o", binary, f"./{folder}"]
    if subprocess.run(argv, timeout=seconds, check=False).returncode or not Path(binary).exists():
        return found
    began = time.monotonic()
    for _ in range(_MOST_RUNS):
        profile.unlink(missing_ok=True)
        argv = [binary, f"-test.cpuprofile={profile}", "-test.timeout=30s"]
        left = max(1.0, until - time.monotonic())
        subprocess.run(argv, cwd=Path(root, folder), timeout=left, check=False)
        if profile.exists() and profile.stat().st_size:
            found += counted(profile.read_bytes(), root)
        if time.monotonic() > min(until, began + _ENOUGH_SECONDS):
            break
    return found


def main(path: str) -> None:
    settings = json.loads(Path(path).read_text(encoding="utf-8"))
    found = Counter[str]()
    for folder in settings["folders"]:
        try:
            found += _profiled(folder, settings["go"], settings["root"], settings["seconds"])
        except (subprocess.TimeoutExpired, OSError, EOFError, IndexError, KeyError):
            continue
        Path(settings["results"]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
