"""What tests say of a change: those nearest to it are run with it, and those that fail also
without it. Trusted: it reads the index and git; what is run, is run in the sandbox."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.db.findings import Claim
from workers import git
from workers.changes.definitions import Compared, changes
from workers.languages import language_of
from workers.languages.definitions import Written, definitions
from workers.linters.places import aside, quiet
from workers.review import broken
from workers.review.analyse import Diff
from workers.review.blame import Touched, touched
from workers.review.broken import Judged
from workers.review.nearest import nearest
from workers.review.trying import LIMITS, Side, Tried, Trying
from workers.runners import RUNNERS
from workers.runners.base import Ended, Place, Suite
from workers.sandbox import Given, Sandbox
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

_MOST_CHANGED = 100
_LARGEST = 400_000
"""Of texts that are compared."""


@dataclass(frozen=True, slots=True)
class Tests:
    """What came of it. `told` are sentences for a reader; `whole` says that what tests were said to
    show before, and is not claimed now, is mended."""

    judged: Judged = field(default_factory=Judged)
    told: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _File:
    """Of the change, on both sides; a text is '' where there was no file."""

    path: str
    before: str
    old: str
    new: str
    language: str
    written: tuple[Written, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Testing:
    """Of one diff: `code` are the files at its head, `base` those before it, `given` what both
    import. `shifted` says why what fails is not the code's fault, '' where it may be; `known` is
    what others found."""

    reader: Reader
    sandbox: Sandbox
    diff: Diff
    base: Path
    shown: Mapping[str, git.Shown]
    given: Given = field(default_factory=Given)
    shifted: str = ""
    known: Sequence[Claim] = ()

    async def tests(self) -> Tests:
        """Raise what reading rows and git raises."""
        heads = [each.path for each in await self.reader.files()]
        suites = await asyncio.to_thread(self._suites, self.reader.code, heads)
        files = await asyncio.to_thread(self._files, suites)
        if not files:
            return Tests()
        asking = await self.reader.graph()
        names = {n.rpartition(".")[2] for f in files if not aside(f.path) for n in f.names}
        near = await asking.run(nearest, asking.graph, {each.path for each in files}, names)
        found = await self._of_all(files, near, suites)
        return self._told(files, found)

    def _suites(self, code: Path, paths: Sequence[str]) -> dict[str, Suite]:
        made = {name: runner.suite(code, paths) for name, runner in RUNNERS.items()}
        return {name: suite for name, suite in made.items() if suite}

    def _files(self, suites: Mapping[str, Suite]) -> list[_File]:
        """What the change has of code that tests run, and of tests."""
        code = {path for suite in suites.values() for path in suite.files}
        found = []
        for path in self._paths(code)[:_MOST_CHANGED]:
            before = self.shown[path].before if path in self.shown else ""
            old = self._text(self.diff.base, before or path)
            new = self._text(self.diff.head, path)
            if old != new and max(len(old), len(new)) < _LARGEST:
                found.append(_file(path, before, old, new))
        return found

    def _paths(self, code: Collection[str]) -> list[str]:
        """Changed files of `code`, which is there with the change; tests; and code that is gone."""
        moved = {each.before for each in self.shown.values()}

        def is_gone(path: str, after: object) -> bool:
            return after is None and path not in moved and language_of(path) in RUNNERS

        with git.Mirror(self.diff.mirror) as opened:
            changed = [
                (git.text_path(each.path), each.after)
                for each in opened.changed(self.diff.base, self.diff.head)
            ]
        return [
            path
            for path, after in changed
            if path in code or quiet(path) == "tests" or is_gone(path, after)
        ]

    def _text(self, commit: str, path: str) -> str:
        blob = git.blob_at(self.diff.mirror, commit, path)
        return blob[1].decode(errors="replace") if blob else ""

    def _before(self, heads: Sequence[str]) -> dict[str, Suite]:
        """The suites without the change: the files with it, but for what it did to them."""
        there = set(heads)
        with git.Mirror(self.diff.mirror) as opened:
            for change in opened.changed(self.diff.base, self.diff.head):
                path = git.text_path(change.path)
                there.discard(path)
                if change.before is not None and change.before.kind == "blob":
                    there.add(path)
        return self._suites(self.base, sorted(there))

    async def _of_all(
        self, files: Sequence[_File], near: Sequence[str], suites: Mapping[str, Suite]
    ) -> dict[str, Tried]:
        """By language; each has an equal share of what time the others left."""
        chosen = {
            language: [path for path in near if _is_target(path, language, suite.targets)]
            for language, suite in suites.items()
        }
        chosen = {language: paths for language, paths in chosen.items() if paths}
        heads = [each.path for each in await self.reader.files()]
        before = await asyncio.to_thread(self._before, heads) if chosen else {}
        until = time.monotonic() + LIMITS.wall_seconds
        found: dict[str, Tried] = {}
        for language, paths in chosen.items():
            base = before.get(language)
            seconds = (until - time.monotonic()) / (len(chosen) - len(found))
            found[language] = await Trying(
                runner=RUNNERS[language],
                head=self._side(self.reader.code, suites[language]),
                base=self._side(self.base, base) if base else None,
                files=paths,
                changed=frozenset(each.path for each in files),
                is_rewritten=_Rewritten({each.path: each for each in files}),
                before={each.path: each.before for each in files if each.before},
                spots={f.path: _touched(f).all for f in files if f.new and not aside(f.path)},
                alone=await self._is_of_tests(),
                seconds=seconds,
            ).tried()
        return found

    async def _is_of_tests(self) -> bool:
        changed = await self.reader.changed(self.diff.base, self.diff.head)
        return all(quiet(git.text_path(each.path)) == "tests" for each in changed)

    def _side(self, code: Path, suite: Suite) -> Side:
        return Side(Tools(code, LIMITS, self.sandbox, given=self.given), suite)

    def _told(self, files: Sequence[_File], found: Mapping[str, Tried]) -> Tests:
        spots = {each.path: _touched(each) for each in files if each.new}
        judged = broken.judged(self.reader.code, found, spots, self.known)
        whole = all(each.ran and not each.cut and not each.absent for each in found.values())
        return Tests(Judged() if self.shifted else judged, broken.said(found, self.shifted), whole)


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """Whether the change brought a test, or wrote in it."""

    files: Mapping[str, _File]

    def __call__(self, test: Ended) -> bool:
        file = self.files.get(test.path)
        if file is None:
            return False
        if not file.old or _is_definition(test, file):
            return True
        wrote = _touched(file).lines
        failed_there = any(f.path == file.path and f.line in wrote for f in test.frames)
        return failed_there or _is_titled(test, file, wrote)


def _is_definition(test: Ended, file: _File) -> bool:
    """Whether the change touched the test's function, or the class or function around it. An id is
    'path::Class::test[case]', of Go 'path::Test/case'."""
    parts = re.split(r"::|/", _inner(test).partition("[")[0])
    return ".".join(parts) in file.names or parts[0] in file.names


def _is_titled(test: Ended, file: _File, wrote: Collection[int]) -> bool:
    """Whether the change wrote a line that has its title, as in 'path::describe > title'."""
    lines = file.new.split("\n")
    title = _inner(test).rpartition(" > ")[2]
    return "::" in test.id and any(title in lines[number - 1] for number in wrote)


def _inner(test: Ended) -> str:
    """Its id without the file; '' where the file itself could not be loaded."""
    return test.id.partition("::")[2]


def _file(path: str, before: str, old: str, new: str) -> _File:
    language = language_of(path, new.partition("\n")[0])
    was, now = definitions(language, old) or (), definitions(language, new) or ()
    named = {each.symbol for each in changes(Compared(path, language, old, new, was, now))}
    return _File(path, before, old, new, language, tuple(now), frozenset(named))


def _touched(file: _File) -> Touched:
    places = [Place(file.path, w.qualified, w.start_line, w.end_line) for w in file.written]
    return touched(file.path, file.old, file.new, places)


def _is_target(path: str, language: str, targets: Sequence[str]) -> bool:
    """Where a runner looks for tests: in a file, or in a folder with all that is in it."""
    if path in targets:
        return True
    within = any(each == "." or path.startswith(f"{each}/") for each in targets)
    return within and language_of(path) == language
