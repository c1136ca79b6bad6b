"""What a run may use: a sandbox, perhaps a model, a log. No database, no token."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from workers.model import Budget, Endpoint, Reply, Schema
from workers.sandbox import Given, Sandbox, Workspace
from workers.thoughts.base import Limits

_LONGEST_LOG = 1_000_000


class OverLimit(Exception):
    """A run wanted more than its limits allow; what it found until then counts."""


@dataclass(slots=True)
class Tools:
    """Of one run. `code` is the commit's tree, read-only for whoever reads it in place: hostile
    like all that comes from a repository. `model` is None without one, or where no tokens are
    allowed. `given` is what all of its commands see besides the code: the packages that it
    imports."""

    code: Path
    limits: Limits
    sandbox: Sandbox | None
    model: Endpoint | None = None
    given: Given = field(default_factory=Given)
    started: float = field(default_factory=time.monotonic)
    cpu_seconds: float = 0.0
    model_tokens: int = 0
    cost_usd: float = 0.0
    lines: list[str] = field(default_factory=list)

    def log(self, text: str) -> None:
        """A line of the run's log, for people who want to see what was done."""
        if sum(map(len, self.lines[-1:])) <= _LONGEST_LOG and len(self.lines) < 20_000:
            self.lines.append(text[:20_000])

    def seconds_left(self) -> float:
        return self.limits.wall_seconds - (time.monotonic() - self.started)

    def workspace(self, *, with_code: bool = True) -> AbstractAsyncContextManager[Workspace]:
        """A private writable copy of the code, in which commands are run; gone afterwards. Raise
        UserError where nothing can be executed on this machine."""
        if self.sandbox is None:
            raise OverLimit("There is no sandbox on this machine, so nothing is executed.")
        code = self.code if with_code else None
        return self.sandbox.workspace(code, spent=self._spent, given=self.given)

    def _spent(self, cpu_seconds: float) -> None:
        self.cpu_seconds += cpu_seconds

    async def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        schema: Schema | None = None,
        reply_tokens: int = 2_000,
    ) -> Reply:
        """One turn of the model, within what is left. Raise OverLimit; and UserError or TryLater as
        the endpoint does, which a Thought takes for having no model."""
        left = self.limits.model_tokens - self.model_tokens
        if self.model is None or left < reply_tokens:
            raise OverLimit("There is no model, or its tokens are spent.")
        budget = Budget(seconds=self.seconds_left(), tokens=left, reply_tokens=reply_tokens)
        reply = await self.model.chat(list(messages), budget=budget, schema=schema)
        self.model_tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens
        self.cost_usd += reply.usage.cost_usd
        return reply
