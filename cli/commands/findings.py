"""What Thoughts found in a repository, the strongest evidence first."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli import opened, sarif
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from core.db.findings import Finding

HELP = "show what was found in a repository, the strongest evidence first"
_FIELDS = (
    "fingerprint thought rule severity evidence state path start_line end_line symbol message "
    "reproducer artifacts"
).split()
_SAME = "fingerprint thought rule evidence path start_line end_line message reproducer".split()
_MORE = "explanation patch patch_state checks".split()
_SHORTEST = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("--all", action="store_true", help="suspicions of low severity too")
    parser.add_argument(
        "--finding",
        metavar="FINGERPRINT",
        help="all about one: why, the test that fails, the patch, what was checked",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON document")
    shape.add_argument("--sarif", action="store_true", help="print a SARIF 2.1.0 document")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    with stores(opened.settings()) as settings:
        commit, found = asyncio.run(_found(arguments.repo, settings))
    every = found
    found = [each for each in every if not each.cause]
    if arguments.finding:
        found = [_one(every, arguments.finding)]
    if arguments.sarif:
        print(json.dumps(sarif.document(commit, found), ensure_ascii=False))
    elif arguments.json:
        names = [*_FIELDS, *(_MORE if arguments.finding else ())]
        listed = [_document(each, names, every) for each in found]
        document = {"commit": commit, "findings": listed}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _tell(arguments, commit, found, every)
    return 0


def _tell(
    arguments: argparse.Namespace, commit: str, found: Sequence[Finding], every: Sequence[Finding]
) -> None:
    from cli import found as shown

    if not commit:
        raise UserError(
            f"Nobody thought about {arguments.repo} yet; run 'ponder think {arguments.repo}'."
        )
    if arguments.finding:
        shown.whole(found[0], _same(found[0], every))
    else:
        shown.listed(arguments.repo, commit, found, everything=arguments.all)


def _one(found: Sequence[Finding], named: str) -> Finding:
    """By its fingerprint, or so much of it that no other begins so. Raise UserError."""
    fitting = [each for each in found if each.fingerprint.startswith(named)]
    if len(named) < _SHORTEST or not fitting:
        raise UserError(f"There is no finding '{named}'; 'ponder findings REPO --all' lists them.")
    if len(fitting) > 1:
        raise UserError(f"{len(fitting)} findings begin with '{named}'; give more of it.")
    return fitting[0]


async def _found(repo: str, settings: Settings) -> tuple[str, list[Finding]]:
    from core.db import findings, snapshots

    async with opened.context(settings) as context:
        repository = await opened.connect(context, repo)
        async with context.database.tenant(repository.installation_id) as connection:
            snapshot = await snapshots.current(connection, repository.id)
            found = await findings.of_repository(
                connection, repository.id, limit=10_000, whole=True
            )
    return (snapshot.commit_sha if snapshot else ""), found


def _document(finding: Finding, names: Sequence[str], every: Sequence[Finding]) -> dict[str, Any]:
    """What else shows the same bug is told with it."""
    same = [{name: getattr(each, name) for name in _SAME} for each in _same(finding, every)]
    return {name: getattr(finding, name) for name in names} | {"same_cause": same}


def _same(finding: Finding, every: Sequence[Finding]) -> list[Finding]:
    return [each for each in every if each.cause == finding.fingerprint and each.state != "fixed"]
