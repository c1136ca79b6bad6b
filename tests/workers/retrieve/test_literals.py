"""Narrowing loses nothing: a text that matches has every term which the index is asked for."""

from __future__ import annotations

import re2
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.retrieve.sources import SHOP
from workers.index.parse import parse
from workers.index.terms import term_id, terms, unpack
from workers.retrieve.literals import phrase_terms, regex_terms, runs

SOURCE = SHOP["shop/payment.py"]
TERMS = {
    int(term)
    for chunk in parse("shop/payment.py", SOURCE.encode()).chunks
    for term in unpack(chunk.terms)["term"]
}
PLACES = st.integers(0, len(SOURCE) - 1)


def missing(terms: frozenset[str]) -> set[str]:
    return {term for term in terms if term_id(term) not in TERMS}


@given(PLACES, st.integers(1, 60))
def test_a_part_of_a_text_asks_for_terms_that_it_has(start: int, length: int) -> None:
    assert missing(phrase_terms(SOURCE[start : start + length])) == set()


_CHANGES = st.sampled_from(
    [".", "\\w", "\\S?", "{0}+", "{0}*", "({0})", "[{0}x]", "{0}?", "(?:{0}|y)", "\\b{0}"]
)


@given(PLACES, st.integers(1, 60), st.lists(st.tuples(st.integers(0, 59), _CHANGES), max_size=6))
def test_an_expression_that_matches_asks_for_terms_that_are_there(
    start: int, length: int, changes: list[tuple[int, str]]
) -> None:
    parts = [str(re2.escape(character)) for character in SOURCE[start : start + length]]
    for at, change in changes:
        if at < len(parts):
            parts[at] = change.format(parts[at]) if "{0}" in change else change
    pattern = "".join(parts)
    try:
        matches = re2.search(pattern, SOURCE)
    except re2.error:
        return
    if matches:
        assert missing(regex_terms(pattern)) == set()


@given(st.text("ab \\[](){}|*+?.^$01,x"))
def test_nothing_that_is_typed_breaks_it(pattern: str) -> None:
    regex_terms(pattern)
    runs(pattern)


def test_only_whole_identifiers_count() -> None:
    assert phrase_terms("retry") == frozenset()
    assert phrase_terms("x = retry(") == {"retri"}
    assert regex_terms(r"^def charge_customer\(") == {"def", "charg", "custom", "charge_customer"}
    assert regex_terms(r"\bgateway\b") == set(terms("gateway"))
    assert regex_terms("a (gateway) b|c") == frozenset()
    assert regex_terms("(?i) gateway ") == frozenset()
