"""What is known of calls in a language: which of them a change of a function leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

from workers.languages.syntax import Part, syntax


@dataclass(frozen=True, slots=True)
class Home:
    """The file of a definition: its text before the change, and after it."""

    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A file that uses the definition. `module` is what it calls the other file, '' where it is the
    same one, or needs no import."""

    language: str
    module: str
    text: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A call at a line of a text, 1-based, and why it does not fit. Where it does not fail for all
    that, something that it gives is merely ignored."""

    line: int
    why: str
    fails: bool = True


class Calls(Protocol):
    """A module for one language. All of it is strict: what is not certain is not told."""

    def called(self, symbol: str) -> str:
        """The bare name by which a definition is called, by its qualified one: of a constructor the
        class. '' where it is called otherwise."""

    def misfits(self, name: str, home: Home, caller: Caller) -> list[Misfit]:
        """Calls to the function that fit it as it was, and do not as it is."""

    def is_gone(self, name: str, home: Home) -> bool:
        """Whether a file had a name at its top level and certainly has it no more."""

    def imports(self, name: str, home: Home, caller: Caller) -> list[int]:
        """Lines that certainly need the name, whatever happens."""


class Source:
    """The syntax of a text, with what is asked of it over and over."""

    def __init__(self, raw: bytes, root: Part) -> None:
        self.raw = raw
        self.root = root

    def text(self, part: Part | None) -> str:
        return self.raw[part.start : part.end].decode(errors="replace") if part else ""

    @cached_property
    def lines(self) -> list[str]:
        return self.raw.decode(errors="replace").split("\n")

    @cached_property
    def around(self) -> Mapping[int, Part]:
        """What each part is in, by its identity."""
        return {id(inner): part for part in self.root.walk() for inner in part.inner}

    def outwards(self, part: Part) -> Iterator[Part]:
        """What is around it, the innermost first."""
        while (outer := self.around.get(id(part))) is not None:
            yield outer
            part = outer


@lru_cache(maxsize=64)
def source(language: str, text: str) -> Source | None:
    """None where it cannot be read. One definition has many callers, and one caller many calls."""
    raw = text.encode(errors="replace")
    root = syntax(language, raw)
    return Source(raw, root) if root else None


def sources(home: Home, caller: Caller) -> tuple[Source, Source, Source] | None:
    """Home before, home after, caller; None where one cannot be read."""
    before, after = (source(home.language, text) for text in (home.before, home.after))
    own = source(caller.language, caller.text)
    return (before, after, own) if before and after and own else None


def many(given: int, most: int) -> str:
    """Why a call that gives too much does not fit."""
    arguments = "argument" if given == 1 else "arguments"
    return f"it gives {given} {arguments}, and {most} {'is' if most == 1 else 'are'} taken"


def lacking(given: int, names: Sequence[str], number: int) -> str:
    """Why a call that gives too little does not fit. `names` are the parameters, of which the one
    of that number is needed."""
    name = names[number]
    return f"it does not give `{name}`" if name else f"it gives {given} of {len(names)} arguments"
