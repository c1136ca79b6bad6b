"""Speed: questions, pushes, pull requests, answers and tenants, and how cost grows.

python -m benchmarks.query [--work FOLDER] [--only questions,pushes] [--million] [--small]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.query.growth import growth
from benchmarks.query.stage import questions, table
from benchmarks.retrieval import corpora

ROOT = Path(__file__).parent.parent.parent
SIZES = (10_000, 100_000)
MILLION = 1_000_000
SMALL = (1_000, 3_000)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed, and how cost grows.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "query")
    parser.add_argument("--only", default="", help=", ".join(PARTS))
    parser.add_argument("--million", action="store_true", help="a million chunks as well")
    parser.add_argument("--small", action="store_true", help="a minute, to see that it runs")
    arguments = parser.parse_args()
    work: Path = arguments.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    sizes = SMALL if arguments.small else (*SIZES, *((MILLION,) if arguments.million else ()))
    python = _interpreter(work)
    corpora.prepare(work, python)
    wanted = [name for name in arguments.only.split(",") if name] or list(PARTS)
    for name, measured in PARTS.items():
        if name in wanted:
            print(f"## {name}\n\n{measured(work, sizes)}\n", flush=True)


def _questions(work: Path, sizes: tuple[int, ...]) -> str:
    found = [_scale(work, size) for size in sizes]
    rows = [
        (made["chunks"], called, made[name]["p50"], made[name]["p95"])
        for made in found
        for name, called in _CALLED.items()
    ]
    shown = table(("chunks", "who", "p50 ms", "p95 ms"), rows)
    return f"{shown}\n\n## growth\n\n{growth(found)}"


_CALLED = {
    "query": "Ponder, all stages",
    "processor": "… its processor time",
    "tantivy": "tantivy alone",
    "pgvector": "pgvector (HNSW, 400 nearest) alone",
}


def _scale(work: Path, size: int) -> dict[str, Any]:
    made = _run("benchmarks.query.scale", work, size)
    asked = work / "questions.jsonl"
    asked.write_text("".join(f"{json.dumps(each)}\n" for each in questions(200)), encoding="utf-8")
    chunks = work / "chunks" / f"{size}.jsonl"
    python = _interpreter(work)
    made["tantivy"] = _run("benchmarks.query.tantivy_alone", chunks, asked, python=python)
    return made


def _pushes(work: Path, sizes: tuple[int, ...]) -> str:
    chunks, pushes = (50_000, 100) if MILLION // 10 in sizes else (sizes[-1], 10)
    made = _run("benchmarks.query.freshness", work, chunks, pushes)
    rows = [
        ("delivery → the new snapshot is visible", made["visible"]["p50"], made["visible"]["p95"]),
        ("delivery → a question found the new code", made["answered"]["p50"],
         made["answered"]["p95"]),
        ("… of the last tenth of the pushes", made["last_tenth"]["p50"],
         made["last_tenth"]["p95"]),
    ]  # fmt: skip
    counted = (
        f"{made['pushes']} pushes changed {made['contents_changed']} contents. Unchanged contents "
        f"parsed again: {made['parsed_again']}; unchanged chunks embedded again: "
        f"{made['embedded_again']}."
    )
    return f"{table(('milliseconds', 'p50', 'p95'), rows)}\n\n{counted}"


def _pulls(work: Path, sizes: tuple[int, ...]) -> str:
    chunks, pulls = (50_000, 1000) if MILLION // 10 in sizes else (sizes[-1], 20)
    made = _run("benchmarks.query.pulls", work, chunks, pulls)
    rows = [
        ("open pull requests", made["pulls"]),
        ("rows of one, beside those of its base", f"{made['share']:.2%}"),
        ("index of one, p50 / p95 ms", _both(made["index"])),
        ("… of the last tenth", _both(made["last_tenth"])),
        ("first question about one, p50 / p95 ms", _both(made["first_question"])),
        ("next question about one, p50 / p95 ms", _both(made["next_question"])),
        ("memory of the searcher with all of them, MB", made["searcher_mb"]),
    ]
    return table(("", ""), rows)


def _answers(work: Path, sizes: tuple[int, ...]) -> str:
    size = max(each for each in sizes if each <= MILLION // 10)
    if not (work / "stores" / str(size)).exists():
        _run("benchmarks.query.scale", work, size)
    made = _run("benchmarks.query.answers", work, size)
    rows = [
        ("extractive, the whole answer", *_two(made["extractive"])),
        ("stand-in model, to the first token", *_two(made["first_token"])),
        ("stand-in model, the whole answer", *_two(made["with_model"])),
        ("twenty people at once, the whole answer", *_two(made["together"])),
    ]
    used = (
        f"Processor time of the workers: {made['extractive']['processor']:.0f} ms for an "
        f"extractive answer, {made['with_model']['processor']:.0f} ms for one with a model."
    )
    return f"{table(('milliseconds', 'p50', 'p95'), rows)}\n\n{used}"


def _tenants(work: Path, sizes: tuple[int, ...]) -> str:
    made = _run("benchmarks.query.tenants", work, 2 * max(each for each in sizes if each < MILLION))
    rows = [
        ("repositories", made["tenants"]),
        ("chunks of all, the largest, the smallest",
         f"{made['chunks']:,}, {made['largest']:,}, {made['smallest']:,}"),
        ("least recall@10 of any", made["least_recall"]),
        ("time, p50 / p95 ms", _both(made["time"])),
        ("time of the largest, p50 / p95 ms", _both(made["largest_time"])),
    ]  # fmt: skip
    return table(("", ""), rows)


PARTS: dict[str, Callable[[Path, tuple[int, ...]], str]] = {
    "questions": _questions,
    "pushes": _pushes,
    "pulls": _pulls,
    "answers": _answers,
    "tenants": _tenants,
}


def _two(measured: Mapping[str, float]) -> tuple[float, float]:
    return measured["p50"], measured["p95"]


def _both(measured: Mapping[str, float]) -> str:
    return f"{measured['p50']:.1f} / {measured['p95']:.1f}"


def _run(module: str, *arguments: object, python: Path | None = None) -> dict[str, Any]:
    """In a process of its own, whose memory is its own."""
    print(f"{module} {' '.join(map(str, arguments))}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [python or sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    kept = Path(str(arguments[0]) if python is None else str(arguments[1]).rpartition("/")[0])
    with (kept / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"module": module, "arguments": arguments[1:], **made}, default=str))
        file.write("\n")
    return made


def _interpreter(work: Path) -> Path:
    """Of the environment that the baseline has to itself."""
    folder = work / "environment"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = Path(__file__).with_name("requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
        (folder / "complete").touch()
    return python


if __name__ == "__main__":
    main()
