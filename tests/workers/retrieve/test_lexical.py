from __future__ import annotations

from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.retrieve.sources import SHOP, index_of
from workers.index.pack import pack
from workers.index.terms import term_id, unpack
from workers.retrieve import lexical
from workers.retrieve import postings as held
from workers.retrieve.segment import ChunkRow, FileRow
from workers.retrieve.snapshot_index import SnapshotIndex

WORDS = ("cart", "charge", "refund", "card", "total", "gateway")
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
chunks = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6)


def reference(fields: list[tuple[str, str, str]], weights: dict[str, float]) -> list[float]:
    """BM25F as the books have it, a chunk and a term at a time."""
    usual = (held.USUAL_BODY, held.USUAL_NAMES, held.USUAL_COMMENT)
    weight = (held.BODY_WEIGHT, held.NAMES_WEIGHT, held.COMMENT_WEIGHT)
    share = (held.BODY_LENGTH, held.NAMES_LENGTH, held.COMMENT_LENGTH)
    counts = [
        [Counter(dict(zip(p["term"].tolist(), p[f].tolist(), strict=True))) for f in FIELDS]
        for p in (unpack(pack(*each)) for each in fields)
    ]
    scores = [0.0] * len(fields)
    for term, wanted in weights.items():
        number = term_id(term)
        having = sum(any(count[number] for count in each) for each in counts)
        rarity = log(1 + (len(fields) - having + 0.5) / (having + 0.5))
        for row, each in enumerate(counts):
            frequency = sum(
                weight[f] * each[f][number] / (1 - share[f] + share[f] * each[f].total() / usual[f])
                for f in range(3)
            )
            scores[row] += wanted * rarity * frequency / (held.SATURATION + frequency)
    return scores


FIELDS = ("body", "symbol", "comment")


@given(chunks, st.dictionaries(st.sampled_from(WORDS), st.floats(0.1, 2.0)))
def test_chunks_are_scored_by_bm25f(
    fields: list[tuple[str, str, str]], weights: dict[str, float]
) -> None:
    from workers.index.terms import terms

    weights = {terms(word)[0]: weight for word, weight in weights.items()}
    rows = [
        ChunkRow(1, number, number + 1, number + 1, "", "block", pack(*each))
        for number, each in enumerate(fields)
    ]
    index = SnapshotIndex.full([FileRow("a.py", 1, "python")], rows)
    scored = lexical.search(index, weights, frozenset(weights)).chunks
    assert scored.tolist() == pytest.approx(reference(fields, weights), rel=1e-3, abs=1e-6)


def test_a_file_is_scored_by_its_path_too() -> None:
    index = index_of(SHOP)
    files = lexical.search(index, {"payment": 1.0}, frozenset({"payment"})).files
    best = {index.files[number].path for number in (-files).argsort()[:3]}
    assert best == {"shop/payment.py", "tests/test_payment.py", "docs/payment.md"}


def test_coverage_counts_the_own_terms_of_the_question_alone() -> None:
    index = index_of(SHOP)
    own = frozenset({"refund", "gateway"})
    covered = lexical.search(index, {"refund": 1.0, "gateway": 1.0, "cart": 0.2}, own).covered
    assert covered.max() == pytest.approx(1.0)
    assert lexical.search(index, {"zebra": 1.0}, frozenset({"zebra"})).covered.max() == 0
