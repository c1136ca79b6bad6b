"""An answer with a model: evidence first, then a bounded loop of tools, then checked sentences."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from core.errors import TryLater, UserError
from workers.answer.asked import Asked
from workers.answer.check import Checker
from workers.answer.cite import Lines
from workers.answer.evidence import Evidence, Passage
from workers.answer.pack import pack
from workers.answer.place import Place
from workers.answer.question import Question
from workers.answer.reply import SCHEMA, Reader, Statement
from workers.answer.safe import one_line
from workers.answer.tools import TOOLS, Tools, specifications
from workers.index.terms import terms
from workers.model import Budget, Capabilities, Endpoint, Message, Reply, estimate

STEPS = 6
"""Turns in which tools may be called."""
CALLS = 4
"""Calls of one turn that are answered."""
SECONDS = 90.0
TOKENS = 120_000
EVIDENCE_TOKENS = 9_000
_RESERVED_SECONDS = 25.0
_REMEMBERED_CHARACTERS = 800
_EMPTY = Passage(99, Lines("a/path/of/usual/length.py", 1, 1), "A.symbol_of_usual_length", "")

_PROMPT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "prompts"),
    autoescape=False,  # noqa: S701 - prompts are text, and what is quoted in them is delimited
    undefined=jinja2.StrictUndefined,
    trim_blocks=False,
)

Say = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Outcome:
    """`text` is checked Markdown; '' where the model gave nothing that could be used. `cut` says
    which limit ended it early."""

    text: str = ""
    refused: bool = False
    cut: str = ""
    prompt_hash: str = ""
    budget: Budget = field(default_factory=lambda: Budget(SECONDS, TOKENS))


@dataclass(slots=True)
class Dialogue:
    endpoint: Endpoint
    asked: Asked
    question: Question
    evidence: Evidence
    checker: Checker
    tools: Callable[[Callable[[Passage], str]], Tools]
    say: Say
    status: Say
    outcome: Outcome = field(default_factory=Outcome)
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    _messages: list[Message] = field(default_factory=list)

    async def run(self, places: Sequence[Place]) -> Outcome:
        """Raise UserError or TryLater where the endpoint fails before anything was said."""
        able = await self.endpoint.capabilities()
        self._open(places, able)
        tools = self.tools(self._passage)
        mended = False
        for step in range(STEPS + 2):
            offered = specifications() if able.tools and self._may_look(step) else []
            reply, reader = await self._turn(offered)
            if reply is None:
                break
            if reply.calls and offered:
                await self._look(reply, tools)
                continue
            if await self._finished(reader, reply) or mended:
                break
            self._mend(reply, able)
            mended = True
            able = Capabilities.from_row(able.to_row() | {"tools": False})
        self.outcome.text = self.checker.text if self.checker.supported else ""
        return self.outcome

    def _may_look(self, step: int) -> bool:
        budget = self.outcome.budget
        used = estimate(str(self._messages))
        return (
            step < STEPS
            and budget.seconds_left > _RESERVED_SECONDS
            and budget.tokens_left > 2 * used + budget.reply_tokens
        )

    def _open(self, places: Sequence[Place], able: Capabilities) -> None:
        template: Any = _PROMPT.get_template("dialogue.md.j2").module
        shown = self._fill(places, able)
        as_json = able.json_schema or able.json_object
        commit = self.asked.snapshot.commit_sha[:12]
        system = template.system(
            one_line(self.asked.repository.name), commit, self.nonce, as_json, able.tools
        )
        earlier = [
            {"question": e.question, "text": e.text[:_REMEMBERED_CHARACTERS]}
            for e in self.asked.earlier
        ]
        asked = template.asked(self.question.text, earlier, "\n".join(shown), self.nonce)
        self._messages = [
            {"role": "system", "content": str(system)},
            {"role": "user", "content": str(asked)},
        ]
        whole = f"{system}\n{asked}".replace(self.nonce, "")
        self.outcome.prompt_hash = hashlib.sha256(whole.encode(errors="replace")).hexdigest()

    def _fill(self, places: Sequence[Place], able: Capabilities) -> list[str]:
        """What is evidence already, and passages, best first: as many as the model can take."""
        room = min(EVIDENCE_TOKENS, able.context // 2) if able.context else EVIDENCE_TOKENS
        given: list[str] = []
        for known in list(self.evidence.passages):
            given.append(self._passage(known))
            room -= estimate(given[-1])
        words = set(terms(self.question.text))
        each = estimate(self._passage(_EMPTY))
        packed = pack(places, self.evidence.source.text, words, room, each=each)
        passages = [self.evidence.add_packed(one) for one in packed]
        return [*given, *(self._passage(passage) for passage in passages if passage)]

    def _passage(self, passage: Passage) -> str:
        """Names are put on one line and without quotes: they cannot end their place."""
        template: Any = _PROMPT.get_template("dialogue.md.j2").module
        path = one_line(passage.lines.path).replace('"', "'")
        symbol = one_line(passage.symbol).replace('"', "'")
        return str(template.passage(passage.number, path, symbol, passage.shown, self.nonce))

    async def _turn(self, offered: list[dict[str, Any]]) -> tuple[Reply | None, Reader]:
        """One reply; None where the endpoint failed after something had been said."""
        reader = Reader()

        async def on_text(piece: str) -> None:
            await self._tell(reader.feed(piece))

        try:
            reply = await self.endpoint.chat(
                self._messages,
                budget=self.outcome.budget,
                schema=SCHEMA,
                tools=offered,
                on_text=on_text,
            )
        except (TryLater, UserError) as error:
            if not self.checker.supported:
                raise
            self.outcome.cut = f"The answer was cut short: {error}."
            return None, reader
        return reply, reader

    async def _tell(self, statements: Sequence[Statement]) -> None:
        for statement in statements:
            await self.say(await self.checker.add(statement))

    async def _look(self, reply: Reply, tools: Tools) -> None:
        self._messages.append(
            {
                "role": "assistant",
                "content": reply.content or None,
                "tool_calls": [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {"name": call.name, "arguments": call.arguments},
                    }
                    for call in reply.calls[:CALLS]
                ],
            }
        )
        for call in reply.calls[:CALLS]:
            if call.name in TOOLS:
                await self.status(f"Looking further: {call.name.replace('_', ' ')}")
            result = await tools.run(call)
            content = f"<result-{self.nonce}>\n{result}\n</result-{self.nonce}>"
            self._messages.append({"role": "tool", "tool_call_id": call.id, "content": content})

    async def _finished(self, reader: Reader, reply: Reply) -> bool:
        await self._tell(reader.close())
        self.outcome.refused = reader.refused and not self.checker.supported
        if self.checker.supported and reply.finish not in ("stop", "tool_calls"):
            self.outcome.cut = "The model's reply broke off, so the answer may lack its end."
        return bool(self.checker.text) or self.outcome.refused

    def _mend(self, reply: Reply, able: Capabilities) -> None:
        template: Any = _PROMPT.get_template("dialogue.md.j2").module
        as_json = able.json_schema or able.json_object
        self._messages += [
            {"role": "assistant", "content": reply.content or "(nothing)"},
            {"role": "user", "content": str(template.mend(as_json))},
        ]
