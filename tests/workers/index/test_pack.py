"""Packing all chunks of a file at once gives each what it would have been given alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.index import words
from workers.index.pack import pack, pack_all
from workers.index.terms import FIELDS, POSTING, identifiers, term_id, terms, unpack

WORDS = st.sampled_from(
    ["getUser", "get_user", "users", "URLs", "the", "x", "_", "$el", "größe", "变量", "i18n", "42"]
)
TEXTS = st.one_of(st.lists(WORDS).map(" ".join), st.text())
CHUNKS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS))


def counted(texts: tuple[str, ...]) -> bytes:
    """The same, the slow way."""
    counts = [Counter(term_id(term) for term in terms(text)) for text in texts]
    vocabulary = sorted({term for count in counts for term in count})
    postings = np.zeros(len(vocabulary), dtype=POSTING)
    postings["term"] = vocabulary
    for field, count in zip(FIELDS, counts, strict=True):
        postings[field] = [min(count[term], 255) for term in vocabulary]
    return postings.tobytes()


@given(CHUNKS)
def test_chunks_packed_together_are_as_each_one_counted(chunks: list[tuple[str, ...]]) -> None:
    assert pack_all(chunks) == [counted(texts) for texts in chunks]


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_cut_as_any_text_is(text: str) -> None:
    assert identifiers(text) == identifiers(text + " é")[:-1]


def test_a_frequency_is_counted_up_to_255() -> None:
    (posting,) = unpack(pack("user " * 300, "", "user"))
    assert (posting["body"], posting["symbol"], posting["comment"]) == (255, 0, 1)


def test_what_is_remembered_of_identifiers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST", 2)
    texts = ("one twoThree four five", "", "")
    assert [pack(*texts) for _ in range(3)] == [counted(texts)] * 3
