"""Learning from a past in which we know what makes fixes come."""

from __future__ import annotations

import random

from workers.risk.fit import Fitted, fit
from workers.risk.measures import NAMES, Still, lines_at, row
from workers.risk.model import auc, formula
from workers.risk.past import Touch


def made(seed: int, *, complex_ones_break: bool) -> Fitted:
    """Sixty files over a year; fixes come to the complex ones, or to nobody."""
    chance = random.Random(seed)
    still = {f"{n}.py": Still(100, 5 * n if complex_ones_break else 10) for n in range(60)}
    past: dict[str, list[Touch]] = {path: [Touch(0.0, "ann", 50, 0, False)] for path in still}
    for day in range(1, 360):
        path = f"{chance.randrange(60)}.py"
        fix = complex_ones_break and chance.random() < int(path[:-3]) / 60
        past[path].append(Touch(float(day), "bob", 3, 3, fix))
    return fit(past, still)


def test_what_makes_fixes_come_is_learned() -> None:
    fitted = made(1, complex_ones_break=True)
    assert fitted.learned is not None
    assert fitted.learned > 0.6
    assert fitted.model.rests_on[0] > 20
    complexity = fitted.model.weights[NAMES.index("complexity")]
    assert complexity > formula().weights[NAMES.index("complexity")]
    assert fitted.summary().startswith("Learned from")


def test_without_fixes_the_formula_stays_and_says_so() -> None:
    fitted = made(2, complex_ones_break=False)
    assert fitted.model == formula()
    assert "too few fixes" in fitted.summary()


def test_no_history_is_no_error() -> None:
    assert fit({}, {"a": Still(1)}).model == formula()
    assert fit({}, {}).model == formula()


def test_a_measure_knows_nothing_of_what_came_later() -> None:
    early = [Touch(1.0, "ann", 10, 0, True)]
    late = [*early, Touch(5.0, "bob", 40, 0, True)]
    assert row(early, 3.0, 100.0, Still(10)) == row(late, 3.0, 100.0, Still(50))
    assert lines_at(late, 3.0, 50) == 10


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert auc([1.0, 2.0, 3.0], [0, 0, 1]) == 1.0
    assert auc([3.0, 2.0, 1.0], [0, 0, 1]) == 0.0
    assert auc([1.0, 1.0], [0, 1]) == 0.5
    assert auc([1.0], [1]) == 0.5
