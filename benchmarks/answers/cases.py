"""What is asked: the questions of the retrieval benchmark, and a hundred without an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.retrieval import corpora

UNANSWERABLE = "unanswerable"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """`gold` are ranges {"path", "start", "end"}; those of a file as a whole are left out. `tuned`
    says whether thresholds may be fitted to it."""

    qid: str
    corpus: str
    kind: str
    question: str
    gold: tuple[dict[str, Any], ...]
    tuned: bool = True

    @property
    def answerable(self) -> bool:
        return self.kind != UNANSWERABLE

    @property
    def groups(self) -> list[str]:
        """Rows of a table that the case counts in."""
        if self.answerable:
            return [self.kind, "all that have an answer"]
        half = "without an answer, seen" if self.tuned else "without an answer, kept apart"
        return [half, "all without an answer"]


def cases(corpus: str) -> list[Case]:
    return [*map(_case, corpora.queries_of(corpus)), *unanswerable(corpus)]


def _case(row: dict[str, Any]) -> Case:
    gold = tuple(answer for answer in row["gold"] if answer.get("start"))
    return Case(row["qid"], row["corpus"], row["type"], row["query"], gold)


def unanswerable(corpus: str) -> list[Case]:
    """Every second one is kept apart: thresholds are not fitted to it."""
    return [
        Case(row["qid"], corpus, UNANSWERABLE, row["question"], (), tuned=number % 2 == 0)
        for number, row in enumerate(strange())
        if row["corpus"] == corpus
    ]


def strange() -> list[dict[str, Any]]:
    return corpora.read_lines(_HERE / "unanswerable.jsonl")


def contradictions(tree: Path, files: Sequence[str], corpus: str) -> list[str]:
    """Questions held to be unanswerable, with the line of the corpus that says otherwise."""
    rows = [(row, re.compile(row["absent"], re.IGNORECASE)) for row in strange()]
    rows = [(row, absent) for row, absent in rows if row["corpus"] == corpus]
    return [
        f"{row['qid']} {path}:{number} {line.strip()[:100]}"
        for path in files
        for number, line in enumerate((tree / path).read_bytes().decode().split("\n"), 1)
        for row, absent in rows
        if absent.search(line)
    ]
