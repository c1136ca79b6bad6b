"""Who uses something, in words: each use is cited at its line."""

from __future__ import annotations

from collections.abc import Sequence

from workers.answer.cite import Citations, Lines
from workers.answer.place import Place
from workers.answer.safe import code
from workers.answer.users import Further, Users, is_aside
from workers.answer.wording import joined, named
from workers.graph.questions import Use

LISTED = 8
"""Uses that an answer to 'who calls it?' lists."""
_FEW = 4
_UNSEEN = (
    "What uses it from outside of this repository, or by a name that is put together while it "
    "runs, cannot be seen here."
)


def callers(users: Users, place: Place, mark: str, citations: Citations) -> str:
    """The uses are the answer, and the definition is where they lead; '' where there is none."""
    listed = _listed(users.uses, place, citations, LISTED)
    if not listed:
        return ""
    return f"{_lead(users, place, mark)}:\n\n{listed}"


def unused(users: Users, place: Place, mark: str, citations: Citations) -> str:
    """Says no more than what was looked at."""
    what = code(place.symbol or place.path)
    if users.own:
        own = joined(_marked(users.own[:1], place, citations) or [what])
        return f"Nothing in the indexed files but {what} itself {mark} uses it: {own}."
    if users.unread:
        files = f"{users.unread} file{'s' * (users.unread != 1)}"
        return f"No use of {what} {mark} was found yet: the names in {files} are still being read."
    return f"No use of {what} {mark} was found in the indexed files: nothing there uses it."


def impact(users: Users, place: Place, mark: str, citations: Citations) -> list[str]:
    """What a change of it reaches: its users, theirs, and the tests that would notice."""
    if not users.uses:
        return [f"{unused(users, place, mark, citations)} {_UNSEEN}"]
    if not users.code:
        return [callers(users, place, mark, citations), _UNSEEN]
    direct = _listed(users.code, place, citations, LISTED)
    return [
        f"{_lead(users, place, mark)}:\n\n{direct}",
        _further(users, citations),
        _tests(users, place, citations),
    ]


def _further(users: Users, citations: Citations) -> str:
    users_of = [each for each in users.further if not is_aside(each.use.path)]
    listed = [told for each in users_of[:_FEW] if (told := _by_way(each, citations))]
    if not listed:
        return ""
    lines = [f"- {each}" for each in _and_more(listed, len(users_of), "and ")]
    return "\n".join(["One step further, by way of these:", "", *lines])


def _tests(users: Users, place: Place, citations: Citations) -> str:
    """Those that use it themselves; else those that use one of its users."""
    own = _marked(users.tests[:_FEW], place, citations)
    if own:
        return f"Tests and examples that use it: {joined(_and_more(own, len(users.tests)))}."
    further = [each for each in users.further if is_aside(each.use.path)]
    reached = [told for each in further[:_FEW] if (told := _by_way(each, citations))]
    if reached:
        return f"No test uses it itself; by way of others, these do: {joined(reached)}."
    return "No test in the indexed files uses it by its name."


def _by_way(each: Further, citations: Citations) -> str:
    mark = _mark(each.use, each.via.rsplit(".", 1)[-1], citations)
    return f"{_by(each.use)} {mark} (by way of {code(each.via)})" if mark else ""


def used_by(users: Users, place: Place, citations: Citations) -> str:
    """One sentence, of the code that uses it."""
    uses = _marked(users.code[:3], place, citations)
    if not uses:
        return ""
    return f"It is used by {joined(_and_more(uses, len(users.code)))}."


def _lead(users: Users, place: Place, mark: str) -> str:
    what = f"{named(place)}, defined here {mark},"
    if place.kind == "file":
        what = f"{named(place)} {mark}"
    if not users.sure:
        return f"{what} may be what is meant by its name in"
    if not users.code:
        return f"Only tests and examples use {what.rstrip(',')}"
    if len(users.uses) <= LISTED:
        return f"{what} is used by"
    files = len({use.path for use in users.uses})
    tests = f", {len(users.tests)} of them in tests and examples" if users.tests else ""
    return f"{what} is used in {len(users.uses)} places of {files} files{tests}"


def _listed(uses: Sequence[Use], place: Place, citations: Citations, most: int) -> str:
    listed = _marked(uses[:most], place, citations)
    if not listed:
        return ""
    return "\n".join(f"- {each}" for each in _and_more(listed, len(uses), "and "))


def _and_more(listed: Sequence[str], count: int, sign: str = "") -> list[str]:
    """With how many of all are not listed."""
    more = count - len(listed)
    return [*listed, f"{sign}{more} more"] if more else list(listed)


def _marked(uses: Sequence[Use], place: Place, citations: Citations) -> list[str]:
    marks = ((use, _mark(use, place.name, citations)) for use in uses)
    return [f"{_by(use)} {mark}" for use, mark in marks if mark]


def _mark(use: Use, name: str, citations: Citations) -> str:
    """The line must have the name, unless its file gives what is meant another."""
    text = citations.source.text(use.path)
    lines = text.lines if text else ()
    is_elsewhere = any(name in line for line in lines) and name not in lines[use.line - 1]
    return citations.mark(Lines(use.path, use.line, use.line), says="" if is_elsewhere else name)


def _by(use: Use) -> str:
    return f"{code(use.by)} in {code(use.path)}" if use.by else f"the top level of {code(use.path)}"
