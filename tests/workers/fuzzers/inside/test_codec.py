"""Bytes make arguments, and arguments make bytes that make them again."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workers.fuzzers.inside import terms
from workers.fuzzers.inside.codec import Reader, decode, encode, fits

PLAIN = st.sampled_from(
    [{"kind": kind} for kind in ("str", "bytes", "int", "bool", "none", "float")]
)
SPECS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.builds(lambda part: {"kind": "list", "of": [part]}, inner),
        st.builds(
            lambda parts: {"kind": "fixed", "of": parts}, st.lists(inner, min_size=1, max_size=3)
        ),
        st.builds(
            lambda parts: {"kind": "union", "of": parts}, st.lists(inner, min_size=1, max_size=3)
        ),
        st.builds(
            lambda part: {"kind": "make", "module": "io", "name": "StringIO", "of": [part]}, inner
        ),
        st.builds(lambda part: {"kind": "dict", "of": [{"kind": "str"}, part]}, inner),
    ),
    max_leaves=5,
)


@given(SPECS, st.binary(max_size=200), st.booleans())
def test_any_bytes_make_arguments_of_the_type(spec: dict[str, Any], raw: bytes, last: bool) -> None:
    assert fits(spec, decode(spec, Reader(raw), last=last))


@given(SPECS, st.binary(max_size=200), st.booleans())
def test_what_was_made_is_made_again(spec: dict[str, Any], raw: bytes, last: bool) -> None:
    term = decode(spec, Reader(raw), last=last)
    again = decode(spec, Reader(encode(spec, term, last=last)), last=last)
    assert fits(spec, again)


@given(st.text(max_size=300), st.integers(-50, 900), st.booleans())
def test_known_calls_are_kept_to_the_letter(text: str, number: int, flag: bool) -> None:
    spec = {
        "kind": "fixed",
        "of": [{"kind": "int", "low": -1000, "high": 1000}, {"kind": "bool"}, {"kind": "str"}],
    }
    assert decode(spec, Reader(encode(spec, (number, flag, text), last=True)), last=True) == (
        number,
        flag,
        text,
    )


@given(SPECS, st.binary(max_size=100))
def test_arguments_travel_as_json(spec: dict[str, Any], raw: bytes) -> None:
    term = decode(spec, Reader(raw))
    assert terms.unpacked(json.loads(json.dumps(terms.packed(term)))) == term


@given(SPECS, st.binary(max_size=100))
def test_what_is_smaller_is_no_larger(spec: dict[str, Any], raw: bytes) -> None:
    term = decode(spec, Reader(raw))
    for less in list(terms.smaller(term))[:50]:
        assert type(less) is type(term)
        assert terms.weight(less) <= terms.weight(term)


@given(st.binary(max_size=50))
def test_expressions_say_the_same_as_the_value(raw: bytes) -> None:
    spec = {"kind": "list", "of": [{"kind": "union", "of": [{"kind": "str"}, {"kind": "float"}]}]}
    term = decode(spec, Reader(raw))
    assert eval(terms.source(term, set())) == term
