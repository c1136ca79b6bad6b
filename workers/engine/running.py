"""One run of one Thought: prepare (trusted, reads), then run (untrusted, no database)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core import log
from core.db import runs
from core.db.connect import Database
from core.db.runs import Spent
from core.db.thoughts import Subject, Thought
from core.errors import Skip, TryLater, UserError
from workers.engine.settle import Ended
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Brief, Outcome
from workers.thoughts.reader import Reader
from workers.thoughts.tools import OverLimit, Tools

BUG = "Ponder failed at this because of a bug of its own; the log of the worker has the details."

_log = log.get(__name__)


@dataclass(slots=True)
class Running:
    """`ready` brings the code, and what it imports, to where reader and tools look for them."""

    database: Database
    thought: Thought
    reader: Reader
    tools: Tools
    ready: Callable[[], Awaitable[None]]
    began: float = field(default_factory=time.monotonic)
    content: str = ""

    async def carried_out(self) -> Ended:
        """However it ends, but for cancellation, which the caller has a reason for."""
        kind = THOUGHTS[self.thought.kind]
        try:
            await self.ready()
            async with asyncio.timeout(kind.LIMITS.wall_seconds):
                brief = None if self._is_gone else await kind.prepare(self.reader, self._about)
                if brief is None:
                    return self.ended("nothing")
                self.content = brief.content
                if await self._is_known(brief):
                    return self.ended("known")
                return self.ended("done", await kind.run(self.tools, brief))
        except TimeoutError:
            return self.ended("timed_out", problem="It took longer than its limit.")
        except (OverLimit, Skip, TryLater, UserError) as error:
            return self.ended("failed", problem=str(error))
        except Exception:  # noqa: BLE001 - a Thought's bug ends its run, not the engine
            _log.exception("think.bug", thought=self.thought.kind, subject=self.thought.subject_key)
            return self.ended("failed", problem=BUG)

    @property
    def _about(self) -> Subject:
        return self.thought.about

    @property
    def _is_gone(self) -> bool:
        """The head of a pull request that nobody needs any more."""
        return bool(self._about.ref) and self._about.after != self.reader.commit

    async def _is_known(self, brief: Brief) -> bool:
        """A person who asks again wants it done again."""
        if self.thought.asked_by:
            return False
        async with self.database.tenant(self.thought.installation_id) as connection:
            return await runs.is_known(connection, self.thought, brief.content)

    def ended(self, status: str, outcome: Outcome | None = None, problem: str = "") -> Ended:
        spent = Spent(
            time.monotonic() - self.began,
            self.tools.cpu_seconds,
            self.tools.model_tokens,
            self.tools.cost_usd,
        )
        return Ended(status, spent, outcome, self.content, problem, "\n".join(self.tools.lines))
