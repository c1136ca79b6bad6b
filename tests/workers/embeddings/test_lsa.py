from __future__ import annotations

import numpy as np
import pytest

from workers.embeddings.lsa import Model, fit, question_vector
from workers.index.pack import pack
from workers.index.terms import term_id, terms

TEXTS = [
    text
    for number in range(6)
    for text in (
        f"connection pool idle timeout keepalive socket close {number}",
        f"keepalive socket idle connection close pool {number}",
        f"template render context escape html {number}",
        f"render html template escape block {number}",
        f"password hash salt digest algorithm {number}",
        f"digest salt password verify hash {number}",
    )
]
PACKED = [pack(text, text.split()[0], "") for text in TEXTS]


@pytest.fixture(scope="module")
def model() -> Model:
    fitted = fit(PACKED, dimensions=8)
    assert fitted is not None
    return fitted


def nearest(model: Model, question: str) -> str:
    known = {
        term: (float(rarity), vector)
        for term, rarity, vector in zip(
            model.terms.tolist(), model.rarity, model.vectors, strict=True
        )
    }
    vector = question_vector({term_id(term): 1.0 for term in terms(question)}, known)
    return TEXTS[int((model.fold(PACKED) @ vector).argmax())]


def test_a_question_finds_what_shares_a_topic(model: Model) -> None:
    assert "keepalive" in nearest(model, "idle timeout")
    assert "hash" in nearest(model, "verify algorithm")


def test_folding_in_gives_a_chunk_what_the_fit_gave_it(model: Model) -> None:
    together = model.fold(PACKED)
    one_by_one = np.concatenate([model.fold([packed]) for packed in PACKED])
    assert together == pytest.approx(one_by_one, abs=1e-5)


def test_vectors_have_length_1_or_0(model: Model) -> None:
    lengths = np.linalg.norm(model.fold([*PACKED, pack("zebra", "", ""), b""]), axis=1)
    assert lengths[:-2] == pytest.approx(np.ones(len(PACKED)), abs=1e-5)
    assert lengths[-2:].tolist() == [0, 0]


def test_the_same_chunks_give_the_same_model(model: Model) -> None:
    again = fit(PACKED, dimensions=8)
    assert again is not None
    assert np.array_equal(again.terms, model.terms)
    assert np.allclose(again.vectors, model.vectors)


def test_too_little_to_learn_from_gives_no_model() -> None:
    assert fit([]) is None
    assert fit([pack("one", "", "")]) is None


def test_a_question_of_unknown_words_has_no_vector(model: Model) -> None:
    assert len(question_vector({1: 1.0}, {})) == 0
