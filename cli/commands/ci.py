"""Take what continuous integration reports: SARIF as findings, JUnit and Cobertura as signals."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from cli import opened
from core.errors import UserError
from core.settings import Settings
from core.words import many

if TYPE_CHECKING:
    from core.db.connect import Connection
    from core.db.repositories import Repository

HELP = "take reports of continuous integration: SARIF, JUnit, Cobertura"
THOUGHT = "ci"
"""What findings of other analysers are kept under: our own never close them."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("reports", metavar="FILE", nargs="+", type=Path, help="a report")
    parser.add_argument("--commit", default="", help="of the reports; the indexed one by default")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    contents = [(path, _read(path)) for path in arguments.reports]
    with stores(opened.settings()) as settings:
        told = asyncio.run(_take(arguments.repo, arguments.commit, contents, settings))
    for line in told:
        print(line)
    return 0


def _read(path: Path) -> bytes:
    from workers.signals import LARGEST

    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UserError(f"'{path}' cannot be read ({error.strerror}); check the path.") from error


async def _take(
    repo: str, commit: str, contents: list[tuple[Path, bytes]], settings: Settings
) -> list[str]:
    from core.db import snapshots

    async with opened.context(settings) as context:
        repository = await opened.connect(context, repo)
        async with context.database.tenant(repository.installation_id) as connection:
            snapshot = await snapshots.current(connection, repository.id)
            if snapshot is None:
                raise UserError("There is no index of this repository yet; run 'ponder index'.")
            at = commit or snapshot.commit_sha
            return [
                f"{path}: {await _stored(connection, repository, at, path, content)}"
                for path, content in contents
            ]


async def _stored(
    connection: Connection, repository: Repository, commit: str, path: Path, content: bytes
) -> str:
    from core.db import findings, signals
    from workers.signals import coverage, reported, shape, tests

    whose = {"installation_id": repository.installation_id, "repository_id": repository.id}
    kind = shape(content)
    if kind is None:
        raise UserError(f"'{path}' is no report of SARIF, JUnit or Cobertura; give one of these.")
    if kind == "sarif":
        found = reported(content)
        await findings.claim(
            connection,
            installation_id=repository.installation_id,
            repository_id=repository.id,
            run_id=None,
            thought=THOUGHT,
            commit=commit,
            claims=found.claims,
        )
        await findings.mark_gone(
            connection,
            repository_id=repository.id,
            thought=THOUGHT,
            tools=found.tools,
            still=[each.fingerprint for each in found.claims],
        )
        return many(len(found.claims), "finding")
    read = tests(content, commit) if kind == "junit" else coverage(content, commit)
    await signals.replace(connection, **whose, signals=read)
    return f"{many(len(read), 'file')} with {read[0].kind if read else 'nothing to say'}"
