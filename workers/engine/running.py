"""One run of one Thought: prepare (trusted, reads), then run (untrusted, no database)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core import log
from core.db.runs import Spent
from core.db.thoughts import Subject, Thought
from core.errors import Skip, TryLater, UserError
from workers.engine.ended import BUG, Ended
from workers.engine.meter import Meter, Metered
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Brief, Outcome
from workers.thoughts.base import Thought as Kind
from workers.thoughts.reader import Reader
from workers.thoughts.tools import OverLimit, Tools

_log = log.get(__name__)


async def _nobody() -> None:
    """Is told."""


@dataclass(slots=True)
class Running:
    """`ready` brings the code to where reader and tools look for it, and `equip` what it imports;
    `known` are digests of what was looked at before; `begun` is told when there is something to do.
    """

    thought: Thought
    reader: Reader
    tools: Tools
    ready: Callable[[], Awaitable[None]]
    equip: Callable[[], Awaitable[None]]
    known: frozenset[str] = frozenset()
    begun: Callable[[], Awaitable[None]] = _nobody
    began: float = field(default_factory=time.monotonic)
    content: str = ""
    meter: Meter = field(default_factory=Meter)

    async def carried_out(self) -> Ended:
        """However it ends, but for cancellation, which the caller has a reason for. It costs what
        its commands, and Ponder's own code, took of a processor."""
        return await Metered(self._carried_out(), self.meter)

    async def _carried_out(self) -> Ended:
        kind = THOUGHTS[self.thought.kind]
        try:
            await self.ready()
            began = time.monotonic()
            async with asyncio.timeout(kind.LIMITS.wall_seconds):
                brief = None if self._is_gone else await kind.prepare(self.reader, self._about)
            if brief is None:
                return self.ended("nothing")
            self.content = brief.content
            if brief.content in self.known:
                return self.ended("known")
            return await self._run(kind, brief, time.monotonic() - began)
        except TimeoutError:
            return self.ended("timed_out", problem="It took longer than its limit.")
        except (OverLimit, Skip, TryLater, UserError) as error:
            return self.ended("failed", problem=str(error))
        except Exception:  # noqa: BLE001 - a Thought's bug ends its run, not the engine
            _log.exception("think.bug", thought=self.thought.kind, subject=self.thought.subject_key)
            return self.ended("failed", problem=BUG)

    async def _run(self, kind: Kind, brief: Brief, taken: float) -> Ended:
        """`taken` seconds of its limit are gone; what is fetched takes none of them."""
        await self.begun()
        await self.equip()
        self.tools.started = time.monotonic() - taken
        async with asyncio.timeout(kind.LIMITS.wall_seconds - taken):
            return self.ended("done", await kind.run(self.tools, brief))

    @property
    def _about(self) -> Subject:
        return self.thought.about

    @property
    def _is_gone(self) -> bool:
        """The head of a pull request that nobody needs any more."""
        return bool(self._about.ref) and self._about.after != self.reader.commit

    def ended(self, status: str, outcome: Outcome | None = None, problem: str = "") -> Ended:
        spent = Spent(
            time.monotonic() - self.began,
            self.tools.cpu_seconds + self.meter.cpu_seconds,
            self.tools.model_tokens,
            self.tools.cost_usd,
        )
        return Ended(status, spent, outcome, self.content, problem, "\n".join(self.tools.lines))
