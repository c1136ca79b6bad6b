"""What the sandbox says of a case is written as JavaScript, or not at all."""

from __future__ import annotations

import pytest

from workers.fuzzers.ecmascript.reproducer import Called, reproducer, value
from workers.fuzzers.ecmascript.told import arguments, is_value

CALLED = Called("src/a.js", "Basket.put", "named", 1, is_static=False, typed=False, plain=True)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ('a"\n', '"a\\"\\n"'),
        ([1, None, True], "[1, null, true]"),
        ({"$": "undefined"}, "undefined"),
        ({"$": "number", "v": "NaN"}, "NaN"),
        ({"$": "number", "v": "process.exit()"}, "undefined"),
        ({"$": "bytes", "v": "AQI="}, "new Uint8Array([1, 2])"),
        ({"a": {"$": "bigint", "v": "7"}}, '{ "a": 7n }'),
    ],
)
def test_a_value_is_written_as_people_would(raw: object, told: str) -> None:
    assert is_value(raw)
    assert value(raw) == told


def test_a_method_is_called_on_an_object_of_its_own() -> None:
    assert CALLED.call(["x", "y"]) == 'new Basket("x").put("y")'
    said = "Cannot read properties of null (reading '1')"
    text = reproducer(CALLED, "TypeError", said, ["x", "y"])
    assert 'import { Basket } from "./src/a.js";' in text
    assert "Cannot read propert" in text
    assert reproducer(CALLED, "TypeError", "some other text", ["x", "y"]) == ""


def test_what_is_no_value_is_no_input() -> None:
    assert arguments(b'["a", {"$": "code", "v": "x"}]') is None
    assert arguments(b"[" * 100_000) is None
    assert arguments(b'{"a": 1}') is None
    assert arguments(b'["a"]') == ["a"]
