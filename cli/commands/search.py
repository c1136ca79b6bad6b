"""Find the places in a repository that a question is about, best first.

A batch is of questions, and takes them as they stand: what looks like an operator is text there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cli import opened
from cli.progress import shown
from core.errors import UserError
from core.settings import Settings

if TYPE_CHECKING:
    from core.db.snapshots import Snapshot
    from workers.context import Context
    from workers.progress import Progress
    from workers.search import Result

HELP = "find the places that a question is about, best first"
QUERY_HELP = (
    'words, a name or a question; also path:, lang:, symbol:, "an exact phrase", '
    "/a regular expression/ and @ref; with '-' before it, a condition leaves out"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo", metavar="REPO", help="a path, a git URL or owner/name")
    parser.add_argument("query", metavar="QUERY", nargs="?", help=QUERY_HELP)
    parser.add_argument("--ref", default="", help="another branch, tag or commit")
    parser.add_argument("--limit", type=_positive, help="how many results (20; in a batch 50)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--queries", type=Path, metavar="IN.jsonl", help='lines of {"qid","query"}')
    parser.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where their results go")
    parser.set_defaults(usage_error=parser.error)


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of results; give 1 or more")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    from cli.stores import stores

    batch = arguments.queries is not None
    if batch != (arguments.out is not None) or batch == (arguments.query is not None):
        arguments.usage_error("give either QUERY, or both --queries and --out")
    queries = _read(arguments.queries) if batch else []
    if batch:
        # Hours may pass before there are results; what is there stays until then.
        _write(arguments.out, "", mode="a")
    with stores(opened.settings()) as settings:
        if batch:
            asyncio.run(_batch(arguments, queries, settings))
        else:
            asyncio.run(_one(arguments, settings))
    return 0


async def _one(arguments: argparse.Namespace, settings: Settings) -> None:
    from cli import places

    async with opened.context(settings) as context:
        with shown() as progress:
            result = await _found(arguments, context, progress)
    if arguments.json:
        print(json.dumps(_document(result), ensure_ascii=False))
    else:
        places.show(result)


async def _found(arguments: argparse.Namespace, context: Context, progress: Progress) -> Result:
    from cli import indexing
    from workers.git import mirror_path
    from workers.retrieve.facets import Chosen
    from workers.search import Search

    repository = await opened.connect(context, arguments.repo)

    async def snapshot_of(ref: str) -> Snapshot:
        return await indexing.current(context, repository, ref, progress)

    mirror = mirror_path(context.mirrors, repository.id)
    search = Search(context.database, context.searcher, mirror, snapshot_of)
    limit = arguments.limit or 20
    return await search.run(arguments.query, ref=arguments.ref, limit=limit, chosen=Chosen())


def _document(result: Result) -> dict[str, Any]:
    from workers.retrieve.extent import last_shown

    return {
        "commit": result.snapshot.commit_sha,
        "results": [
            {
                "path": each.place.path,
                "start_line": each.place.start_line,
                "end_line": last_shown(each.place.start_line, each.place.end_line),
                "symbol": each.place.symbol,
                "score": round(each.place.score, 6),
            }
            for each in result.shown
        ],
        "seconds": round(result.seconds, 4),
    }


async def _snapshot(
    arguments: argparse.Namespace, context: Context, progress: Progress
) -> Snapshot:
    from cli import indexing

    repository = await opened.connect(context, arguments.repo)
    return await indexing.current(context, repository, arguments.ref, progress)


async def _batch(
    arguments: argparse.Namespace, queries: Sequence[dict[str, Any]], settings: Settings
) -> None:
    async with opened.context(settings) as context:
        with shown() as progress:
            snapshot = await _snapshot(arguments, context, progress)
            lines = []
            for number, query in enumerate(queries):
                progress("search", number, len(queries))
                lines.append(await _answered(context, snapshot, query, arguments.limit or 50))
            progress("search", len(queries), len(queries))
    _write(arguments.out, "".join(f"{line}\n" for line in lines))
    if arguments.json:
        print(json.dumps({"commit": snapshot.commit_sha, "queries": len(lines)}))


def _write(out: Path, text: str, *, mode: Literal["a", "w"] = "w") -> None:
    try:
        with out.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.") from error


async def _answered(context: Context, snapshot: Snapshot, query: dict[str, Any], limit: int) -> str:
    from workers.retrieve.extent import last_shown

    began = time.monotonic()
    hits = await context.searcher.search(snapshot, query["query"], limit=limit)
    milliseconds = (time.monotonic() - began) * 1000
    results = [
        {
            "path": hit.path,
            "start": hit.start_line,
            "end": last_shown(hit.start_line, hit.end_line),
            "score": hit.score,
        }
        for hit in hits
    ]
    document = {"qid": query["qid"], "ms": round(milliseconds, 2), "results": results}
    return json.dumps(document, ensure_ascii=False)


def _read(path: Path) -> list[dict[str, Any]]:
    """Raise UserError that names the first line which is no query."""
    try:
        # Not splitlines: JSON may hold other characters that end a line of prose.
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} cannot be read: it is not UTF-8 text.") from error
    return [
        _query(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()
    ]


def _query(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        query = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        query = None
    if not isinstance(query, dict) or not isinstance(query.get("query"), str) or "qid" not in query:
        raise UserError(f'Line {number} of {path} is not of the form {{"qid": …, "query": "…"}}.')
    return query
