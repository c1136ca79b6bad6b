"""What each part of the ranking is worth: taken away alone, with nothing fitted again.

    python -m benchmarks.retrieval.ablate [--work FOLDER] [--only flask,arq]

Differences are query by query against the whole, with 95 % intervals by bootstrap. The corpora are
those that `python -m benchmarks.retrieval` made.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.retrieval import lab
from benchmarks.retrieval.lab import Case, Corpus, Json
from benchmarks.retrieval.train import ROOT, asked
from workers.retrieve import bridges
from workers.retrieve import query as queries
from workers.retrieve.policy import HAND_SET, Policy
from workers.retrieve.query import Question

Measured = dict[str, NDArray[np.float64]]

FEATURES = {
    "tests, documents, … behind the rest": (
        "test document example generated configuration translation"
    ),
    "names against the words of the question": "name name_precision container",
    "the score of the whole file": "file",
    "words of the path": "path",
    "types apart in descriptions": "type_acts type_described",
    "kinds of chunk": "type type_asked type_acts type_described block section value",
    "room of a chunk for an answer": "length",
    "reciprocal rank": "fused",
    "one hop over names": "graph",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take one part of the ranking away at a time.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="corpora, comma-separated")
    arguments = parser.parse_args()
    wanted = [name for name in arguments.only.split(",") if name]
    variants: dict[str, Measured] = {}
    for folder in sorted((arguments.work / "corpora").iterdir()):
        if not wanted or folder.name in wanted:
            for name, figures in _variants(lab.load(folder), _counted(folder.name)).items():
                variants.setdefault(name, {}).update(figures)
    _show(variants)


def _counted(corpus: str) -> list[Json]:
    return [query for query in asked(corpus) if query["type"] != "newcomer"]


def _variants(corpus: Corpus, asked: Sequence[Json]) -> dict[str, Measured]:
    whole = list(lab.cases(corpus, asked))
    found = {"–": lab.measured(whole, HAND_SET)}
    found["vectors learned from the repository"] = lab.measured(
        list(lab.cases(corpus, asked, vectors=False)), HAND_SET
    )
    with mock.patch.object(bridges, "related", return_value={}):
        cases = list(lab.cases(corpus, asked))
    found["words of the code for people's words, learned elsewhere"] = lab.measured(cases, HAND_SET)
    cases = list(lab.cases(corpus, asked, parsed=_own_words))
    found["all words but the question's own"] = lab.measured(cases, HAND_SET)
    for name, features in FEATURES.items():
        found[name] = lab.measured(whole, _without(features.split()))
    found["other weights for questions"] = lab.measured(whole, replace(HAND_SET, when_asking={}))
    found["only the start of long definitions shown"] = lab.measured(_uncut(whole), HAND_SET)
    return found


def _own_words(text: str) -> Question:
    question = queries.parse(text)
    own = {term: weight for term, weight in question.weights.items() if term in question.own}
    return replace(question, weights=own)


def _without(features: Sequence[str]) -> Policy:
    return replace(
        HAND_SET,
        weights=_kept(HAND_SET.weights, features),
        when_asking=_kept(HAND_SET.when_asking, features),
    )


def _kept(weights: Mapping[str, float], features: Sequence[str]) -> dict[str, float]:
    return {name: weight for name, weight in weights.items() if name not in features}


def _uncut(cases: Sequence[Case]) -> list[Case]:
    return [
        replace(case, places=[place | {"end": place["whole"]} for place in case.places])
        for case in cases
    ]


def _show(variants: dict[str, Measured]) -> None:
    base = variants["–"]
    print(f"n={len(base)}\n\n| without | {' | '.join(lab.COLUMNS)} |\n{'|---' * 5}|")
    means = np.nanmean(list(base.values()), axis=0)
    print(f"| – | {' | '.join(f'{mean:.3f}' for mean in means)} |")
    for name, figures in variants.items():
        if name != "–":
            cells = zip(*lab.interval(figures, base), strict=True)
            shown = " | ".join(
                f"{mean:+.3f} ({low:+.3f} to {high:+.3f})" for mean, low, high in cells
            )
            print(f"| {name} | {shown} |")


if __name__ == "__main__":
    main()
