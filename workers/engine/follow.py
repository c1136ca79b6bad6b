"""What follows from a Thought: queued with its worth, as far as chains and queues have room."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pathspec

from core.db import frontier, learning, queued, risks, runs
from core.db.connect import Connection
from core.db.queued import Wanted
from core.db.thoughts import Subject, Thought
from workers.engine.priority import Guess, weighed
from workers.engine.records import Records
from workers.thoughts import THOUGHTS
from workers.thoughts.base import FollowUp

DEEPEST = 6
"""Thoughts in a row that lead to one another."""
MOST_CHILDREN = 40
MOST_QUEUED = 1_000
"""Of one repository: what is worth less is found again, when there is room."""
OF_HEADS = frozenset({"smell_hunt", "hypothesize_bug"})
"""What follows from Thoughts about a pull request's head: it reads, and runs nothing of it."""
_SEEN_NOVELTY = 0.5


async def follow(
    connection: Connection, parent: Thought, wanted: Sequence[FollowUp], records: Records
) -> int:
    """Returns how many were queued, the most promising. Where too many wait by now, those that are
    worth least make room, whoever they are."""
    if parent.depth >= DEEPEST or not wanted:
        return 0
    chosen = await _chosen(connection, parent, wanted)
    if not chosen:
        return 0
    await queued.add_all(connection, parent, await _priced(connection, parent, chosen, records))
    await queued.make_room(connection, parent.repository_id, most=MOST_QUEUED)
    return len(chosen)


async def _chosen(
    connection: Connection, parent: Thought, wanted: Sequence[FollowUp]
) -> list[FollowUp]:
    excluded = await _excluded(connection, parent.repository_id)
    usable = [
        each
        for each in wanted
        if each.thought in (OF_HEADS if parent.about.ref else THOUGHTS)
        and not excluded.match_file(each.subject.path)
    ]
    return sorted(usable, key=lambda each: -each.expected)[:MOST_CHILDREN]


async def _priced(
    connection: Connection, parent: Thought, chosen: Sequence[FollowUp], records: Records
) -> list[Wanted]:
    subjects = [_subject(parent, each) for each in chosen]
    places = [(subject.path, subject.symbol) for subject in subjects]
    keys = [(e.thought, s.key) for e, s in zip(chosen, subjects, strict=True)]
    risk = await risks.of_places(connection, parent.repository_id, places)
    seen = await runs.seen(connection, parent.repository_id, keys)
    costs = await records.of(connection, parent.repository_id)
    votes = await frontier.votes(connection, parent.repository_id)
    made = []
    for each, subject, place, key in zip(chosen, subjects, places, keys, strict=True):
        kind = each.thought
        guess = Guess(each.reason, each.expected, _SEEN_NOVELTY if key in seen else 1.0)
        liked = votes.get(kind, (0, 0))
        likely = costs.of(kind, subject, each.expected)
        worth = weighed(guess, likely, risk.get(place), liked)
        reason = worth.reason(each.reason)
        made.append(Wanted(kind, subject, worth.priority, reason, guess.row(worth)))
    return made


def _subject(parent: Thought, wanted: FollowUp) -> Subject:
    """What follows from a head is about that head."""
    if not parent.about.ref:
        return wanted.subject
    return replace(wanted.subject, after=parent.about.after, ref=parent.about.ref)


async def _excluded(connection: Connection, repository_id: int) -> pathspec.GitIgnoreSpec:
    """What nobody wants thought about. A pattern that is none excludes nothing, and no others."""
    row = await learning.get(connection, repository_id)
    excluded = pathspec.GitIgnoreSpec.from_lines(())
    for line in row.effective.exclude if row else ():
        with suppress(ValueError):
            excluded += pathspec.GitIgnoreSpec.from_lines([line])
    return excluded
