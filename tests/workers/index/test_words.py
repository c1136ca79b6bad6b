"""Words of bytes, numbered: the same word has the same number wherever it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.index.terms import term_id, terms
from workers.index.words import Vocabulary

WORDS = st.one_of(
    st.sampled_from(
        ["a", "eightlet", "ninechars", "$el", "12ab", "größe", "sixteen_letters_", "变量"]
    ),
    st.text("ab_$1", min_size=1, max_size=40),
    st.integers(240, 280).map("x".__mul__),
)


@given(st.lists(WORDS))
def test_a_word_has_the_terms_of_its_text(words: list[str]) -> None:
    vocabulary = Vocabulary()
    starts, numbers = vocabulary.cut(" ".join(words).encode())
    found, sizes = vocabulary.terms(numbers)
    expected = [[term_id(term) for term in terms(word)] for word in words]
    assert len(starts) == len(words)
    assert sizes.tolist() == list(map(len, expected))
    assert found.tolist() == [term for each in expected for term in each]


@given(st.lists(WORDS, min_size=1))
def test_words_are_numbered_alike_whatever_is_around_them(words: list[str]) -> None:
    vocabulary = Vocabulary()
    _, once = vocabulary.cut("\n".join(words).encode())
    _, again = vocabulary.cut(("(".join(words) + ")").encode())
    assert once.tolist() == again.tolist()
    assert len(set(once.tolist())) == len(set(words))
