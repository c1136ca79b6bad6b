"""Parameters and local variables: which names they take, and of what type they are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from workers.index import chains
from workers.index.blob import Attribute
from workers.index.captures import Captures
from workers.index.outline import CALLABLE, LONGEST_NAME, Definition, Span, innermost

_MOST_SCOPES = 64
"""Functions within functions that are looked through for a variable."""
_DEEPEST = 6
"""Locals of locals of locals: 'a = B(); c = a.d; e = c.f'."""
_HOLDERS = frozenset(
    "class enum extension impl interface object struct trait type constant variable".split()
)


class Locals:
    """Of one file. A name that is bound more than once is, where it is used, what the last binding
    before says; the types are read when they are asked for, which few are."""

    def __init__(self, captures: Captures, definitions: Sequence[Definition]) -> None:
        self.captures = captures
        self.language = captures.language
        self.source = captures.source
        self.definitions = definitions
        self._bound: dict[int, dict[str, list[tuple[int, int]]]] = {}
        self._types: dict[int, str] = {}
        self._is_local: dict[tuple[int, str], bool] = {}
        self._names: set[str] = set()  # of all that is bound
        self._starts = [0, *(match.end() for match in re.finditer(rb"\n", self.source))]
        self._inner: set[tuple[int, str]] = {(d.parent, d.name) for d in definitions}

    def read(self, spans: Sequence[Span]) -> list[Attribute]:
        """Sort what is bound into locals, and the attributes that are returned."""
        bound = sorted(self.captures.bound)
        attributes: list[Attribute] = []
        found = self.captures.found
        imported = {(row, local) for _, row, _, _, _, local in self.captures.imports}
        for owner, (start, end) in zip(innermost(spans, [s for s, _ in bound]), bound, strict=True):
            if start in found:
                continue
            name = self.source[start:end].decode("utf-8", "replace")[-LONGEST_NAME:]
            if (bisect_right(self._starts, start) - 1, name) in imported:
                continue
            head, dot, attribute = name.rpartition(".")
            if dot:
                if head in self.language.selves:
                    self._attribute(attributes, self._class_around(owner), attribute, owner, end)
            elif self._is_kept(owner):
                self._attribute(attributes, owner, name, owner, end)
            else:
                self._bound.setdefault(owner, {}).setdefault(name, []).append((start, end))
                self._names.add(name)
        return attributes

    def _is_kept(self, owner: int) -> bool:
        """Seen from outside: in a class or object, or in a block at the top."""
        if owner < 0:
            return self.language.open_blocks
        return self.definitions[owner].kind in _HOLDERS

    def _class_around(self, owner: int) -> int | None:
        for _ in range(_MOST_SCOPES):
            if owner < 0 or self.definitions[owner].kind not in CALLABLE:
                break
            owner = self.definitions[owner].parent
        return owner if owner >= 0 else None

    def _attribute(
        self, into: list[Attribute], owner: int | None, name: str, within: int, end: int
    ) -> None:
        if owner is None or (owner, name) in self._inner:
            return
        start = end - len(name.encode())
        line = bisect_right(self._starts, start)
        made = self.rewritten(within, start, self.type_at(start, end))
        into.append(Attribute(name, owner, line, "" if made == chains.UNKNOWN else made))

    def names(self) -> Iterator[bytes]:
        return (name.encode() for name in self._names)

    def is_local(self, owner: int, name: str) -> bool:
        if name not in self._names:
            return False
        known = self._is_local.get((owner, name))
        if known is None:
            known = self._is_local[owner, name] = self.bound(owner, 0, name) is not None
        return known

    def bound(self, owner: int, offset: int, name: str) -> str | None:
        """The type of the local variable that a name is, '' if nobody knows; None if it is none."""
        if name not in self._names:
            return None
        for _ in range(_MOST_SCOPES):
            if owner >= 0 and (owner, name) in self._inner:
                return None
            found = self._bound.get(owner, {}).get(name)
            if found:
                at = bisect_right(found, (offset, 0)) - 1
                return self.type_at(*found[max(at, 0)])
            if owner < 0:
                return None
            owner = self.definitions[owner].parent
        return None

    def is_plain(self, chain: str) -> bool:
        """Its head is no local variable, wherever it stands."""
        name = chain.partition(".")[0].removesuffix("()")
        return chain != chains.UNKNOWN and (name in self.language.selves or name not in self._names)

    def rewritten(self, owner: int, offset: int, chain: str, depth: int = 0) -> str:
        """A chain whose head is a local variable, from the variable's type on."""
        head, dot, rest = chain.partition(".")
        name = head.removesuffix("()")
        if name not in self._names or chain == chains.UNKNOWN or name in self.language.selves:
            return chain
        made = self.bound(owner, offset, name)
        if made is None:
            return chain
        if not made or depth == _DEEPEST or made.partition(".")[0].removesuffix("()") == name:
            return chains.UNKNOWN
        if head != name:
            made += "()"
        return self.rewritten(owner, offset, f"{made}{dot}{rest}"[:LONGEST_NAME], depth + 1)

    def type_at(self, start: int, end: int) -> str:
        """Of the name that stands there, by its annotation or else by its value."""
        known = self._types.get(start)
        if known is None:
            known = self._types[start] = self._read_type(start, end)
        return known

    def _read_type(self, start: int, end: int) -> str:
        if self.language.typed == "after":
            if self.source[start - 4 : start] == b" as ":
                return chains.made_before(self.source, start)
            return chains.type_after(self.source, end)
        if self.language.typed == "go":
            return chains.type_after_go(self.source, end)
        if self.language.typed == "before":
            return chains.type_before(self.source, start, end)
        return chains.value(self.source, end)
