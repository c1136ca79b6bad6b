"""Index a repository, or what changed in it since."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from cli import opened
from cli.progress import shown
from core.settings import Settings

if TYPE_CHECKING:
    from workers.index.build import Report

HELP = "index a repository, or what changed in it since"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("--ref", default="", help="another branch, tag or commit")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    with stores(opened.settings()) as settings:
        report, problem = asyncio.run(_index(arguments.repo, arguments.ref, settings))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        print(summary(report))
    if report.notice:
        print(report.notice, file=sys.stderr)
    if report.uncommitted:
        print("Uncommitted changes are not indexed; commit them first.", file=sys.stderr)
    if problem:
        print(f"ponder: {problem}", file=sys.stderr)
    return 1 if problem else 0


async def _index(repo: str, ref: str, settings: Settings) -> tuple[Report, str]:
    """What was indexed, and what could not be done about its vectors."""
    from cli import indexing

    async with opened.context(settings) as context:
        repository = await opened.connect(context, repo)
        with shown() as progress:
            report = await indexing.build(context, repository, ref, progress)
            await indexing.link(context, repository, report.snapshot_id, progress)
            problem = "" if ref else await indexing.embed(context, repository, progress)
    return report, problem


def summary(report: Report) -> str:
    """One paragraph for people."""
    files = "1 file" if report.files == 1 else f"{report.files:,} files"
    lines = [
        f"{report.repository} at {report.commit[:9]}: {files}, "
        f"{report.chunks:,} chunks, {report.symbols:,} symbols; "
        f"{report.blobs_new:,} new in {report.seconds:.1f} s."
    ]
    if report.skipped:
        reasons = sorted(report.skipped.items(), key=lambda item: -item[1])
        lines.append("Skipped: " + ", ".join(f"{count:,} {name}" for name, count in reasons) + ".")
    return "\n".join(lines)
