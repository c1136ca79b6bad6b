"""What follows from a Thought: queued with its worth, as far as chains and queues have room."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pathspec

from core.db import learning, risks, runs, thoughts
from core.db.connect import Connection
from core.db.runs import Record
from core.db.thoughts import Thought
from workers.engine.priority import Worth
from workers.engine.records import Records, smoothed
from workers.thoughts import THOUGHTS
from workers.thoughts.base import FollowUp

DEEPEST = 6
"""Thoughts in a row that lead to one another."""
MOST_CHILDREN = 40
MOST_QUEUED = 1_000
"""Of one repository: what is beyond is found again, when there is room."""
OF_HEADS = frozenset({"smell_hunt", "hypothesize_bug"})
"""What follows from Thoughts about a pull request's head: it reads, and runs nothing of it."""
_UNKNOWN_RISK = 0.5
_SEEN_NOVELTY = 0.5


async def follow(
    connection: Connection, parent: Thought, wanted: Sequence[FollowUp], records: Records
) -> int:
    """Returns how many were queued; the most promising come first."""
    queued = (await thoughts.counts(connection, parent.repository_id)).get("queued", 0)
    room = min(MOST_CHILDREN, MOST_QUEUED - queued)
    if parent.depth >= DEEPEST or room <= 0:
        return 0
    excluded = await _excluded(connection, parent.repository_id)
    usable = [
        each
        for each in wanted
        if each.thought in (OF_HEADS if parent.about.ref else THOUGHTS)
        and not excluded.match_file(each.subject.path)
    ]
    chosen = sorted(usable, key=lambda each: -each.expected)[:room]
    places = [(each.subject.path, each.subject.symbol) for each in chosen]
    risk = await risks.of_places(connection, parent.repository_id, places)
    known = await records.of(connection, parent.repository_id)
    for each, place in zip(chosen, places, strict=True):
        seen = await runs.has_run(connection, parent.repository_id, each.thought, each.subject.key)
        worth = _worth(each, risk.get(place, _UNKNOWN_RISK), known.get(each.thought), seen=seen)
        await thoughts.add(
            connection,
            installation_id=parent.installation_id,
            repository_id=parent.repository_id,
            kind=each.thought,
            # What follows from a head is about that head.
            subject=replace(each.subject, after=parent.about.after, ref=parent.about.ref)
            if parent.about.ref
            else each.subject,
            priority=worth.priority,
            reason=worth.reason(each.reason),
            parent_id=parent.id,
            depth=parent.depth + 1,
            # Who asked for the one waits for what comes of it.
            asked_by=parent.asked_by,
        )
    return len(chosen)


async def _excluded(connection: Connection, repository_id: int) -> pathspec.GitIgnoreSpec:
    """What nobody wants thought about. A pattern that is none excludes nothing, and no others."""
    row = await learning.get(connection, repository_id)
    excluded = pathspec.GitIgnoreSpec.from_lines(())
    for line in row.effective.exclude if row else ():
        with suppress(ValueError):
            excluded += pathspec.GitIgnoreSpec.from_lines([line])
    return excluded


def _worth(wanted: FollowUp, risk: float, record: Record | None, *, seen: bool) -> Worth:
    """What runs of this kind found and took lately counts for more, the more of them there were."""
    limits = THOUGHTS[wanted.thought].LIMITS
    found = min(1.0, record.found / record.runs) if record and record.runs else 0.0
    took = record.cpu_seconds if record else 0.0
    return Worth(
        risk,
        _SEEN_NOVELTY if seen else 1.0,
        smoothed(wanted.expected, found, record),
        smoothed(limits.cpu_seconds / 10, took, record),
    )
