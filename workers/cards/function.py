"""What is known of a function without a model: its signature, what it says of itself, who uses it,
what it uses and raises, which tests reach it, and its past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.db.risks import Risk
from core.db.symbol_graph import Definition
from workers.cards.sentence import Sentence, first_sentence, lines, plain, says
from workers.graph.questions import Use
from workers.linters.places import aside, quiet

MOST = 4
"""Of each kind of thing that is listed."""
_RAISES = re.compile(r"\b(?:raise|throw)\s+(?:new\s+)?([A-Za-z_][\w.]*)")
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")


@dataclass(frozen=True, slots=True)
class Function:
    """`code` is its text; `calls` are (definition, line of the call here)."""

    definition: Definition
    blob: str
    code: str
    uses: Sequence[Use]
    calls: Sequence[tuple[str, int]]
    risk: Risk | None
    blobs: dict[str, str]


def sentences(each: Function) -> list[Sentence]:
    return [
        *_itself(each),
        *_users(each),
        *_calls(each),
        *_raises(each),
        *_tests(each),
        *_past(each),
    ]


def _itself(each: Function) -> Iterator[Sentence]:
    known = each.definition
    head = plain(known.signature or known.qualified)
    where = lines(known.path, each.blob, known.start_line, known.end_line)
    yield says(f"`{known.qualified}` is a {known.kind}: `{head}`.", where)
    if known.docstring.strip():
        said = first_sentence(known.docstring)
        yield says(f"It says of itself: “{said}”", _where_said(each, said))


def _where_said(each: Function, said: str) -> dict[str, object]:
    """The line where its first words stand; all of it where they are not found as they are."""
    known, words = each.definition, " ".join(said.split()[:3])
    for offset, line in enumerate(each.code.split("\n")):
        if words and words in " ".join(line.split()):
            return lines(known.path, each.blob, known.start_line + offset)
    return lines(known.path, each.blob, known.start_line, known.end_line)


def _users(each: Function) -> Iterator[Sentence]:
    found = {
        (use.by or use.path): use
        for use in reversed(each.uses)
        if not aside(use.path) and use.kind != "import" and use.by != each.definition.qualified
    }
    shown = list(reversed(found.values()))[:MOST]
    if shown:
        names = [f"`{use.by}`" if use.by else use.path for use in shown]
        more = len(found) - len(shown)
        cited = [lines(u.path, each.blobs.get(u.path, ""), u.line) for u in shown]
        yield says(f"It is used by {_listed(names, more)}.", *cited)


def _calls(each: Function) -> Iterator[Sentence]:
    found = dict(reversed([(name, line) for name, line in each.calls]))
    shown = list(reversed(found.items()))[:MOST]
    if shown:
        names = [f"`{name}`" for name, _ in shown]
        cited = [lines(each.definition.path, each.blob, line) for _, line in shown]
        yield says(f"It calls {_listed(names, len(found) - len(shown))}.", *cited)


def _raises(each: Function) -> Iterator[Sentence]:
    found: dict[str, int] = {}
    for offset, line in enumerate(each.code.split("\n")):
        bare = _STRING.sub("''", line).partition("#")[0].partition("//")[0]
        if match := _RAISES.search(bare):
            found.setdefault(match[1], each.definition.start_line + offset)
    shown = list(found.items())[:MOST]
    if shown:
        names = [f"`{name}`" for name, _ in shown]
        cited = [lines(each.definition.path, each.blob, line) for _, line in shown]
        yield says(f"It may raise {_listed(names, len(found) - len(shown))}.", *cited)


def _tests(each: Function) -> Iterator[Sentence]:
    found = {use.path: use for use in reversed(each.uses) if quiet(use.path) == "tests"}
    shown = list(reversed(found.values()))[:MOST]
    if shown:
        cited = [lines(u.path, each.blobs.get(u.path, ""), u.line) for u in shown]
        names = [use.path for use in shown]
        yield says(f"It is used in tests: {_listed(names, len(found) - len(shown))}.", *cited)


def _past(each: Function) -> Iterator[Sentence]:
    known = each.definition
    if each.risk is not None and each.risk.reasons:
        where = lines(known.path, each.blob, known.start_line, known.end_line)
        reasons = "; ".join(each.risk.reasons)
        yield says(f"Its risk is {each.risk.score:.0%}: {reasons}.", where)


def _listed(names: Sequence[str], more: int) -> str:
    if more > 0:
        return f"{', '.join(names)} and {more} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
