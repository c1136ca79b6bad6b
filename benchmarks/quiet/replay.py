"""The whole engine at one state of a repository after another, and what it says aloud at each."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.stores import stores
from cli import indexing
from core import log
from core.db import findings, learning, repositories
from core.db.findings import Finding
from core.db.migrate import migrate
from core.db.repositories import Repository
from core.settings import Settings
from workers.context import Context, open_context
from workers.engine.now import think_now
from workers.engine.think import Engine
from workers.engine.upkeep import Upkeep
from workers.thinking import open_engine

ROOT = Path(__file__).parent.parent.parent
_PATIENCE = 12
"""Seconds of a clock for each of a processor: a machine that is shared, and Thoughts that wait."""


@dataclass(slots=True)
class State:
    """`loud` is what was said at it for the first time, and would be reported; `quiet` counts what
    else was. `counts` is false for where a history begins, and for what was mended later."""

    name: str
    version: str
    counts: bool = True
    note: str = ""
    runs: list[str] = field(default_factory=list)
    loud: list[dict[str, str | None]] = field(default_factory=list)
    quiet: int = 0
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it is kept in `notes`, a line a state."""

    context: Context
    engine: Engine
    notes: Path

    async def state(self, state: State, checkout: Path, cpu_seconds: float) -> None:
        """Think about a checkout's commit until so much of a processor is spent, and note what is
        said aloud that no earlier state of its name had."""
        known = {
            told["fingerprint"]
            for each in noted(self.notes)
            if each.name == state.name
            for told in each.loud
        }
        repository = await self._pushed(checkout)
        await self._think(state, repository, cpu_seconds)
        said = [each for each in await self._all(repository) if each.state == "open"]
        loud = [each for each in said if each.evidence != "suspected" and each.severity != "low"]
        state.loud = [_shown(each) for each in loud if each.fingerprint not in known]
        state.quiet = len(said) - len(loud)
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(state), ensure_ascii=False) + "\n")
        _print(state)

    async def _pushed(self, checkout: Path) -> Repository:
        """The checkout's commit, indexed, with Continual Learning on, so that the engine follows
        it."""
        async with self.context.database.tenant(repositories.LOCAL) as connection:
            repository = await repositories.connect_local(
                connection, name=checkout.name, source=str(checkout)
            )
        report = await indexing.build(self.context, repository, "", _silent)
        await indexing.link(self.context, repository, report.snapshot_id, _silent)
        async with self.context.database.tenant(repositories.LOCAL) as connection:
            await learning.begin(connection, repository)
        await Upkeep(self.engine).look()
        return repository

    async def _think(self, state: State, repository: Repository, cpu_seconds: float) -> None:
        """Analysers first, so that a small budget is not over before they had their turn."""
        for kinds in (("smell_hunt",), ()):
            seconds = cpu_seconds * _PATIENCE
            ended = think_now(self.engine, repository, kinds=kinds, seconds=seconds)
            async with aclosing(ended):
                async for run in ended:
                    said = run.summary or run.problem
                    state.runs.append(f"{run.kind} {run.about.title}: {run.status} {said}")
                    state.cpu_seconds += run.cpu_seconds
                    if state.cpu_seconds >= cpu_seconds:
                        return

    async def _all(self, repository: Repository) -> list[Finding]:
        async with self.engine.database.tenant(repositories.LOCAL) as connection:
            return await findings.of_repository(connection, repository.id, limit=10_000)


def play(notes: Path, history: Callable[[Replay], Awaitable[None]]) -> None:
    """Replay a history with stores of its own, and print what all that was noted comes to."""
    notes.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            asyncio.run(_played(settings, notes, history))
    tell(list(noted(notes)))


async def _played(
    settings: Settings, notes: Path, history: Callable[[Replay], Awaitable[None]]
) -> None:
    log.configure(level=logging.CRITICAL)
    await migrate(settings.database_url)
    async with open_context(settings) as context:
        await history(Replay(context, await open_engine(context), notes))


def noted(path: Path) -> Iterator[State]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        yield State(**json.loads(line))


def tell(states: Sequence[State]) -> None:
    """A table of what counts: `loud` a state is what the goal speaks of."""
    print("\n| history | states | reproduced | proven, medium or higher | other | a state |")
    print("|---|---|---|---|---|---|")
    counted = [state for state in states if state.counts]
    names = list(dict.fromkeys(state.name for state in counted))
    for name, wanted in [*((name, {name}) for name in names), ("together", set(names))]:
        chosen = [state for state in counted if state.name in wanted]
        loud = [each["evidence"] for state in chosen for each in state.loud]
        others = max((state.quiet for state in chosen), default=0)
        print(
            f"| {name} | {len(chosen)} | {loud.count('reproduced')} | {loud.count('proven')} "
            f"| {others} | {len(loud) / max(len(chosen), 1):.2f} |"
        )


def _shown(each: Finding) -> dict[str, str | None]:
    return {
        "fingerprint": each.fingerprint,
        "evidence": each.evidence,
        "severity": each.severity,
        "thought": each.thought,
        "rule": each.rule,
        "place": f"{each.path}:{each.start_line}",
        "message": each.message,
        "reproducer": each.reproducer,
    }


def _print(state: State) -> None:
    aside = "" if state.counts else f" (does not count: {state.note})"
    print(
        f"{state.name} {state.version}{aside}: {len(state.loud)} loud, {len(state.runs)} runs, "
        f"{state.cpu_seconds:.0f} s of a processor"
    )
    for told in state.loud:
        print(f"  {told['evidence']} {told['rule']} {told['place']} {told['message']}")
    sys.stdout.flush()


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
