"""Values of Go's fuzzer survive every way that they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.fuzzers.golang.literals import Value, fitting, literal, packed, unpacked
from workers.fuzzers.golang.seeds import read, seeds

TEXTS = st.builds(Value, st.sampled_from(["string", "[]byte"]), st.binary(max_size=40))
NUMBERS = st.builds(
    lambda kind, number: Value(kind, fitting(kind, number)),
    st.sampled_from("int uint8 int32 uint64 rune byte".split()),
    st.integers(),
)
VALUES = st.one_of(TEXTS, NUMBERS, st.builds(Value, st.just("bool"), st.booleans()))


@given(st.lists(VALUES, max_size=4))
def test_what_is_told_to_a_harness_is_what_it_tells(values: list[Value]) -> None:
    assert unpacked(packed(values), [each.kind for each in values]) == tuple(values)


@given(TEXTS)
def test_a_text_as_go_writes_it_is_read_again(value: Value) -> None:
    told = literal(value)
    assert told.isascii() or told.isprintable()
    assert "\n" not in told
    raw = f"go test fuzz v1\n{told if value.kind != 'string' else f'string({told})'}\n"
    assert read(raw, [value.kind]) == (value,)


def test_what_has_another_type_is_no_value() -> None:
    assert unpacked([{"Kind": "int", "Value": "a"}], ["int"]) is None
    assert unpacked([{"Kind": "int", "Value": "1"}], ["int", "int"]) is None
    assert unpacked([{"Kind": "string", "Value": "no base64!"}], ["string"]) is None


def test_seeds_come_from_calls_and_from_tables_of_tests() -> None:
    test = (
        'func TestParse(t *testing.T) {\n\tcases := []string{"1k", `2\\m`}\n'
        '\tfor _, each := range cases {\n\t\tParse(each)\n\t}\n\tParse("3\\x00")\n}\n'
    )
    found = seeds("Parse", ["string"], {"a_test.go": test})
    texts = [value.value for (value,) in found]
    assert {b"3\x00", b"1k", b"2\\m"} <= set(texts)
