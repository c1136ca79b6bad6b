"""Runs the tests of Go packages and writes down how each ended, as lines of JSON.

It runs in the sandbox, with the toolchain's Python and Go. Each package is built once. What ends
the whole process, as a panic does, is left out when the rest is run once more.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path.cwd()
_FOLDER = Path(__file__).resolve().parent
_SETTINGS: dict[str, Any] = json.loads((_FOLDER / "settings.json").read_text())
_UNTIL = time.monotonic() + float(_SETTINGS["seconds"])
_OUT = (_FOLDER / "results.jsonl").open("a", encoding="utf-8")
_TEST = re.compile(r"^func ((?:Test|Example|Fuzz)\w*)\(", re.MULTILINE)
_EXAMPLE = re.compile(
    r"^func (Example\w*)\([^)]*\) \{(?:(?!^\}).)*?// (?:Unordered o|O)utput:", re.M | re.S
)
_ENDED = re.compile(r"^\x16?\s*--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+)s\)")
_STARTED = re.compile(r"^\x16?=== (?:RUN|CONT|NAME|PAUSE) +(\S*)")
_PANIC = re.compile(r"^(?:panic|fatal error): (.*)", re.MULTILINE)
_FRAME = re.compile(r"^(\S+)\(.*\)\n\t(/\S+\.go):(\d+)", re.MULTILINE)
_SAID = re.compile(r"^\s+(\S+_test\.go):(\d+): (.*)")
_BLOCK = re.compile(r"^(.+\.go):(\d+)\.\d+,(\d+)\.(\d+) \d+ (\d+)$", re.MULTILINE)
_SLOWEST = 25.0
_ROUNDS = 12
_MOST_LEAVES = 200


def _write(**line: Any) -> None:
    _OUT.write(json.dumps(line) + "\n")
    _OUT.flush()


def _left() -> float:
    return _UNTIL - time.monotonic()


def _said(argv: Sequence[str], folder: Path, seconds: float) -> tuple[int, str]:
    """The exit status, -1 where the time was over, and all that was printed."""
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            timeout=max(1.0, seconds),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return -1, (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


@dataclass
class Ended:
    """A test, or a part of one that has a name: 'TestParse/empty'."""

    name: str
    verdict: str
    seconds: float
    lines: list[str] = field(default_factory=list)

    @property
    def top(self) -> str:
        return self.name.partition("/")[0]


class Package:
    """A folder with tests. `files` tells where each test is."""

    def __init__(self, folder: str, number: int) -> None:
        self.folder = folder
        self.binary = str(_FOLDER / f"package{number}.test")
        self.profile = str(_FOLDER / "lines.out")
        self.module = _module(folder)
        self.files: dict[str, str] = {}
        for path in sorted((_ROOT / folder).glob("*_test.go")):
            if path.is_file() and not path.is_symlink():
                text = path.read_text(errors="replace")
                shown = set(_EXAMPLE.findall(text))
                names = [n for n in _TEST.findall(text) if n[0] != "E" or n in shown]
                self.files.update(dict.fromkeys(names, os.path.relpath(path, _ROOT)))

    def id(self, name: str) -> str:
        path = self.files.get(name.partition("/")[0], self.folder)
        return f"{path}::{name}"

    def wanted(self) -> list[str]:
        """Names of tests, of whole ones or of parts."""
        only = _SETTINGS["only"]
        named = [each.split("::", 1) for each in only if "::" in each]
        inner = [name for path, name in named if self.files.get(name.partition("/")[0]) == path]
        whole = [name for name, path in self.files.items() if _asked(path, only)]
        return list(dict.fromkeys([*inner, *whole]))

    def built(self) -> bool:
        """With lines counted in all packages of the module, or else in its own."""
        target = "./" + os.path.relpath(_ROOT / self.folder, self.module)
        plain = ["go", "test", "-c", "-vet=off", "-o", self.binary]
        counted = [*plain, "-cover", "-covermode=set"]
        everywhere = [*counted, "-coverpkg=./..."]
        said = ""
        # A module that keeps its dependencies beside it says so itself.
        kept = [] if (self.module / "vendor/modules.txt").exists() else ["-mod=mod"]
        for argv in (everywhere, counted) if _SETTINGS["trace"] else (plain,):
            code, said = _said([*argv, *kept, target], self.module, _left())
            if code == 0 and os.path.exists(self.binary):
                return True
        _write(uncollected=self.folder, why=said[-4000:])
        return False

    def run(self, names: Sequence[str]) -> list[Ended]:
        """What ended; what a panic kept from running, in another round."""
        found: list[Ended] = []
        waiting = list(names)
        for _ in range(_ROUNDS):
            if not waiting or _left() <= 0:
                break
            ended = self._round(waiting)
            tops = {each.top for each in ended}
            found += ended
            waiting = [name for name in waiting if name.partition("/")[0] not in tops]
        return found

    def _round(self, names: Sequence[str], *more: str) -> list[Ended]:
        argv = [self.binary, "-test.v=test2json", f"-test.timeout={_SLOWEST:.0f}s"]
        argv += [f"-test.run={_pattern(names)}", *more]
        seed = _SETTINGS["seed"] or (20031 if _SETTINGS["elsewhere"] else 0)
        argv += [f"-test.shuffle={seed}", f"-test.count={_SETTINGS['times']}"] if seed else []
        code, said = _said(argv, _ROOT / self.folder, min(_left(), 10 * _SLOWEST))
        return _read(said, code)

    def lines(self, names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Paths, lines and whether they ran, while these tests did."""
        Path(self.profile).unlink(missing_ok=True)
        ended = self._round(names, f"-test.coverprofile={self.profile}")
        if os.path.exists(self.profile):
            yield from _covered(Path(self.profile).read_text(errors="replace"), self.module)
        for each in ended:
            # A panic leaves no profile: what is known is where it came from.
            yield from ((path, line, 1) for path, line, _ in _frames("\n".join(each.lines)))


def _asked(path: str, only: Sequence[str]) -> bool:
    folder = os.path.dirname(path) or "."
    return not only or any(
        each in (path, folder) or path.startswith(each.rstrip("/") + "/") for each in only
    )


def _module(folder: str) -> Path:
    """The folder of the nearest go.mod above."""
    here = (_ROOT / folder).resolve()
    for above in (here, *here.parents):
        if (above / "go.mod").is_file() or above == _ROOT:
            return above
    return _ROOT


def _pattern(names: Sequence[str]) -> str:
    """Levels of names are patterns of their own."""
    if len(names) == 1:
        return "/".join(f"^{re.escape(part)}$" for part in names[0].split("/"))
    tops = dict.fromkeys(name.partition("/")[0] for name in names)
    return f"^({'|'.join(tops)})$"


def _read(said: str, code: int) -> list[Ended]:
    """What has no parts of its own, or failed though none of its parts did."""
    ended: dict[str, Ended] = {}
    spoken: dict[str, list[str]] = {}
    current = ""
    for line in said.splitlines():
        if started := _STARTED.match(line):
            current = started[1] or current
        elif stopped := _ENDED.match(line):
            current = stopped[2]
            verdict = {"PASS": "passed", "FAIL": "failed"}.get(stopped[1], "skipped")
            ended[current] = Ended(current, verdict, float(stopped[3]))
        else:
            plain = line.replace("\x0e", "").replace("\x0f", "")
            spoken.setdefault(current, []).append(plain)
    if code not in (0, 1) and current and current not in ended:
        ended[current] = Ended(current, "failed", 0.0)
    for each in ended.values():
        each.lines = spoken.get(each.name, [])
    return [each for each in ended.values() if _is_leaf(each, ended)]


def _is_leaf(each: Ended, ended: dict[str, Ended]) -> bool:
    parts = [other for name, other in ended.items() if name.startswith(each.name + "/")]
    failed = any(part.verdict == "failed" for part in parts)
    return not parts or (each.verdict == "failed" and not failed)


def _failure(each: Ended) -> dict[str, Any]:
    text = "\n".join(each.lines)
    panic = _PANIC.search(text)
    frames = [list(frame) for frame in reversed([*_frames(text)])]
    if panic and panic[1].startswith("test timed out"):
        return {"kinds": ["testing.Timeout"], "message": panic[1], "hung": True, "frames": frames}
    if panic:
        return {"kinds": ["runtime.Panic"], "message": panic[1].strip(), "frames": frames}
    told = [match for line in each.lines if (match := _SAID.match(line))]
    message = told[0][3] if told else text.strip()
    return {"kinds": ["testing.AssertionError"], "message": message[:2000], "frames": []}


def _frames(text: str) -> Iterator[tuple[str, int, str]]:
    """Innermost first, those of the repository."""
    for called, path, line in _FRAME.findall(text[:200_000]):
        relative = os.path.relpath(path, _ROOT)
        if not relative.startswith(".."):
            inner = called.rpartition("/")[2].partition(".")[2]
            symbol = re.sub(r"\[\.\.\.\]|[(*)]|\.func\d.*", "", inner)
            yield relative, int(line), symbol


def _covered(profile: str, module: Path) -> Iterator[tuple[str, int, int]]:
    """A line with nothing but the bracket that ends a block is no line of it."""
    found = re.search(r"^module\s+\"?([^\s\"]+)", (module / "go.mod").read_text(), re.MULTILINE)
    name = found[1] + "/" if found else ""
    for path, first, last, column, count in _BLOCK.findall(profile):
        if not path.startswith(name):
            continue
        relative = os.path.relpath(module / path.removeprefix(name), _ROOT)
        text = _source(relative)
        for line in range(int(first), int(last) + 1):
            shown = text[line - 1] if line <= len(text) else ""
            inner = shown[: int(column) - 1] if line == int(last) else shown
            if inner.strip() not in ("", "}", "{"):
                yield relative, line, int(count)


_sources: dict[str, list[str]] = {}


def _source(path: str) -> list[str]:
    if path not in _sources:
        _sources[path] = (_ROOT / path).read_text(errors="replace").splitlines()
    return _sources[path]


_ran: dict[str, dict[int, set[str]]] = {}


def _trace(package: Package, ended: Sequence[Ended]) -> None:
    """Which test runs which line. Of a test whose parts all pass, all parts at once."""
    for names, ids in _units(package, ended):
        if _left() <= 0:
            break
        for path, line, count in package.lines(names):
            tests = _ran.setdefault(path, {}).setdefault(line, set())
            tests.update(ids if count else ())


def _tell_lines() -> None:
    wanted = set(_SETTINGS["trace"])
    for path, lines in _ran.items():
        if path in wanted:
            groups: dict[tuple[str, ...], list[int]] = {}
            for line, tests in sorted(lines.items()):
                groups.setdefault(tuple(sorted(tests)), []).append(line)
            _write(traced=path, lines=[[list(tests), found] for tests, found in groups.items()])
            _write(statements=path, lines=sorted(lines))


def _units(package: Package, ended: Sequence[Ended]) -> Iterator[tuple[list[str], list[str]]]:
    tops: dict[str, list[Ended]] = {}
    for each in ended:
        if each.verdict != "skipped":
            tops.setdefault(each.top, []).append(each)
    for top, leaves in tops.items():
        apart = any(each.verdict == "failed" for each in leaves) and len(leaves) <= _MOST_LEAVES
        if apart:
            yield from (([each.name], [package.id(each.name)]) for each in leaves)
        else:
            yield [top], [package.id(each.name) for each in leaves]


def main() -> None:
    whole = True
    for number, folder in enumerate(_SETTINGS["folders"]):
        package = Package(folder, number)
        names = package.wanted()
        if not names:
            continue
        if _left() <= 0:
            whole = False
            break
        if not package.built():
            continue
        ended = package.run(names)
        for each in ended:
            line = {"verdict": each.verdict, "seconds": each.seconds}
            failure = _failure(each) if each.verdict == "failed" else {}
            _write(id=package.id(each.name), **line, **failure)
        if _SETTINGS["trace"]:
            _trace(package, ended)
        Path(package.binary).unlink(missing_ok=True)
    _tell_lines()
    _write(finished=whole and _left() > 0)


if __name__ == "__main__":
    main()
