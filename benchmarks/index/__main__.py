"""Speed, memory and storage of an index, beside parsing, copying and another engine in one run.

python -m benchmarks.index [--work FOLDER] [--corpus django] [--runs 3] [--lines 1000000]
                           [--only cold,million,bad]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.index import bad_input, million, peers, storage
from benchmarks.index.usage import Usage, cpu_of_database, machine
from benchmarks.retrieval import corpora
from benchmarks.retrieval.__main__ import interpreter
from benchmarks.retrieval.ponder import checkout
from benchmarks.stores import stores
from core.db.migrate import migrate
from core.settings import Settings

ROOT = Path(__file__).parent.parent.parent
PARTS = ("cold", "million", "bad")
QUESTION = "Where is the timeout of a connection set?"


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed, memory and storage of an index.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--corpus", default="django")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, comma-separated")
    arguments = parser.parse_args()
    arguments.work = arguments.work.absolute()
    for part in arguments.only.split(","):
        {"cold": cold, "million": big, "bad": bad}[part](arguments)


def cold(arguments: argparse.Namespace) -> None:
    """Each round measures all in turn, so that what else the machine does hits them alike."""
    python = interpreter(arguments.work)
    corpora.prepare(arguments.work, python, [arguments.corpus])
    tree = checkout(arguments.work, arguments.corpus)
    paths = subprocess.run(
        ["git", "ls-files", "-z"], cwd=tree, stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    listed = paths.rstrip("\0").split("\0")
    contents = {path: (tree / path).read_bytes() for path in listed}
    size = sum(map(len, contents.values()))
    once = list({content: path for path, content in contents.items()}.values())
    rounds = []
    for _ in range(arguments.runs):
        with _stores() as environment:
            raw = peers.raw_parse(tree, once)
            folder = Path(environment["PONDER_DATA_DIR"])
            before = cpu_of_database(folder)
            ponder = _one(environment, tree)
            ponder["database"] = cpu_of_database(folder) - before
            copied = peers.copy(environment["DATABASE_URL"])
        rounds.append(
            (raw, copied, ponder, peers.tantivy(python, arguments.work, arguments.corpus))
        )
    _show_cold(arguments.corpus, size, min(rounds, key=lambda each: each[2]["answerable"]))
    with _stores() as environment:
        after = _one(environment, tree, "--vectors")
        _show_after(after)
        print(f"\n{storage.shown(storage.tables(environment['DATABASE_URL']), size)}\n")


def _show_cold(
    corpus: str, size: int, best: tuple[Usage, Usage, dict[str, Any], dict[str, float]]
) -> None:
    raw, copied, ponder, tantivy = best
    index, answerable = ponder["index"], ponder["answerable"]
    limit = 3 * (raw.wall + copied.wall)
    spent = index["cpu"] + ponder["database"]
    built = tantivy["chunks"] + tantivy["build"]
    print(f"\n### {corpus}: {size / 1e6:.1f} MB, {ponder['chunks']:,} chunks ({machine()})\n")
    print("| | seconds | processor seconds | MB/s |\n|---|---|---|---|")
    print(f"| tree-sitter alone | {raw.wall:.2f} | {raw.cpu:.2f} | {size / 1e6 / raw.wall:.1f} |")
    print(f"| COPY of the same rows alone | {copied.wall:.2f} | | |")
    print(f"| limit: 3 × both | {limit:.2f} | | |")
    print(f"| tantivy baseline, its chunking included | {built:.2f} | {tantivy['cpu']:.2f} | |")
    print(f"| tantivy baseline, over chunks that are there | {tantivy['build']:.2f} | | |")
    print(f"| **ponder, to answerable** | {answerable:.2f} | | {size / 1e6 / answerable:.1f} |")
    print(f"| with the history of its files | {index['wall']:.2f} | {index['cpu']:.2f} | |")
    print(f"| PostgreSQL meanwhile | | {ponder['database']:.2f} | |")
    print(
        f"\nOf the limit: {answerable / limit:.2f}; of tantivy: {answerable / built:.2f}; "
        f"processor seconds, all of them: {spent / raw.cpu:.2f} times tree-sitter's"
    )


def _show_after(found: dict[str, Any]) -> None:
    """What comes in the background, when questions are answered already."""
    print("\n| after that | seconds | processor seconds |\n|---|---|---|")
    for name in ("links", "vectors"):
        print(f"| {name} | {found[name]['wall']:.2f} | {found[name]['cpu']:.2f} |")


def big(arguments: argparse.Namespace) -> None:
    """First answer, vectors and memory on a big tree."""
    python = interpreter(arguments.work)
    tree = million.tree(arguments.work, corpora.prepare(arguments.work, python), arguments.lines)
    with _stores() as environment:
        found = _one(environment, tree, "--vectors", "--question", QUESTION)
    index, first = found["index"], found["first"]
    print(f"\n### {arguments.lines:,} lines, {found['chunks']:,} chunks ({machine()})\n")
    print("| | seconds | processor seconds | peak MiB |\n|---|---|---|---|")
    for name in ("index", "first", "links", "vectors"):
        each = found[name]
        print(f"| {name} | {each['wall']:.1f} | {each['cpu']:.1f} | {each['peak_mib']:.0f} |")
    print(f"\nTo the first answer: {index['wall'] + first['wall']:.1f} s\n")


def bad(arguments: argparse.Namespace) -> None:
    """Repositories that nobody should have, at their real size."""
    print(f"\n### Bad input ({machine()})\n")
    print("| repository | seconds | peak MiB | files | skipped |\n|---|---|---|---|---|")
    for name, tree in bad_input.repositories(arguments.work / "bad"):
        with _stores() as environment:
            found = _one(environment, tree)
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in found["skipped"].items())
        index = found["index"]
        print(
            f"| {name} | {index['wall']:.1f} | {index['peak_mib']:.0f} | {found['files']:,} | "
            f"{reasons or '–'} |",
            flush=True,
        )


class _stores:
    """Stores of their own, gone with the block; what a program needs to know of them."""

    def __enter__(self) -> dict[str, str]:
        self.folder = Path(tempfile.mkdtemp(prefix="ponder-bench-"))
        self.folder.chmod(0o711)
        data = {"PONDER_DATA_DIR": str(self.folder), "PONDER_SECRET_KEY": "of the benchmark"}
        self.running = stores(Settings.from_environment(data))
        settings = self.running.__enter__()
        asyncio.run(migrate(settings.database_url))
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        urls = {"DATABASE_URL": str(settings.database_url), "REDIS_URL": str(settings.redis_url)}
        return {**kept, **data, **urls}

    def __exit__(self, *_: object) -> None:
        self.running.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)


def _one(environment: dict[str, str], tree: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.index.one", str(tree), *options]
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    main()
