"""What each bridge from people's words to the code's is worth.

    python -m benchmarks.retrieval.newcomer.ablate [--work FOLDER] [--only flask,arq]

How often a right place is among the first five, for each sort of newcomer's question, and the line
MRR of all others, with nothing fitted again. The corpora are those that
`python -m benchmarks.retrieval` made.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.retrieval import lab
from benchmarks.retrieval.corpora import queries_of
from benchmarks.retrieval.score import by_line
from workers.retrieve import bridges, everyday
from workers.retrieve.policy import HAND_SET

ROOT = Path(__file__).parents[3]
LEARNED: tuple[Any, str] = (bridges, "related")
WRITTEN: tuple[Any, str] = (everyday, "meant")
VARIANTS = {
    "neither": (LEARNED, WRITTEN),
    "the table learned from other projects": (WRITTEN,),
    "everyday words, written by hand": (LEARNED,),
    "both": (),
}
SORTS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "everyday": lambda query: query.get("words") == "everyday",
    "page": lambda query: query.get("words") == "page",
    "check": lambda query: query.get("words") == "check",
    "others, line MRR": lambda query: query["type"] != "newcomer",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the bridges away.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="corpora, comma-separated")
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for folder in sorted((arguments.work / "corpora").iterdir()):
        if not wanted or folder.name in wanted:
            _measure(lab.load(folder), folder.name, found)
    _show(found)


def _measure(corpus: lab.Corpus, name: str, found: dict[tuple[str, str], list[float]]) -> None:
    for variant, without in VARIANTS.items():
        with ExitStack() as patched:
            for where, function in without:
                patched.enter_context(mock.patch.object(where, function, return_value={}))
            cases = list(lab.cases(corpus, queries_of(name)))
        for case in cases:
            figures = by_line(
                case.query, case.results(HAND_SET.scores(case.columns, asks=case.asks))
            )
            for sort, belongs in SORTS.items():
                if figures is not None and belongs(case.query):
                    figure = "MRR@10" if "MRR" in sort else "R@5"
                    found[variant, sort].append(figures[figure])


def _show(found: dict[tuple[str, str], list[float]]) -> None:
    counts = {sort: len(found["both", sort]) for sort in SORTS}
    heads = [f"{sort} (n={count})" for sort, count in counts.items()]
    print(f"| bridges | {' | '.join(heads)} |\n{'|---' * (1 + len(heads))}|")
    for variant in VARIANTS:
        means = (np.mean(found[variant, sort] or [np.nan]) for sort in SORTS)
        print(f"| {variant} | {' | '.join(f'{mean:.3f}' for mean in means)} |")


if __name__ == "__main__":
    main()
