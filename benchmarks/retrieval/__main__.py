"""Retrieval quality: Ponder beside the baselines, on the same questions in one run.

python -m benchmarks.retrieval [--work FOLDER] [--only flask,arq] [--skip-baselines] [--scores]
                               [--endpoint]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.retrieval import corpora, endpoint, ponder
from benchmarks.retrieval.score import (
    NEWCOMER,
    TYPES,
    Scored,
    all_queries,
    brief,
    overlaps,
    score,
    table,
)

ROOT = Path(__file__).parent.parent.parent
FIRST = 3


def main() -> None:
    parser = argparse.ArgumentParser(description="Retrieval quality, beside the baselines.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="corpora, comma-separated")
    parser.add_argument("--skip-baselines", action="store_true", help="keep their runs as they are")
    parser.add_argument("--scores", action="store_true", help="score the runs that are there")
    parser.add_argument("--endpoint", action="store_true", help="also with an embedding model")
    arguments = parser.parse_args()
    work: Path = arguments.work.absolute()
    wanted = [name for name in arguments.only.split(",") if name]
    if not arguments.scores:
        _run(work, wanted, baselines=not arguments.skip_baselines)
    if arguments.endpoint:
        _run_with_endpoint(work, wanted)
    _show(work, wanted)


def _run(work: Path, wanted: list[str], *, baselines: bool) -> None:
    # Stores of an earlier run know its corpora already: an index would take no time.
    shutil.rmtree(work / "stores", ignore_errors=True)
    python = interpreter(work)
    there = corpora.prepare(work, python, wanted)
    for corpus in there:
        print(f"{corpus} {ponder.SYSTEM}", file=sys.stderr, flush=True)
        ponder.run(work, corpus)
    if baselines:
        arguments = ["-m", "benchmarks.retrieval.baselines", str(work), *there]
        command = [str(python), *arguments]
        subprocess.run(command, cwd=ROOT, check=True)


def _run_with_endpoint(work: Path, wanted: list[str]) -> None:
    shutil.rmtree(ponder.stores_of(work, ponder.WITH_ENDPOINT), ignore_errors=True)
    there = corpora.prepare(work, interpreter(work), wanted)
    python = interpreter(work, "endpoint-environment", "endpoint.txt")
    with endpoint.serving(python) as settings:
        for corpus in there:
            print(f"{corpus} {ponder.WITH_ENDPOINT}", file=sys.stderr, flush=True)
            ponder.run(work, corpus, system=ponder.WITH_ENDPOINT, settings=settings)


def interpreter(
    work: Path, name: str = "environment", requirements: str = "requirements.txt"
) -> Path:
    """Of the environment that the baselines, or the embedding model, have to themselves."""
    folder = work / name
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = Path(__file__).with_name(requirements)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        (folder / "complete").touch()
    return python


def _show(work: Path, wanted: list[str]) -> None:
    queries = {
        qid: query
        for qid, query in all_queries().items()
        if not wanted or query["corpus"] in wanted
    }
    runs = sorted(path for path in (work / "runs").iterdir() if any(path.iterdir()))
    scored = {run.name: score(run, queries) for run in runs}
    scored = {name: each for name, each in scored.items() if each.groups}
    for group in TYPES:
        if any(group in each.groups for each in scored.values()):
            print(table({n: s for n, s in scored.items() if group in s.groups}, group), end="\n\n")
    _show_kinds(scored)
    _show_first(work)


def _show_kinds(scored: dict[str, Scored]) -> None:
    """Of systems that were asked questions of every kind."""
    asked = {n: s for n, s in scored.items() if all(group in s.groups for group in NEWCOMER)}
    if asked:
        print(brief(asked, NEWCOMER), end="\n\n")


def _show_first(work: Path) -> None:
    """How often a right place is among the first three, for the questions about django."""
    run = work / "runs" / ponder.SYSTEM / "django.jsonl"
    if not run.exists():
        return
    answered = {row["qid"]: row["results"] for row in corpora.read_lines(run) if "qid" in row}
    asked = [query for query in corpora.queries_of("django") if query["type"] == "question"]
    found = sum(
        any(
            overlaps(result, answer)
            for result in answered.get(query["qid"], [])[:FIRST]
            for answer in query["gold"]
            if answer.get("start")
        )
        for query in asked
    )
    print(f"django: a right place among the first {FIRST} for {found} of {len(asked)} questions")


if __name__ == "__main__":
    main()
