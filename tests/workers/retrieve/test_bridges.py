from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.index.terms import terms
from workers.retrieve.bridges import MOST, WEIGHT, related, table

_WORDS = st.sets(st.sampled_from(sorted(table().words)), max_size=8)


def words(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def test_what_the_code_calls_it_is_near_to_what_people_call_it() -> None:
    assert {"usernam", "passwd"} <= related(words("log in with a password"), {}).keys()
    assert "backoff" in related(words("retry after a failure"), {})


def test_what_an_everyday_word_stands_for_has_a_say() -> None:
    alone = related(words("the visitor"), {})
    meant = related(words("the visitor"), {"login": 0.5, "session": 0.5})
    assert "usernam" not in alone
    assert "usernam" in meant


def test_words_that_nobody_described_anything_with_are_near_to_nothing() -> None:
    assert related({"qwxyz"}, {}) == {}
    assert related((), {}) == {}


@given(_WORDS)
def test_few_terms_join_and_none_that_is_there(own: set[str]) -> None:
    found = related(own, {})
    assert len(found) <= MOST
    assert not found.keys() & own
    assert all(0 < weight <= WEIGHT + 1e-5 for weight in found.values())


def test_each_word_and_term_has_a_vector_of_length_one() -> None:
    known = table()
    assert len(known.words) == len(known.word_vectors) == len(known.rarity)
    assert len(known.terms) == len(known.term_vectors)
    for vectors in (known.word_vectors, known.term_vectors):
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
