"""python -m benchmarks.broken [--seeded N] [--clean N] [--seed S] CLONE…

Clones have their history. Of each, N small bugs are seeded in its newest commit, each as a change
of its own, and the N newest commits of code are taken as they are. What tests say of each change is
noted at once in `--work`/broken.jsonl.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.broken.changes import Made, commits, seeded
from cli import indexing
from cli.stores import stores
from core import log
from core.db import repositories, snapshots
from core.db.migrate import migrate
from core.settings import Settings
from workers import git
from workers.context import Context, open_context
from workers.engine.checkouts import Checkouts
from workers.review.analyse import Diff
from workers.review.testing import Testing
from workers.runners import RUNNERS
from workers.runners.base import Wanted
from workers.sandbox import Sandbox, open_sandbox
from workers.thoughts.reader import Reader

ROOT = Path(__file__).parent.parent.parent
_SUITE_SECONDS = 120.0


@dataclass(slots=True)
class Note:
    """`seen` counts the tests of the whole suite that fail with a seeded bug and not without it,
    `told` are places and messages, `right` whether one of them is the line of the bug."""

    name: str
    change: str
    kind: str
    line: str = ""
    seen: int = 0
    told: list[str] = field(default_factory=list)
    right: bool = False
    said: str = ""
    seconds: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broken")
    parser.add_argument("clones", nargs="+", type=Path, metavar="CLONE")
    parser.add_argument("--seeded", type=int, default=10)
    parser.add_argument("--clean", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "broken")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ponder-bench-") as folder:
        environment = {"PONDER_DATA_DIR": folder, "PONDER_SECRET_KEY": "a key of this run alone"}
        with stores(Settings.from_environment(environment), durable=False) as settings:
            asyncio.run(_all(settings, given))
    tell(given.work / "broken.jsonl")


async def _all(settings: Settings, given: argparse.Namespace) -> None:
    log.configure(level=logging.CRITICAL)
    await migrate(settings.database_url)
    sandbox = await open_sandbox(settings.data_dir / "scratch")
    assert sandbox is not None
    until = time.monotonic() + given.minutes * 60
    async with open_context(settings) as context:
        for clone in given.clones:
            folder = settings.data_dir / "clones" / _name(clone)
            made = [
                *seeded(clone, folder, given.seeded, given.seed),
                *commits(clone, folder, given.clean),
            ]
            for change in made:
                if time.monotonic() < until:
                    note = await _one(context, sandbox, folder, change)
                    note.name = _name(clone)
                    with (given.work / "broken.jsonl").open("a") as file:
                        file.write(json.dumps(asdict(note)) + "\n")
                    print(f"{note.name} {note.change} {note.said} {note.told}", flush=True)


async def _one(context: Context, sandbox: Sandbox, folder: Path, change: Made) -> Note:
    change.checkout()
    async with context.database.tenant(repositories.LOCAL) as connection:
        repository = await repositories.connect_local(
            connection, name=folder.name, source=str(folder)
        )
    report = await indexing.build(context, repository, "", lambda *_: None)
    await indexing.link(context, repository, report.snapshot_id, lambda *_: None)
    async with context.database.tenant(repositories.LOCAL) as connection:
        snapshot = await snapshots.get(connection, report.snapshot_id)
    assert snapshot is not None
    mirror = git.mirror_path(context.mirrors, repository.id)
    checkouts = Checkouts(context.checkouts)
    head = await checkouts.code(mirror, repository.id, snapshot.commit_sha)
    base = await checkouts.code(mirror, repository.id, change.base)
    reader = Reader(context.database, context.searcher, repository, snapshot, mirror, head)
    diff = Diff(mirror, repository.id, change.base, snapshot.commit_sha)
    began = time.monotonic()
    testing = Testing(reader, sandbox, diff, base, git.shown(mirror, diff.base, diff.head))
    found = await testing.tests()
    note = Note("", change.name, change.kind, seconds=time.monotonic() - began, said=found.told)
    note.told = [f"{c.path}:{c.start_line} {c.rule} {c.message}" for c in found.judged.claims]
    if change.kind == "seeded":
        note.line = f"{change.path}:{change.line}"
        note.right = any(
            (c.path, c.start_line) == (change.path, change.line) for c in found.judged.claims
        )
        note.seen = await _seen(sandbox, head, base, [f.path for f in await reader.files()])
    return note


async def _seen(sandbox: Sandbox, head: Path, base: Path, paths: list[str]) -> int:
    """How many tests of the whole suite fail with it and pass without it."""
    found = 0
    for runner in RUNNERS.values():
        ended = []
        for code in (base, head):
            suite = runner.suite(code, paths)
            if suite is None or not suite.targets:
                break
            async with sandbox.workspace(code) as workspace:
                ended.append(await runner.run(workspace, suite, Wanted(_SUITE_SECONDS)))
        if len(ended) == 2:
            passed = {each.id for each in ended[0].of("passed")}
            found += len(passed & {each.id for each in ended[1].of("failed")})
            found += len(ended[1].uncollected.keys() - ended[0].uncollected.keys())
    return found


def _name(clone: Path) -> str:
    named = clone.parent if clone.name in ("repo", ".git") else clone
    return named.name.rpartition("+")[2].removesuffix(".git")


def noted(path: Path) -> Iterator[Note]:
    for line in path.read_text().splitlines():
        yield Note(**json.loads(line))


def tell(path: Path) -> None:
    notes = list(noted(path))
    print("\n| repository | bugs that tests see | told | at the line | s | clean | told of |")
    print("|---|---|---|---|---|---|---|")
    for name in [*dict.fromkeys(each.name for each in notes), ""]:
        mine = [each for each in notes if name in ("", each.name)]
        bugs = [each for each in mine if each.kind == "seeded" and each.seen]
        clean = [each for each in mine if each.kind == "clean"]
        took = sorted(each.seconds for each in bugs)
        median = f"{took[len(took) // 2]:.0f}" if took else ""
        print(
            f"| {name or 'together'} | {len(bugs)} | {sum(bool(b.told) for b in bugs)} "
            f"| {sum(b.right for b in bugs)} | {median} | {len(clean)} "
            f"| {sum(bool(c.told) for c in clean)} |"
        )


if __name__ == "__main__":
    main()
