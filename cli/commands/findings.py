"""What Thoughts found in a repository, the strongest evidence first."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from cli import opened, sarif
from core.settings import Settings

if TYPE_CHECKING:
    from core.db.findings import Finding

HELP = "show what was found in a repository, the strongest evidence first"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON document")
    shape.add_argument("--sarif", action="store_true", help="print a SARIF 2.1.0 document")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    with stores(opened.settings()) as settings:
        commit, found = asyncio.run(_found(arguments.repo, settings))
    if arguments.sarif:
        print(json.dumps(sarif.document(commit, found), ensure_ascii=False))
        return 0
    if arguments.json:
        document = {"commit": commit, "findings": [_document(each) for each in found]}
        print(json.dumps(document, ensure_ascii=False))
        return 0
    for each in (finding for finding in found if finding.state == "open"):
        print(f"{each.evidence} · {each.severity} · {each.path}:{each.start_line} · {each.message}")
    return 0


async def _found(repo: str, settings: Settings) -> tuple[str, list[Finding]]:
    from core.db import findings, snapshots

    async with opened.context(settings) as context:
        repository = await opened.connect(context, repo)
        async with context.database.tenant(repository.installation_id) as connection:
            snapshot = await snapshots.current(connection, repository.id)
            found = await findings.of_repository(connection, repository.id, limit=10_000)
    return (snapshot.commit_sha if snapshot else ""), found


def _document(finding: Finding) -> dict[str, Any]:
    names = (
        "fingerprint thought rule severity evidence state path start_line end_line symbol message "
        "reproducer artifacts"
    ).split()
    return {name: getattr(finding, name) for name in names}
