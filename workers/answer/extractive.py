"""An answer without a model: sentences that the repository itself says, every one cited.

Deterministic. The first three citations are the three best places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from workers.answer import users_told, why
from workers.answer.cite import Citations
from workers.answer.material import Material
from workers.answer.place import Place
from workers.answer.question import CONNECTED
from workers.answer.safe import code
from workers.answer.users import Users
from workers.answer.wording import (
    comments,
    is_callable,
    is_comment,
    joined,
    most_relevant,
    named,
    quote,
    sentences,
)

ALSO = 4
"""Further places that an answer names."""
COMMENT_SHARES = 3
"""Words of the question that a comment has before it is quoted."""
LONGEST_LINE = 120


def compose(material: Material, citations: Citations) -> str:
    """Markdown, or '' where not one place could be checked."""
    marked = ((place, _mark(place, citations)) for place in material.places)
    checked = ((place, mark) for place, mark in marked if mark)
    # Asked who uses something, its users are cited before what else is close to it.
    is_named = material.question.shape in CONNECTED and bool(material.about)
    shown = list(islice(checked, 1 if is_named else ALSO + 1))
    if not shown:
        return ""
    if shown[0][0] != material.places[0]:
        material = replace(material, users=Users(), calls=[])
    shape = _SHAPES.get(material.question.shape, _explained)
    told = shape(material, shown, citations)
    further = [_also(material, list(islice(checked, ALSO)), citations)] if is_named else []
    return "\n\n".join(filter(None, [*told, *further]))


Shown = list[tuple[Place, str]]


def _mark(place: Place, citations: Citations) -> str:
    """A definition is cited only if its name stands in the cited lines."""
    return citations.mark(place.lines, says=place.name if place.headed else "")


def _explained(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """How, what happens when: what it does, in which steps, and who asks for it."""
    return [
        _lead(material, *shown[0], citations),
        _calls(material, citations),
        _also(material, shown[1:], citations),
        _used_by(material, citations),
    ]


def _reasoned(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """Why: the reason that somebody wrote down, then how it works."""
    said = why.reason(material, shown, citations)
    return [said, *_explained(material, shown, citations)]


def _located(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """Where, which: the place, its neighbours, then how it is connected."""
    return [
        _lead(material, *shown[0], citations),
        _also(material, shown[1:], citations),
        _used_by(material, citations),
    ]


def _defined(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """What is it: how it is declared comes first."""
    place, mark = shown[0]
    declared = f"It is declared as {code(place.signature)} {mark}." if place.signature else ""
    lead = _lead(material, place, mark, citations)
    return [
        lead if code(place.signature) in lead else f"{lead} {declared}".strip(),
        _calls(material, citations) if is_callable(place) else "",
        _used_by(material, citations),
        _also(material, shown[1:], citations),
    ]


def _callers(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """Who uses it: the uses are the answer, and the definition is where they lead."""
    place, mark = shown[0]
    told = users_told.callers(material.users, place, mark, citations)
    if not told:
        told = users_told.unused(material.users, place, mark, citations)
        told = f"{told} {_lead(material, place, mark, citations)}"
    return [told, _also(material, shown[1:], citations)]


def _impact(material: Material, shown: Shown, citations: Citations) -> list[str]:
    """What breaks, what depends on it, whether it can go."""
    place, mark = shown[0]
    if not material.about and (place.ordinal < 0 or not material.users.uses):
        return _explained(material, shown, citations)
    told = users_told.impact(material.users, place, mark, citations)
    lead = "" if material.about else f"{_lead(material, place, mark, citations)} "
    return [lead.strip(), *told, _also(material, shown[1:], citations)]


def _tests(material: Material, shown: Shown, citations: Citations) -> list[str]:
    listed = "".join(f"\n- {_told(p, m, material, citations)}" for p, m in shown)
    return [
        "The tests that match best:" if material.confident else "The closest matches:",
        listed.strip("\n"),
    ]


_Shape = Callable[[Material, Shown, Citations], list[str]]
_SHAPES: dict[str, _Shape] = {
    "where": _located,
    "which": _located,
    "how": _explained,
    "why": _reasoned,
    "happens": _explained,
    "what": _defined,
    "callers": _callers,
    "impact": _impact,
    "tests": _tests,
}


def _lead(material: Material, place: Place, mark: str, citations: Citations) -> str:
    """The answer first: the best place, in the words that its authors gave it."""
    says = _sayings(place, material, citations)
    verb = _verb(place, says, _line(place, material, citations))
    lead = f"{named(place)} {verb}"
    if not material.confident:
        lead = f"The closest match is {named(place).rstrip(',')}, which {verb}"
    more = f" It goes on: {says[1]} {mark}." if len(says) > 1 else ""
    return f"{lead} {mark}.{more}"


def _verb(place: Place, says: list[str], line: str) -> str:
    if not says:
        declared = f"is declared as {code(place.signature)}" if place.signature else ""
        has = f"has the line {code(line)}" if line else ""
        return has or declared or "has the lines that match best"
    if place.kind == "section" or not place.symbol:
        return f"says: {says[0]}"
    if not place.docstring:
        return f"says in a comment: {says[0]}"
    return f"{'does this' if is_callable(place) else 'is described as'}: {says[0]}"


def _line(place: Place, material: Material, citations: Citations) -> str:
    """The line of code that shares most with the question; '' where none has two of its words.
    A head of several lines says less than all of it."""
    body = citations.source.text(place.path)
    first = place.start + 1 if place.headed else place.start
    lines = body.masked[first - 1 : place.end] if body and is_callable(place) else ()
    head = " ".join(place.signature.split())
    told = [
        line.strip()
        for line in lines
        if len(line.strip()) <= LONGEST_LINE
        and not is_comment(line)
        and " ".join(line.split()).rstrip(" {:") not in head
    ]
    return most_relevant(told, material.words)


def _sayings(place: Place, material: Material, citations: Citations) -> list[str]:
    """The first sentence about a place, and the one that says most about the question."""
    told = sentences(place.docstring)
    body = citations.source.text(place.path)
    inner = comments(body.lines[place.start - 1 : place.end]) if body else []
    if place.kind == "section" and body:
        told = sentences(body.between(place.start + 1, place.end)) or told
    # A comment inside may be about something beside the point, so it has to share more.
    relevant = most_relevant(told, material.words) or most_relevant(
        inner, material.words, least=COMMENT_SHARES
    )
    first = (relevant if place.kind == "section" else "") or (told[0] if told else "")
    return [quote(text) for text in dict.fromkeys((first, relevant)) if text]


def _told(place: Place, mark: str, material: Material, citations: Citations) -> str:
    says = _sayings(place, material, citations)
    if says:
        return f"{named(place).rstrip(',')}: {says[0]} {mark}"
    return f"{named(place).rstrip(',')} {mark}"


def _also(material: Material, shown: Shown, citations: Citations) -> str:
    if not shown:
        return ""
    listed = "".join(f"\n- {_told(place, mark, material, citations)}" for place, mark in shown)
    return f"Close to it:\n{listed}"


def _calls(material: Material, citations: Citations) -> str:
    """The steps, as far as they are definitions of this repository."""
    steps = []
    for call in material.calls:
        mark = _mark(call, citations)
        told = sentences(call.docstring)
        if mark:
            steps.append(f"{code(call.symbol)} {mark}" + (f" ({quote(told[0])})" if told else ""))
    return f"On the way it calls {joined(steps)}." if steps else ""


def _used_by(material: Material, citations: Citations) -> str:
    return users_told.used_by(material.users, material.places[0], citations)
