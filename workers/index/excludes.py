"""The `exclude` list of .github/ponder.yml, read from the default branch only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pathspec

from core.repo_config import PATH, parse
from core.yaml_lines import MAX_BYTES
from workers.git import CorruptMirror, Mirror


@dataclass(frozen=True, slots=True)
class Excludes:
    """Patterns as in a .gitignore. `problem` says why a configuration was not followed."""

    patterns: tuple[str, ...] = ()
    problem: str = ""
    _spec: pathspec.GitIgnoreSpec = field(
        default_factory=lambda: pathspec.GitIgnoreSpec.from_lines(()), compare=False
    )

    def match(self, path: str) -> bool:
        return bool(self.patterns) and self._spec.match_file(path)

    @property
    def digest(self) -> str:
        """Part of a snapshot's rules; '' where nothing is excluded."""
        joined = "\0".join(self.patterns).encode()
        return hashlib.sha256(joined).hexdigest()[:12] if self.patterns else ""


def excludes_of(mirror: Mirror) -> Excludes:
    """What the default branch's configuration excludes. A broken one excludes nothing, and its
    `problem` says what to mend."""
    try:
        commit = mirror.resolve("")
        entry = mirror.entry(commit, PATH.encode())
        if entry is None or entry.kind != "blob" or mirror.size(entry.sha) > MAX_BYTES:
            return Excludes()
        return parse_excludes(mirror.read(entry.sha))
    except CorruptMirror:
        return Excludes()


def parse_excludes(content: bytes) -> Excludes:
    """Read the patterns of a configuration."""
    parsed = parse(content)
    for problem in parsed.problems:
        if problem.key.partition(".")[0] in ("", "exclude"):
            return Excludes(problem=f"{problem} So nothing is excluded.")
    return _compiled(parsed.config.exclude)


def _compiled(patterns: Sequence[str]) -> Excludes:
    try:
        return Excludes(tuple(patterns), "", pathspec.GitIgnoreSpec.from_lines(patterns))
    except ValueError as error:
        return Excludes(problem=f"'exclude' in .github/ponder.yml has a wrong pattern: {error}.")
