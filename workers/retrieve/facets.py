"""What places have in common, counted: language, folder, kind of symbol, part of the repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from workers.retrieve import kinds
from workers.retrieve.spots import Place

FACETS = ("part", "language", "folder", "kind")
MOST = 12
"""Values of one facet."""

_PARTS = (
    (kinds.GENERATED, "generated"),
    (kinds.TEST, "tests"),
    (kinds.EXAMPLE, "examples"),
    (kinds.DOCUMENT, "docs"),
    (kinds.CONFIGURATION, "configuration"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One value of each facet, '' where any is wanted. A folder ends with a slash."""

    part: str = ""
    language: str = ""
    folder: str = ""
    kind: str = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Chosen:
        return cls(**{facet: str(values.get(facet, "")) for facet in FACETS})

    def keeps(self, place: Place) -> bool:
        return (
            self.part in ("", part_of(place))
            and self.language in ("", place.language)
            and self.kind in ("", place.kind)
            and place.path.startswith(self.folder)
        )


def part_of(place: Place) -> str:
    return next((name for flag, name in _PARTS if place.flags & flag), "code")


def counted(places: Sequence[Place], chosen: Chosen) -> dict[str, list[tuple[str, int]]]:
    """For each facet its values, the most frequent first, among what the other facets keep."""
    return {facet: _counts(facet, places, chosen) for facet in FACETS}


def _counts(facet: str, places: Sequence[Place], chosen: Chosen) -> list[tuple[str, int]]:
    inside = chosen if facet == "folder" else replace(chosen, **{facet: ""})
    kept = [place for place in places if inside.keeps(place)]
    value = _VALUES.get(facet) or _folder_under(_shared_folder(kept, chosen.folder))
    counts = Counter(value(place) for place in kept)
    del counts[""]
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]


_VALUES: dict[str, Callable[[Place], str]] = {
    "part": part_of,
    "language": lambda place: place.language,
    "kind": lambda place: place.kind,
}


def _shared_folder(places: Sequence[Place], chosen: str) -> str:
    """Where all places are in one folder, only those below it tell them apart."""
    ends = [of((place.path for place in places), default="") for of in (min, max)]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(*ends, strict=False))
    shared = "".join(character for character, _ in same)
    return max(shared[: shared.rfind("/") + 1], chosen, key=len)


def _folder_under(shared: str) -> Callable[[Place], str]:
    def folder(place: Place) -> str:
        name, slash, _ = place.path[len(shared) :].partition("/")
        return f"{shared}{name}/" if slash else ""

    return folder
