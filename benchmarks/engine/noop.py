"""Thoughts that do nothing, or next to nothing: what is left is the engine's own work."""

from __future__ import annotations

import asyncio
import random
import time
from types import SimpleNamespace

from core.db.thoughts import Subject
from workers.thoughts import THOUGHTS
from workers.thoughts.base import Brief, FollowUp, Limits, Outcome, digest
from workers.thoughts.reader import Reader
from workers.thoughts.tools import Tools

NOTHING, EMPTY, TURN, LEADS = "nothing_to_do", "finds_nothing", "takes_a_while", "leads_on"
"""Kinds: one whose `prepare` sees that there is nothing to do, one that runs and finds nothing, one
that keeps a turn for TURN_SECONDS, and one that stores an artifact and leads to LED others."""
TURN_SECONDS = 0.02
LED = 1
BYTES = 10
"""Of the artifact."""

begun: list[tuple[str, float]] = []
"""The note of each subject, and when its Thought began, in seconds since 1970."""


async def _nothing(read: Reader, subject: Subject) -> Brief | None:
    begun.append((subject.note, time.time()))
    return None


async def _brief(read: Reader, subject: Subject) -> Brief | None:
    begun.append((subject.note, time.time()))
    return Brief(digest(subject.note))


async def _noted(read: Reader, subject: Subject) -> Brief | None:
    return Brief(subject.note)


async def _found_nothing(tools: Tools, brief: Brief) -> Outcome:
    return Outcome("Nothing was found.")


async def _took_a_while(tools: Tools, brief: Brief) -> Outcome:
    await asyncio.sleep(TURN_SECONDS)
    return Outcome("Nothing was found.")


async def _led_on(tools: Tools, brief: Brief) -> Outcome:
    await asyncio.sleep(random.uniform(0, 0.2))
    wanted = [] if brief.content.endswith("led") else [f"{brief.content} led"]
    leads = [FollowUp(LEADS, Subject(note=note), "it was led to") for note in wanted]
    return Outcome("Led on.", follow_ups=leads, artifacts={"bytes.bin": bytes(BYTES)})


def register() -> None:
    """In this process alone."""
    limits = Limits(wall_seconds=1, cpu_seconds=1)
    for name, prepare, run in (
        (NOTHING, _nothing, _found_nothing),
        (EMPTY, _brief, _found_nothing),
        (TURN, _brief, _took_a_while),
        (LEADS, _noted, _led_on),
    ):
        THOUGHTS[name] = SimpleNamespace(NAME=name, LIMITS=limits, prepare=prepare, run=run)
