"""What goes to a model and what comes back, as plain values."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


def estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few: code has about one for 3.3 bytes."""
    return len(text.encode(errors="replace")) // 3 + 1


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def plus(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` are JSON, or whatever the model took for it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`finish` is the endpoint's reason for stopping; '' where the reply broke off."""

    content: str
    calls: tuple[ToolCall, ...]
    finish: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON schema for the reply, in OpenAI's strict form."""

    name: str
    schema: dict[str, Any]


@dataclass(slots=True)
class Budget:
    """What all calls for one purpose may take together; `reply_tokens` bounds each reply."""

    seconds: float
    tokens: int
    reply_tokens: int = 2_000
    spent: Usage = field(default_factory=Usage)
    _started: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float:
        return self.seconds - (time.monotonic() - self._started)

    @property
    def tokens_left(self) -> int:
        return self.tokens - self.spent.prompt_tokens - self.spent.completion_tokens

    def spend(self, usage: Usage) -> None:
        self.spent = self.spent.plus(usage)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an endpoint can do. `context` is in tokens, 0 if it does not tell; `limit` is the name
    that it gives the limit of a reply."""

    json_schema: bool = True
    json_object: bool = True
    tools: bool = True
    streaming: bool = True
    temperature: bool = True
    limit: str = "max_tokens"
    context: int = 0

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Capabilities:
        """Names of another version are ignored."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__ if name in row})

    def to_row(self) -> dict[str, Any]:
        return asdict(self)

    def request(
        self,
        messages: Sequence[dict[str, Any]],
        *,
        schema: Schema | None,
        tools: Sequence[dict[str, Any]],
        budget: Budget,
    ) -> dict[str, Any]:
        """The body of a request. Tools and a response format together fail in places, so a request
        has one or the other."""
        body: dict[str, Any] = {"messages": list(messages), self.limit: budget.reply_tokens}
        if self.temperature:
            body["temperature"] = 0
        if self.streaming:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        if tools and self.tools:
            body["tools"] = list(tools)
        elif schema and self.json_schema:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": schema.name, "schema": schema.schema, "strict": True},
            }
        elif schema and self.json_object:
            body["response_format"] = {"type": "json_object"}
        return body

    def without(self, request: dict[str, Any], complaint: str) -> Capabilities | None:
        """What remains when the endpoint refused the request; None if nothing can be left out.

        The complaint decides where it names the culprit; else the fanciest part goes first.
        """
        named = _named_culprit(complaint.lower(), request)
        kind = request.get("response_format", {}).get("type")
        for there, part in (
            (named == "limit" and self.limit == "max_tokens", {"limit": "max_completion_tokens"}),
            (named == "temperature", {"temperature": False}),
            ("tools" in request, {"tools": False}),
            (kind == "json_schema", {"json_schema": False}),
            (kind == "json_object", {"json_object": False}),
            ("stream" in request, {"streaming": False}),
        ):
            if there:
                return Capabilities.from_row(self.to_row() | part)
        return None


def _named_culprit(complaint: str, request: dict[str, Any]) -> str:
    if "max_completion_tokens" in complaint:
        return "limit"
    return "temperature" if "temperature" in complaint and "temperature" in request else ""
