"""Write cards of functions and files: sentences that cite the lines that show them.

Evidence: each sentence has its lines; what a model says is kept only where its quote is found in
the code. Limits: three minutes, 60 functions and 30 files a run, the riskiest first; what did not
change is not written again. Without a model: signatures, docstrings, uses, tests, history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.db.cards import Card
from core.db.risks import Risk
from core.db.symbol_graph import Definition
from core.db.thoughts import Subject
from core.redact import redact
from core.words import many
from workers import git
from workers.cards import function, module
from workers.cards.checked import checked
from workers.cards.function import Function
from workers.cards.module import Module
from workers.cards.sentence import Sentence
from workers.graph.asking import SURE, Asking
from workers.languages import LINKED
from workers.linters.places import aside
from workers.model import Schema
from workers.thoughts.asking import asked, texts
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NAME = "summarize"
LIMITS = Limits(wall_seconds=180, cpu_seconds=120, model_tokens=40_000)
MOST_FUNCTIONS = 60
MOST_FILES = 30
ENOUGH = 1_000
"""Functions with cards, from which on the rest waits until somebody asks for it."""
MOST_ASKED = 8
"""Functions that a model is asked about in one run."""
_LONGEST = 12_000
_VERSION = "1"
_MOST_WEIGHED = 5_000
_MOST_READ = 300
"""Files of which cards are looked for in one run, the riskiest first."""
_MOST_USES = 40
_CALLABLE = frozenset({"function", "method"})

_SENTENCES = Schema(
    "sentences",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": texts(text="one sentence", quote="words of the code that show it"),
            }
        },
        "required": ["sentences"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Cards(Brief):
    """Cards as they are without a model; `codes` are texts and first lines of functions, by scope.
    `left` counts those that are to be written in another run."""

    cards: list[Card]
    codes: dict[str, tuple[str, int]]
    left: int


async def prepare(read: Reader, subject: Subject) -> Brief | None:
    """None where every card that is wanted is there, and the code under it is the same."""
    risks = await read.risks(_MOST_WEIGHED)
    files = await _files(read, subject, risks)
    desk = _Desk(read, await read.graph(), {(r.path, r.symbol): r for r in risks})
    found = await _functions(read, subject, files, desk)
    known = await read.carded()
    cards: list[Card] = []
    codes: dict[str, tuple[str, int]] = {}
    left = 0
    for each in found:
        content = digest(_VERSION, await desk.code(each), str(read.has_model))
        if known.get(("function", f"{each.path}#{each.qualified}")) == content:
            continue
        if len(cards) == MOST_FUNCTIONS:
            left += 1
            continue
        cards.append(await desk.function(each, content))
        codes[cards[-1].scope] = (await desk.code(each), each.start_line)
    for path in [] if subject.symbol else files:
        content = digest(_VERSION, await desk.text(path))
        if known.get(("module", path)) == content:
            continue
        if len(cards) - len(codes) == MOST_FILES:
            left += 1
            continue
        cards.append(await desk.module(path, content))
    if not cards:
        return None
    if sum(kind == "function" for kind, _ in known) >= ENOUGH:
        left = 0
    return Cards(digest(*(f"{c.scope} {c.content}" for c in cards)), cards, codes, left)


async def _files(read: Reader, subject: Subject, risks: Sequence[Risk]) -> list[str]:
    """Of a symbol or file that alone, of a diff those in it, else all code by risk."""
    every = await read.files()
    if subject.path:
        return [file.path for file in every if file.path == subject.path]
    files = [f.path for f in every if f.language in LINKED and not aside(f.path)]
    if subject.kind == "diff":
        differing = await read.changed(subject.before, subject.after)
        changed = {git.text_path(each.path) for each in differing}
        files = [path for path in files if path in changed]
    at = {risk.path: -number for number, risk in reversed(list(enumerate(risks)))}
    return sorted(files, key=lambda path: (-at.get(path, -len(risks)), path))[:_MOST_READ]


async def _functions(
    read: Reader, subject: Subject, files: Sequence[str], desk: _Desk
) -> list[Definition]:
    """The riskiest files first, and in each the riskiest first; each name once."""
    outlines = await read.outlines(files)
    found: list[Definition] = []
    for path in files:
        own = {
            d.qualified: replace(d, path=path)
            for d in outlines.get(path, ())
            if d.kind in _CALLABLE and subject.symbol in ("", d.qualified)
        }
        risks = {name: desk.risks.get((path, name)) for name in own}
        found += sorted(own.values(), key=lambda d: -(r.score if (r := risks[d.qualified]) else 0))
    return found


@dataclass(slots=True)
class _Desk:
    """Reads what cards need; of texts it keeps the last."""

    read: Reader
    graph: Asking
    risks: dict[tuple[str, str], Risk]
    blobs: dict[str, str] = field(default_factory=dict)
    _last: tuple[str, str] = ("", "")

    async def text(self, path: str) -> str:
        if self._last[0] != path:
            found = await asyncio.to_thread(git.blob_at, self.read.mirror, self.read.commit, path)
            self.blobs[path] = found[0] if found else ""
            self._last = (path, found[1].decode(errors="replace") if found else "")
        return self._last[1]

    async def code(self, each: Definition) -> str:
        source = (await self.text(each.path)).split("\n")
        return "\n".join(source[each.start_line - 1 : each.end_line])

    async def function(self, each: Definition, content: str) -> Card:
        code = await self.code(each)
        uses = [u for u in await self.graph.uses(each.path, each.ordinal) if u.weight >= SURE]
        for use in uses[:_MOST_USES]:
            if use.path not in self.blobs:
                await self.text(use.path)
        calls = await self._calls(each)
        blob, risk = self.blobs[each.path], self.risks.get((each.path, each.qualified))
        known = Function(each, blob, code, uses[:_MOST_USES], calls, risk, self.blobs)
        scope = f"{each.path}#{each.qualified}"
        said = function.sentences(known)
        return Card(scope, "function", each.qualified, said, content, self.read.commit)

    async def _calls(self, each: Definition) -> list[tuple[str, int]]:
        place = self.graph.place(each.path, each.ordinal)
        if place is None:
            return []
        steps = await self.graph.run(self.graph.questions.steps, place)
        graph = self.graph.graph
        return [
            (graph.qualified(step.place.file, step.place.symbol), step.line)
            for step in steps
            if step.weight >= SURE
        ]

    async def module(self, path: str, content: str) -> Card:
        text = await self.text(path)
        facts = await self.graph.facts(path)
        cited = {str(c["path"]) for fact in facts for c in fact.citations[:1]}
        for other in sorted(cited - self.blobs.keys())[:_MOST_USES]:
            await self.text(other)
        known = Module(
            *(path, self.blobs[path], module.opening(text)),
            *(await self.read.definitions(path), facts, self.blobs),
        )
        return Card(path, "module", path, module.sentences(known), content, self.read.commit)


async def run(tools: Tools, brief: Cards) -> Outcome:
    cards: list[Card] = []
    asked_about = kept = 0
    for card in brief.cards:
        said: list[Sentence] = []
        if card.kind == "function" and tools.model and asked_about < MOST_ASKED:
            asked_about += 1
            said = await _told(tools, card, *brief.codes[card.scope])
        kept += len(said)
        more = replace(card, sentences=[*said, *card.sentences], by_model=True) if said else card
        cards.append(more)
    left = [FollowUp(NAME, Subject(), f"{brief.left} more are to be written", 0.1)]
    functions = sum(card.kind == "function" for card in cards)
    model = f" A model said {many(kept, 'sentence')} that the code shows." if asked_about else ""
    return Outcome(
        f"Cards of {many(functions, 'function')} and {many(len(cards) - functions, 'file')} were "
        f"written.{model}",
        follow_ups=left if brief.left else (),
        metrics={"cards": len(cards), "asked": asked_about, "kept": kept},
        rows={"cards": cards},
    )


async def _told(tools: Tools, card: Card, code: str, first: int) -> list[Sentence]:
    """What a model says of a function, as far as its quotes are found."""
    path, _, symbol = card.scope.partition("#")
    shown = redact(code[:_LONGEST])
    said = await asked(
        *(tools, NAME, _SENTENCES),
        system={},
        user={"path": path, "symbol": symbol, "text": shown},
    )
    blob = str(card.sentences[0]["citations"][0]["blob"])
    found = checked(said.get("sentences"), path, blob, code, first)
    tools.log(f"{card.scope}: {len(found)} sentences of the model were kept.")
    return found
