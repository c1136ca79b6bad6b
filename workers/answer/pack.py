"""Which lines a model is given, where not all fit: of each place its heads and what the question is
about, and the whole of the best places as far as there is room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from workers.answer.place import Place
from workers.answer.source import Text
from workers.index.terms import terms
from workers.model import estimate

SHORT = 24
"""Lines of a place that is given as a whole."""
WHOLE = 0.7
"""Share of the room for longer places as they are."""
_HEAD = 4
_BEST = 8
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """`lines` are numbers, ascending; those before the place's own are heads of what it is in."""

    place: Place
    lines: tuple[int, ...]


def pack(
    places: Sequence[Place],
    text_of: Callable[[str], Text | None],
    words: Collection[str],
    room: int,
    *,
    each: int = 0,
) -> list[Packed]:
    """In the order of the places, which is best first. `room` is in tokens, of which every place
    takes `each` beside its lines. The first place is there even if it does not fit."""
    chosen: list[Packed] = []
    left = room
    for place in places:
        text = text_of(place.path)
        if text is None:
            continue
        # From some point on the beginnings of many places say more than the whole of few.
        packed = Packed(place, _all(place))
        takes = cost(packed, text) + each
        if takes > left - (1 - WHOLE) * room:
            packed = Packed(place, _telling(place, text, words))
            takes = cost(packed, text) + each
        if takes <= left or not chosen:
            left -= takes
            chosen.append(packed)
    return chosen


def cost(packed: Packed, text: Text) -> int:
    """Tokens, what marks the gaps included."""
    return estimate(shown(packed.lines, text))


def shown(lines: Sequence[int], text: Text) -> str:
    """The lines with secrets masked; gaps are marked with the numbers of what is left out."""
    pieces: list[str] = []
    before = 0
    for number in lines:
        if before and number > before + 1:
            pieces.append(f"[lines {before + 1}-{number - 1} are left out]")
        pieces.append(text.masked[number - 1].rstrip("\r"))
        before = number
    return "\n".join(pieces)


def _all(place: Place) -> tuple[int, ...]:
    return (*place.heads, *range(place.start, place.end + 1))


def _telling(place: Place, text: Text, words: Collection[str]) -> tuple[int, ...]:
    """All of a short place; of a longer one its head, and the lines that share most with the
    question, each with its neighbours and with the lines that it is indented under."""
    if place.end - place.start < SHORT:
        return _all(place)
    numbers = range(place.start, place.end + 1)
    vocabularies = {n: set(terms(text.lines[n - 1])) & set(words) for n in numbers}
    shared = {w: sum(w in each for each in vocabularies.values()) for w in words}
    worth = {n: sum(1 / shared[w] for w in vocabularies[n]) for n in numbers}
    best = sorted((n for n in numbers if worth[n]), key=lambda n: (-worth[n], n))[:_BEST]
    kept = set(place.heads) | set(range(place.start, place.start + _HEAD))
    for number in best:
        kept |= set(range(number - _AROUND, number + _AROUND + 1)) & set(numbers)
        kept |= _above(number, place.start, text)
    return tuple(sorted(kept))


def _above(number: int, first: int, text: Text) -> set[int]:
    """Lines that a line is indented under."""
    found: set[int] = set()
    depth = _depth(text.lines[number - 1])
    for above in range(number - 1, first - 1, -1):
        line = text.lines[above - 1]
        if line.strip() and _depth(line) < depth:
            found.add(above)
            depth = _depth(line)
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
