"""Lets the engine think about one package, and notes when it found what, and what it cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.seeded.game import Found, Game
from benchmarks.seeded.judge import Judgement, judged
from benchmarks.seeded.orders import ORDERS
from cli import indexing
from core.db import findings, repositories
from core.db.findings import Finding
from core.db.repositories import Repository
from core.db.runs import Run
from workers.context import Context
from workers.engine.think import Engine
from workers.git import discard, mirror_path
from workers.thinking import open_engine


async def play(
    context: Context,
    game: Game,
    checkout: Path,
    clean: Path,
    *,
    kinds: Sequence[str] = (),
    known: frozenset[str] = frozenset(),
) -> None:
    """Think for as long as the game may last, or until a finding is right. `known` are fingerprints
    that were found on the clean package already."""
    async with context.database.tenant(repositories.LOCAL) as connection:
        repository = await repositories.connect_local(
            connection, name=checkout.name, source=str(checkout)
        )
    report = await indexing.build(context, repository, "", _silent)
    await indexing.link(context, repository, report.snapshot_id, _silent)
    engine = await open_engine(context)
    try:
        await _played(engine, repository, game, checkout, clean, kinds, set(known))
    finally:
        async with context.database.tenant(repositories.LOCAL) as connection:
            await repositories.mark_removed(connection, repository.id)
            await repositories.delete_removed(connection, repository.id)
        await discard(mirror_path(context.mirrors, repository.id))


async def _played(
    engine: Engine,
    repository: Repository,
    game: Game,
    checkout: Path,
    clean: Path,
    kinds: Sequence[str],
    seen: set[str],
) -> None:
    assert engine.sandbox is not None, "there is no sandbox on this machine"
    began, judging, own = time.monotonic(), 0.0, time.process_time()
    thinking = ORDERS[game.order](engine, repository, kinds=kinds, seconds=game.limit)
    async for run in thinking:
        now = time.monotonic()
        game.seconds = now - began - judging
        game.cpu_seconds += run.cpu_seconds + time.process_time() - own
        game.runs.append(_told(run))
        for each in await _all(engine, repository):
            if each.evidence == "reproduced" and each.fingerprint not in seen:
                seen.add(each.fingerprint)
                judgement = await judged(engine.sandbox, checkout, clean, each.reproducer)
                game.found.append(_found(each, judgement, game))
        if (
            game.right and checkout != clean and not game.whole
        ) or game.cpu_seconds >= game.cpu_limit:
            break
        judging += time.monotonic() - now
        own = time.process_time()
    await _said(engine, repository, game)


def _told(run: Run) -> str:
    return (
        f"{run.kind} {run.about.title}: {run.status} {run.seconds:.1f} s, "
        f"{run.cpu_seconds:.1f} CPU s; {run.summary or run.problem}"
    )


def _found(finding: Finding, judgement: Judgement, game: Game) -> Found:
    place = f"{finding.path}:{finding.start_line}-{finding.end_line}"
    return Found(
        judgement,
        game.seconds,
        game.cpu_seconds,
        *(finding.fingerprint, finding.thought, finding.rule, place, finding.message),
        finding.reproducer,
    )


async def _said(engine: Engine, repository: Repository, game: Game) -> None:
    """What is not called reproduced."""
    for each in await _all(engine, repository):
        told = f"{each.severity} {each.rule} {each.path}:{each.start_line} {each.message}"
        if each.evidence == "proven":
            game.proven.append(told)
            game.loud += each.severity != "low"
        elif each.evidence == "suspected":
            game.suspected.append(told)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


async def _all(engine: Engine, repository: Repository) -> list[Finding]:
    async with engine.database.tenant(repositories.LOCAL) as connection:
        return await findings.of_repository(connection, repository.id, limit=10_000)
