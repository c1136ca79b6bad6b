from __future__ import annotations

import numpy as np

from benchmarks.retrieval.fit import AGAINST, fit
from benchmarks.retrieval.lab import Case


def _case(number: int, right: int) -> Case:
    """Ten places; a neighbour's score says which one is right, and comments say the opposite."""
    random = np.random.default_rng(number)
    told = random.random(10).astype(np.float32) / 2
    told[right] = 1.0
    places = [{"path": f"{n}.py", "start": 1, "end": 9, "whole": 9} for n in range(10)]
    gold = [{"path": f"{right}.py", "start": 2, "end": 4}]
    query = {"qid": str(number), "gold": gold, "mode": "any"}
    return Case(query, False, {"graph": told, "lexical": 1 - told}, places)


def test_a_fit_finds_what_speaks_for_a_place() -> None:
    cases = [_case(number, number % 10) for number in range(60)]
    weights = fit("tried", cases, [1.0] * len(cases)).weights
    assert weights["graph"] > 1.0


def test_what_speaks_for_a_place_never_comes_to_speak_against_it() -> None:
    cases = [_case(number, number % 10) for number in range(60)]
    weights = fit("tried", cases, [1.0] * len(cases)).weights
    assert all(weights[name] <= 0 for name in AGAINST & weights.keys())
    assert weights.get("lexical", 0.0) >= 0
