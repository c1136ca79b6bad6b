"""Who uses a definition: without its own lines, and what says most of others first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workers.answer.place import Place
from workers.graph.asking import SURE, Asking
from workers.graph.questions import Use

_STEPS = 8
"""Users of which it is asked who uses them in turn."""
_MEANT = 0.5
"""A user of a user is told only where it is rather this one than another of that name."""
_ASIDE = re.compile(r"(^|/|_|\.)(tests?|testing|specs?|examples?|demos?|bench(?:mark)?s?)(/|_|\.)")
_STRENGTH = {"call": 0, "inherit": 0, "reference": 1, "import": 2}


@dataclass(frozen=True, slots=True)
class Further:
    """A use of a user: `via` is that one's qualified name."""

    use: Use
    via: str


@dataclass(frozen=True, slots=True)
class Users:
    """Uses of one place, one for each definition that they are in: code before tests and examples,
    calls and base classes before mentions. `own` are those within the place itself, `further` those
    of its users, which are code; `sure`: that this place is meant. `unread` counts files whose
    names were not linked yet."""

    uses: tuple[Use, ...] = ()
    own: tuple[Use, ...] = ()
    further: tuple[Further, ...] = ()
    sure: bool = True
    unread: int = 0

    @property
    def code(self) -> list[Use]:
        return [use for use in self.uses if not is_aside(use.path)]

    @property
    def tests(self) -> list[Use]:
        return [use for use in self.uses if is_aside(use.path)]


async def users(graph: Asking, place: Place, *, asked_for: bool) -> Users:
    """`asked_for`: one that may be of another thing of that name is better than none."""
    if place.kind == "file":
        return Users(tuple(_ordered(await graph.importers(place.path), place)))
    if place.ordinal < 0 or place.kind == "section":
        return Users()
    rows = await graph.uses(place.path, place.ordinal, least=0.0 if asked_for else SURE)
    others = [row for row in rows if not _is_own(row, place)]
    sure = [row for row in others if row.weight >= SURE]
    return Users(
        tuple(_ordered(_telling(sure or others), place)),
        tuple(row for row in rows if _is_own(row, place) and row.weight >= SURE),
        sure=bool(sure),
        unread=len(graph.unlinked),
    )


async def further(graph: Asking, known: Users, place: Place) -> list[Further]:
    """Who uses the users: what a change reaches by way of them."""
    seen = {(place.path, place.symbol), *((use.path, use.by) for use in known.uses)}
    found: list[Further] = []
    for step in [use for use in known.code if use.symbol >= 0][:_STEPS]:
        rows = await graph.uses(step.path, step.symbol, least=_MEANT)
        for row in _telling(rows):
            if (row.path, row.by) not in seen and row.by and row.kind != "import":
                seen.add((row.path, row.by))
                found.append(Further(row, step.by))
    return sorted(found, key=lambda each: is_aside(each.use.path))


def _is_own(use: Use, place: Place) -> bool:
    if use.path != place.path:
        return False
    if use.by and place.symbol:
        return f"{use.by}.".startswith(f"{place.symbol}.")
    return place.start <= use.line <= place.end


def _telling(rows: Sequence[Use]) -> list[Use]:
    """The strongest of each definition; an import where nothing else of its file says it."""
    best: dict[tuple[str, str], Use] = {}
    for row in sorted(rows, key=_strength):
        best.setdefault((row.path, row.by), row)
    said = {use.path for use in best.values() if use.kind != "import"}
    return [use for use in best.values() if use.kind != "import" or use.path not in said]


def _strength(use: Use) -> tuple[int, int]:
    return _STRENGTH.get(use.kind, 1), use.line


def _ordered(uses: Sequence[Use], place: Place) -> list[Use]:
    return sorted(
        uses,
        key=lambda u: (is_aside(u.path), _strength(u)[0], u.path != place.path, u.path, u.line),
    )


def is_aside(path: str) -> bool:
    """Tests and examples use everything, and say little about how it works."""
    return bool(_ASIDE.search(path.lower()))
