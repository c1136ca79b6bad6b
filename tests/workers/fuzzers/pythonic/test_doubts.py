"""What does not come back is a bug where little is given, and none where there is much to do."""

from __future__ import annotations

from typing import Any

import pytest

from workers.fuzzers.inside.terms import Call
from workers.fuzzers.pythonic.doubts import doubts

TOLD = {"origins": {"text": ("annotation", "str")}, "seeds": 3, "executions": 1000}
HANG = {"kind": "Hang", "grade": "strong", "times": 1}


def asked(case: dict[str, Any]) -> list[str]:
    return doubts({**TOLD, "crashes": [HANG]}, HANG, case)


def test_a_short_text_that_does_not_come_back_is_a_bug() -> None:
    assert asked({"text": "((((" * 10}) == []


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ({"text": "a" * 5000}, "large"),
        ({"text": "a", "times": 10**12}, "how much there is to do"),
        ({"text": "a", "sizes": [3, {"width": -(10**9)}]}, "how much there is to do"),
        ({"text": "a", "clock": Call("shop", "Clock", (10**9,))}, "how much there is to do"),
        ({"times": 5}, "text from outside"),
    ],
)
def test_what_has_much_to_do_is_doubted(case: dict[str, Any], why: str) -> None:
    assert any(why in each for each in asked(case))
