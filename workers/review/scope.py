"""Which files of a change are looked at, in which order, and why others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pathspec

from core.repo_config import PATH, Review
from workers import git
from workers.git import Change, Mirror
from workers.index import skip
from workers.languages import language_of
from workers.linters import LINTERS
from workers.linters.base import Source
from workers.linters.places import is_ours, quiet

MOST_FILES = 300
"""In one round; what comes after the riskiest of them is looked at in the next."""

NOT_TEXT = {"symlink": skip.SYMLINK, "submodule": skip.SUBMODULE}
NOT_THROUGH = "an analyser is missing, or did not get through"
COMES_NEXT = "comes next, by itself"
NO_LANGUAGE = "not code: only secrets are looked for"
NAMELESS = "its name is not UTF-8"
ONLY_MODE = "its content is as it was"
NOT_UTF8 = "not UTF-8, which analysers need: only secrets are looked for"


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be looked at. `before` is its path before the change, '' for a new one, and
    `old` the blob that its own path had. `unread` says why only secrets are looked for."""

    path: str
    blob: str
    language: str
    text: str
    before: str = ""
    old: str = ""
    unread: str = ""

    @property
    def seen(self) -> str:
        """By which it is known what was looked at: against another base, other things are new."""
        return f"{self.old}..{self.blob}"

    @property
    def readers(self) -> list[str]:
        """The analysers that read it, but for the one that looks for secrets everywhere."""
        if self.unread:
            return []
        source = Source(self.path, self.language, self.text)
        return [name for name, each in LINTERS.items() if name != "secret" and each.reads(source)]


@dataclass(frozen=True, slots=True)
class Scope:
    """Of a change: files that can be looked at, the riskiest first, and by path why others are not.
    `plain` are texts in which only secrets are looked for, `gone` paths that it removes."""

    files: tuple[File, ...]
    skipped: Mapping[str, str]
    plain: tuple[File, ...] = ()
    gone: tuple[str, ...] = ()

    def due(self, covered: Mapping[str, str]) -> tuple[File, ...]:
        """Those of which what changes was not looked at before; and those that were equal to one
        that is no longer so, for what is in equal files was told of the first alone."""
        now = {each.path: each.seen for each in self.files}
        gone = {seen.rpartition("..")[2] for path, seen in covered.items() if now.get(path) != seen}
        return tuple(
            each for each in self.files if covered.get(each.path) != each.seen or each.blob in gone
        )


@dataclass(frozen=True, slots=True)
class Sieve:
    """What decides. `scores` are the risks of paths, `shown` what GitHub shows of the diff."""

    ignored: pathspec.GitIgnoreSpec
    shown: Mapping[str, git.Shown]
    scores: Mapping[str, float]

    @classmethod
    def of(
        cls, rules: Review, shown: Mapping[str, git.Shown], scores: Mapping[str, float]
    ) -> Sieve:
        """A pattern that is none ignores nothing."""
        try:
            return cls(pathspec.GitIgnoreSpec.from_lines(rules.ignore), shown, scores)
        except ValueError:
            return cls(pathspec.GitIgnoreSpec.from_lines(()), shown, scores)

    def scope(self, mirror: Path, base: str, head: str) -> Scope:
        """Of what differs between two commits. What is generated, the base says: a change that says
        so of itself would hide."""
        found: dict[str, File | str] = {}
        gone: list[str] = []
        with Mirror(mirror) as opened:
            for change in opened.changed(base, head):
                path = git.text_path(change.path)
                if change.after is None:
                    gone.append(path)
                else:
                    found[path] = self._file(opened, base, path, change)
        files = sorted((f for f in found.values() if isinstance(f, File)), key=self._order)
        plain = tuple(each for each in files if not each.readers)
        skipped = {path: each for path, each in found.items() if isinstance(each, str)}
        skipped |= {each.path: each.unread or NO_LANGUAGE for each in plain}
        return Scope(tuple(each for each in files if each.readers), skipped, plain, tuple(gone))

    def _order(self, file: File) -> tuple[bool, float, str]:
        return quiet(file.path) != "", -self.scores.get(file.path, 0.0), file.path

    def _file(self, opened: Mirror, base: str, path: str, change: Change) -> File | str:
        """The file, or why it is not looked at."""
        entry = change.after
        assert entry is not None
        if git.raw_path(path) != path.encode():
            return NAMELESS
        if change.before is not None and change.before.sha == entry.sha:
            return ONLY_MODE
        made = opened.attribute(base, git.raw_path(path), "linguist-generated")
        if reason := NOT_TEXT.get(entry.kind) or self._by_name(path, made):
            return reason
        if opened.size(entry.sha) > skip.MAX_BYTES:
            return skip.TOO_LARGE
        content = opened.read(entry.sha)
        text = content.decode(errors="replace")
        language = language_of(path, text.partition("\n")[0])
        reason = skip.by_content(content, language, may_be_generated=made != "false")
        old = change.before.sha if change.before else ""
        before = self.shown[path].before if path in self.shown else path if old else ""
        unread = "" if _is_utf8(content) else NOT_UTF8
        return reason or File(path, entry.sha, language, text, before, old, unread)

    def _by_name(self, path: str, made: str | None) -> str | None:
        if self.ignored.match_file(path):
            return f"ignored by {PATH}"
        if made == "true":
            return skip.GENERATED
        if not is_ours(path):
            return "broken on purpose, or copied from others"
        return skip.by_name(path)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def in_the_way(about: Scope) -> str:
    """Why nothing of a change can be looked at; '' where something can."""
    if about.files or not about.skipped:
        nothing = "it only removes files" if about.gone else "it changes nothing"
        return "" if about.files else nothing
    reasons = sorted(set(about.skipped.values()))
    return f"all of it is left out ({', '.join(reasons)})"


def missed(about: Scope, covered: Mapping[str, str], *, goes_on: bool) -> dict[str, str]:
    """By path, why what can be looked at was not."""
    reason = COMES_NEXT if goes_on else NOT_THROUGH
    return {each.path: reason for each in about.files if each.path not in covered}
