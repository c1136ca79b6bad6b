"""What is known of a file: what it says of itself, defines, uses and is used by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db.facts import Fact
from core.db.symbol_graph import Definition
from workers.cards.sentence import Sentence, first_sentence, lines, says
from workers.linters.places import quiet

MOST = 8


@dataclass(frozen=True, slots=True)
class Module:
    """`opening` is its docstring or first comment with its line; '' for none. `facts` are those of
    the graph."""

    path: str
    blob: str
    opening: tuple[str, int]
    definitions: Sequence[Definition]
    facts: Sequence[Fact]
    blobs: dict[str, str]


def sentences(each: Module) -> list[Sentence]:
    said: list[Sentence] = []
    text, line = each.opening
    if text:
        where = lines(each.path, each.blob, line)
        said.append(says(f"It says of itself: “{first_sentence(text)}”", where))
    own = [d for d in each.definitions if "." not in d.qualified and d.kind not in ("variable",)]
    if own:
        shown = own[:MOST]
        names = ", ".join(f"`{d.qualified}`" for d in shown)
        more = f" and {len(own) - len(shown)} more" if len(own) > len(shown) else ""
        cited = [lines(each.path, each.blob, d.start_line, d.end_line) for d in shown]
        said.append(says(f"It defines {names}{more}.", *cited))
    said += _related(each, "imports", "It imports {}.")
    said += _related(each, "imported_by", "It is imported by {}.")
    return said


def _related(each: Module, kind: str, template: str) -> list[Sentence]:
    found = [fact for fact in each.facts if fact.kind == kind]
    found.sort(key=lambda fact: bool(quiet(fact.subject)))
    shown = found[:MOST]
    if not shown:
        return []
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    cited = [
        lines(str(c["path"]), each.blobs.get(str(c["path"]), ""), int(c["start_line"]))
        for fact in shown
        for c in fact.citations[:1]
    ]
    return [says(template.format(", ".join(f.subject for f in shown) + more), *cited)]


def opening(text: str) -> tuple[str, int]:
    """The docstring or comment with which a text begins, and its line; ('', 0) for none."""
    source = text.split("\n")
    for number, line in enumerate(source[:30], 1):
        bare = line.strip()
        if not bare or bare.startswith("#!") or "coding:" in bare[:30] or bare == '"use strict";':
            continue
        for quote in ('"""', "'''"):
            if bare.lstrip("rRuU").startswith(quote):
                rest = "\n".join([bare.lstrip("rRuU")[3:], *source[number : number + 20]])
                return rest.partition(quote)[0], number
        if bare.startswith(("//", "/*", "#", "*")):
            return _comment(source[number - 1 :]), number
        return "", 0
    return "", 0


def _comment(source: Sequence[str]) -> str:
    words = []
    for line in source[:20]:
        bare = line.strip()
        if not bare.startswith(("//", "/*", "#", "*")):
            break
        words.append(bare.strip("/*#! "))
    text = "\n".join(words).strip()
    return "" if any(w in text[:200].lower() for w in ("copyright", "license", "spdx")) else text
