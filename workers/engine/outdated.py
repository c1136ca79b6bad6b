"""Which Thoughts a push makes pointless: those whose subject is gone, or is another one by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers import git
from workers.languages import language_of
from workers.languages.definitions import Written, definitions

Place = tuple[str, str]
"""A path, and a qualified name or '' for the whole file."""


def outdated(
    mirror: Path, before: str, after: str, changed: Collection[str], places: Sequence[Place]
) -> dict[Place, str]:
    """Why, in words, for each place that is not what it was. Reads git."""
    comparing = _Comparing(mirror, before, after)
    touched = [place for place in dict.fromkeys(places) if place[0] in changed]
    said = {(path, symbol): comparing.said(path, symbol) for path, symbol in touched}
    return {place: why for place, why in said.items() if why}


@dataclass(slots=True)
class _Comparing:
    mirror: Path
    before: str
    after: str
    _codes: dict[tuple[str, str], dict[str, list[str]] | None] = field(default_factory=dict)

    def said(self, path: str, symbol: str) -> str:
        """'' for what is the same."""
        if self._text(self.after, path) is None:
            return f"{path} is gone"
        if not symbol:
            return f"{path} changed"
        old, new = (self._of(commit, path) for commit in (self.before, self.after))
        if old is None or new is None:
            return f"{path} changed"
        if symbol not in new:
            return f"{symbol} is gone from {path}"
        return "" if old.get(symbol) == new[symbol] else f"{symbol} in {path} changed"

    def _of(self, commit: str, path: str) -> dict[str, list[str]] | None:
        """The code of each definition; None where the file's definitions are not known."""
        if (commit, path) not in self._codes:
            text = self._text(commit, path)
            found = None if text is None else definitions(language_of(path, _first(text)), text)
            self._codes[commit, path] = None if found is None else _codes(found)
        return self._codes[commit, path]

    def _text(self, commit: str, path: str) -> str | None:
        found = git.blob_at(self.mirror, commit, path)
        return found[1].decode(errors="replace") if found else None


def _first(text: str) -> str:
    return text.partition("\n")[0]


def _codes(found: Sequence[Written]) -> dict[str, list[str]]:
    """A name may be defined more than once."""
    made: dict[str, list[str]] = {}
    for each in found:
        made.setdefault(each.qualified, []).append(each.code)
    return made
