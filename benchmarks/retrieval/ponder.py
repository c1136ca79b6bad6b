"""Ponder's own run: each corpus as a git repository, through the commands that people use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.retrieval.corpora import queries_of

SYSTEM = "ponder"
WITH_ENDPOINT = "ponder-minilm"
_GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org")


def run(
    work: Path, corpus: str, *, system: str = SYSTEM, settings: Mapping[str, str] | None = None
) -> None:
    """Write WORK/runs/<system>/<corpus>.jsonl. Index seconds are wall time until every chunk has
    its vector, the start of the program and of the stores included."""
    set_up = {"PONDER_DATA_DIR": str(stores_of(work, system)), **(settings or {})}
    repository = checkout(work, corpus)
    questions = work / "questions" / f"{corpus}.jsonl"
    questions.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"qid": query["qid"], "query": query["query"]} for query in queries_of(corpus)]
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    target = work / "runs" / system / f"{corpus}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    _ponder(set_up, "index", str(repository), "--json")
    seconds = time.monotonic() - began
    batch = ("--queries", str(questions), "--out", str(target), "--limit", "50")
    _ponder(set_up, "search", str(repository), *batch)
    meta = json.dumps({"meta": {"corpus": corpus, "index_seconds": round(seconds, 2)}})
    target.write_text(f"{meta}\n{target.read_text(encoding='utf-8')}", encoding="utf-8")


def checkout(work: Path, corpus: str) -> Path:
    """A repository with the files that belong to the corpus, in one commit."""
    source, target = work / "corpora" / corpus, work / "checkouts" / corpus
    shutil.rmtree(target, ignore_errors=True)
    for path in (source / "files.txt").read_text(encoding="utf-8").splitlines():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "tree" / path, target / path)
    for arguments in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "-m", corpus)):
        subprocess.run([*_GIT, *arguments], cwd=target, check=True)
    return target


def stores_of(work: Path, system: str) -> Path:
    """Of its own, so that none finds what another indexed."""
    stores = work / ("stores" if system == SYSTEM else f"stores-{system}")
    stores.mkdir(parents=True, exist_ok=True)
    return stores


def _ponder(settings: Mapping[str, str], *arguments: str) -> None:
    """With no settings but these: no model, unless they name one."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, **settings}
    command = [sys.executable, "-m", "cli.main", *arguments]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
