"""Whether weights fitted to questions rank better than the ones set by hand.

    python -m benchmarks.retrieval.train [--work FOLDER]

Every corpus is ranked by weights fitted to the other ones. As long as that is no better, Ponder
keeps the weights set by hand. The corpora are those that `python -m benchmarks.retrieval` made.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retrieval import lab
from benchmarks.retrieval.corpora import queries_of
from benchmarks.retrieval.fit import fit
from benchmarks.retrieval.lab import Case
from workers.retrieve.policy import HAND_SET, Policy

ROOT = Path(__file__).parent.parent.parent
IMPORTANCE = {"question": 3.0}
"""Questions of people count for more than their share of the queries; the other types 1."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the ranking to the benchmark's queries.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    arguments = parser.parse_args()
    folders = sorted((arguments.work / "corpora").iterdir())
    cases = {folder.name: _cases(folder) for folder in folders}
    _report(cases)


def _cases(folder: Path) -> list[Case]:
    return list(lab.cases(lab.load(folder), asked(folder.name)))


def asked(corpus: str) -> list[dict[str, Any]]:
    """What the tables count, and a newcomer's questions."""
    return [query for query in queries_of(corpus) if not query["type"].endswith("-explicit")]


def _fitted(cases: Sequence[Case]) -> Policy:
    importance = [IMPORTANCE.get(case.query["type"], 1.0) for case in cases]
    return fit("fitted", cases, importance)


def _report(cases: dict[str, list[Case]]) -> None:
    every = [case for each in cases.values() for case in each]
    by_hand = lab.measured(every, HAND_SET)
    left_out: dict[str, Any] = {}
    for name, own in cases.items():
        others = [case for other, each in cases.items() if other != name for case in each]
        left_out |= lab.measured(own, _fitted(others))
    types = {case.query["qid"]: case.query["type"] for case in every}
    for kind in ("ALL", *sorted(set(types.values()))):
        qids = [qid for qid, own in types.items() if _counts(own, kind)]
        print(f"\n### {kind} (n={len(qids)})\n\n| weights | {' | '.join(lab.COLUMNS)} |")
        print("|---" * 5 + "|")
        for name, figures in (
            ("set by hand", by_hand),
            ("fitted to the other corpora", left_out),
        ):
            means = np.nanmean([figures[qid] for qid in qids], axis=0)
            print(f"| {name} | {' | '.join(f'{mean:.3f}' for mean in means)} |")


def _counts(own: str, kind: str) -> bool:
    return own == kind or (kind == "ALL" and own != "newcomer")


if __name__ == "__main__":
    main()
