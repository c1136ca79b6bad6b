"""A model's reply while it arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.model.shapes import Reply, ToolCall, Usage, estimate

OnText = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Arriving:
    """A reply while it arrives, whole or in pieces."""

    on_text: OnText | None
    content: str = ""
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    finish: str = ""
    tokens: tuple[int, int] | None = None

    async def take(self, made: Any, *, streamed: bool) -> None:
        if not streamed:
            await self._piece(made, "message")
        elif hasattr(made, "__aiter__"):
            async for chunk in made:
                await self._piece(chunk, "delta")
        else:
            raise ValueError("not a stream")
        if not (self.content or self.calls or self.finish):
            raise ValueError("nothing came")

    async def _piece(self, made: Any, part: str) -> None:
        """Servers leave out whatever they like; nothing is taken for granted."""
        usage = getattr(made, "usage", None)
        if usage is not None:
            self.tokens = (int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0))
        choices = getattr(made, "choices", None)
        if choices is None and part == "message":
            raise ValueError("no choices")
        for choice in (choices or [])[:1]:
            self.finish = str(choice.finish_reason or self.finish)
            message = getattr(choice, part, None)
            await self._text(getattr(message, "content", None))
            self._calls(getattr(message, "tool_calls", None) or [])

    async def _text(self, text: object) -> None:
        if isinstance(text, str) and text:
            self.content += text
            if self.on_text:
                await self.on_text(text)

    def _calls(self, calls: Sequence[Any]) -> None:
        for position, call in enumerate(calls):
            index = getattr(call, "index", None)
            kept = self.calls.setdefault(
                position if index is None else index, {"id": "", "name": "", "arguments": ""}
            )
            kept["id"] += call.id or ""
            kept["name"] += getattr(call.function, "name", None) or ""
            kept["arguments"] += getattr(call.function, "arguments", None) or ""

    def reply(self, sent: dict[str, Any], prices: tuple[float, float]) -> Reply:
        prompt, completion = self.tokens or (estimate(str(sent)), estimate(self.content))
        cost = (prompt * prices[0] + completion * prices[1]) / 1_000_000
        calls = tuple(
            ToolCall(call["id"] or f"call_{index}", call["name"], call["arguments"])
            for index, call in sorted(self.calls.items())
        )
        return Reply(self.content, calls, self.finish, Usage(prompt, completion, cost))
