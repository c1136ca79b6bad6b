from __future__ import annotations

import pytest

from tests.workers.retrieve.sources import SHOP, index_of
from workers.retrieve import query
from workers.retrieve.features import features_of
from workers.retrieve.policy import HAND_SET
from workers.retrieve.rank import signals_of
from workers.retrieve.recency import recency


def _features(text: str) -> set[str]:
    index = index_of(SHOP)
    signals = signals_of(index, query.parse(text), [], recency(index, {}), {"shop/cart.py"})
    return set(features_of(index, signals, signals.fused.nonzero()[0]))


def test_every_weight_is_of_a_feature() -> None:
    trace = _features('File "/srv/shop/payment.py", line 35, in refund')
    assert HAND_SET.weights.keys() | HAND_SET.when_asking.keys() <= trace


@pytest.mark.parametrize("kind", ["test", "document", "example", "generated", "configuration"])
def test_what_was_not_asked_for_stays_behind(kind: str) -> None:
    assert HAND_SET.weights[kind] < 0


@pytest.mark.parametrize("feature", ["name", "semantic", "path_named", "frame", "asked_for"])
def test_what_fits_a_question_speaks_for_a_place(feature: str) -> None:
    assert HAND_SET.weights[feature] + HAND_SET.when_asking.get(feature, 0) > 0
