"""Defaults that all calls share, by mistake or on purpose."""

from __future__ import annotations

import pytest

from workers.linters.defaults import is_changed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def add(item, items=[]):\n    items.append(item)\n    return items\n", True),
        ("def add(item, items=[]):\n    return [*items, item]\n", False),
        ("def add(item, items=[]):\n    items = list(items)\n    items.append(item)\n", False),
        ("def spec(name, _known={}):\n    _known[name] = 1\n", False),
        ("def spec(name, cache={}):\n    cache[name] = 1\n", False),
    ],
)
def test_a_default_is_shared_by_mistake_where_it_is_changed(text: str, expected: bool) -> None:
    column = text.index("=") + 2
    assert is_changed(text, 1, column) is expected
