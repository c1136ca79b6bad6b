"""Lets the engine think about one package, and notes when it found what, and what it cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.seeded.judge import Judgement, judged
from cli import indexing
from core.db import findings, repositories
from core.db.findings import Finding
from core.db.repositories import Repository
from workers.context import Context
from workers.engine.now import think_now
from workers.engine.think import Engine
from workers.git import discard, mirror_path
from workers.thinking import open_engine


@dataclass(frozen=True)
class Found:
    """`seconds` and `cpu_seconds` are from the first Thought to the end of the run that found it;
    those of the index are not in them."""

    finding: Finding
    judgement: Judgement
    seconds: float
    cpu_seconds: float


@dataclass
class Game:
    """What came of one package. `cpu_seconds` are of all that was thought, this process's too."""

    found: list[Found] = field(default_factory=list)
    proven: list[Finding] = field(default_factory=list)
    suspected: list[Finding] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def right(self) -> Found | None:
        """The first that is right."""
        return next((each for each in self.found if each.judgement == "right"), None)


async def play(
    context: Context,
    checkout: Path,
    clean: Path,
    *,
    seconds: float,
    kinds: Sequence[str] = (),
    known: frozenset[str] = frozenset(),
) -> Game:
    """Think for so many seconds, or until a finding is right. `known` are fingerprints that were
    found on the clean package already."""
    async with context.database.tenant(repositories.LOCAL) as connection:
        repository = await repositories.connect_local(
            connection, name=checkout.name, source=str(checkout)
        )
    report = await indexing.build(context, repository, "", _silent)
    await indexing.link(context, repository, report.snapshot_id, _silent)
    engine = await open_engine(context)
    try:
        return await _played(engine, repository, checkout, clean, seconds, kinds, known)
    finally:
        async with context.database.tenant(repositories.LOCAL) as connection:
            await repositories.mark_removed(connection, repository.id)
            await repositories.delete_removed(connection, repository.id)
        await discard(mirror_path(context.mirrors, repository.id))


async def _played(
    engine: Engine,
    repository: Repository,
    checkout: Path,
    clean: Path,
    seconds: float,
    kinds: Sequence[str],
    known: frozenset[str],
) -> Game:
    game = Game()
    assert engine.sandbox is not None, "there is no sandbox on this machine"
    began, judging, own = time.monotonic(), 0.0, time.process_time()
    seen: set[str] = set(known)
    async for run in think_now(engine, repository, kinds=kinds, seconds=seconds):
        now = time.monotonic()
        game.seconds = now - began - judging
        game.cpu_seconds += run.cpu_seconds + time.process_time() - own
        game.runs.append(f"{run.kind} {run.about.title}: {run.status} {run.seconds:.1f} s; "
                         f"{run.summary or run.problem}")  # fmt: skip
        for each in await _all(engine, repository):
            if each.evidence == "reproduced" and each.fingerprint not in seen:
                seen.add(each.fingerprint)
                judgement = await judged(engine.sandbox, checkout, clean, each.reproducer)
                game.found.append(Found(each, judgement, game.seconds, game.cpu_seconds))
        if game.right and checkout != clean:
            break
        judging += time.monotonic() - now
        own = time.process_time()
    rest = await _all(engine, repository)
    game.proven = [each for each in rest if each.evidence == "proven"]
    game.suspected = [each for each in rest if each.evidence == "suspected"]
    return game


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


async def _all(engine: Engine, repository: Repository) -> list[Finding]:
    async with engine.database.tenant(repositories.LOCAL) as connection:
        return await findings.of_repository(connection, repository.id, limit=10_000)
