"""Which line of a change is to blame for a test that fails with it alone. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.linters.places import aside
from workers.runners.base import Ended, Place, Ran


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that differs. `lines` are those after the change that it wrote, `beside` those next to
    which it took some away; `places` are the file's definitions."""

    path: str
    lines: frozenset[int]
    beside: frozenset[int] = frozenset()
    places: tuple[Place, ...] = ()

    @property
    def all(self) -> frozenset[int]:
        return self.lines | self.beside

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """Of lines that follow each other."""
        found: list[tuple[int, int]] = []
        for line in sorted(self.all):
            if found and found[-1][1] == line - 1:
                found[-1] = (found[-1][0], line)
            else:
                found.append((line, line))
        return found

    def around(self, line: int) -> Place | None:
        """The innermost definition around a line."""
        inside = [each for each in self.places if each.start_line <= line <= each.end_line]
        return min(inside, key=lambda each: each.end_line - each.start_line, default=None)


def touched(path: str, before: str, after: str, places: Sequence[Place]) -> Touched:
    """What a change did to a text."""
    old, new = before.split("\n"), after.split("\n")
    lines, beside = set[int](), set[int]()
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            lines |= set(range(k + 1, m + 1))
        if tag == "delete" or (tag == "replace" and j - i > m - k):
            beside |= {line for line in (k, m + 1) if 1 <= line <= len(new)}
    return Touched(path, frozenset(lines), frozenset(beside - lines), tuple(places))


@dataclass(frozen=True, slots=True)
class Blamed:
    """Lines are 1-based and inclusive; `symbol` is qualified, '' for none. `changed` says that the
    change wrote there; else it is the test itself, for want of anything better."""

    path: str
    start_line: int
    end_line: int
    symbol: str
    changed: bool = True


def blamed(test: Ended, ran: Ran | None, files: Mapping[str, Touched], own: Blamed) -> Blamed:
    """The innermost line of the change that the failure passed through; else what of the change the
    test ran, and those that pass ran least; else the only block of code that it changes; else the
    test, `own`. `ran` is a traced run that has the test."""
    return (
        _passed_through(test, files)
        or (_run_by(test, ran, files) if ran else None)
        or _alone(files)
        or own
    )


def _passed_through(test: Ended, files: Mapping[str, Touched]) -> Blamed | None:
    """Lines that were written count, and then those beside which some were taken away."""
    for exact in (True, False):
        for frame in reversed(test.frames):
            file = files.get(frame.path)
            if file and frame.line in (file.lines if exact else file.all):
                return _at(file, frame.line)
    return None


def _run_by(test: Ended, ran: Ran, files: Mapping[str, Touched]) -> Blamed | None:
    """By what failing tests ran and passing ones did not (D*), in blocks of the change."""
    number = next((at for at, each in enumerate(ran.tests) if each.id == test.id), None)
    fails = {at for at, each in enumerate(ran.tests) if each.verdict == "failed"}
    scored: list[tuple[bool, float, str, int, Touched]] = []
    for path, lines in ran.lines.items():
        file = files.get(path)
        for line in sorted(file.all) if file else ():
            tests = lines.get(line, frozenset())
            if file and number is not None and number in tests:
                guilty = len(tests & fails)
                score = guilty**2 / (len(fails) + len(tests - fails))
                scored.append((line not in file.lines, -score, path, line, file))
    if not scored:
        return None
    *_, line, file = min(scored, key=lambda each: each[:4])
    return _at(file, line)


def _alone(files: Mapping[str, Touched]) -> Blamed | None:
    """What runs when a file is loaded belongs to no test."""
    blocks = [(f, at) for f in files.values() if not aside(f.path) for at, _ in f.blocks]
    return _at(*blocks[0]) if len(blocks) == 1 else None


def _at(file: Touched, line: int) -> Blamed:
    around = file.around(line)
    return Blamed(file.path, line, line, around.symbol if around else "")
