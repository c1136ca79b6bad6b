"""What a parameter's name says of what it takes, where nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from workers.fuzzers.inside import harness


def applied(func, seq):  # type: ignore[no-untyped-def]
    return [func(each) for each in seq]


def swapped(d, pred):  # type: ignore[no-untyped-def]
    return {value: name for name, value in d.items() if pred(value)}


@pytest.mark.parametrize("function", [applied, swapped])
def test_functions_lists_and_mappings_are_known_by_their_names(
    function: Callable[..., Any],
) -> None:
    made = harness.harness(__name__, function.__name__, [])
    assert {slot.origin for slot in made.slots} == {"name"}
    for number in range(20):
        ended = made.call(made.decode(bytes(range(number, number + 60))))
        assert isinstance(ended, Sequence | dict)
