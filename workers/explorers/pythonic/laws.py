"""What holds whatever a function is called with, as tests: with Hypothesis where a repository has
it, and otherwise for values that say the most."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from workers.explorers.base import Case, Law, Site
from workers.sandbox import files

STRATEGIES = {
    "text": "st.text()",
    "bytes": "st.binary()",
    "integer": "st.integers()",
    "natural": "st.integers(min_value=0)",
    "number": "st.floats(allow_nan=False, allow_infinity=False)",
    "boolean": "st.booleans()",
    "list text": "st.lists(st.text())",
    "list integer": "st.lists(st.integers())",
    "list number": "st.lists(st.floats(allow_nan=False, allow_infinity=False))",
}
"""Kinds of arguments, and what Hypothesis makes them with."""
_NAMES = {"text": "text", "bytes": "raw", "boolean": "flag"}
TYPES = ("str", "bytes", "int", "float", "bool", "list", "tuple", "dict")
_LAWS = {
    "round_trip": ("test_{back}_gives_back_what_{name}_made_of_it", "{back}({name}({a})) == {a}"),
    "idempotent": (
        "test_{name}_leaves_what_it_has_made_as_it_is",
        "{name}({name}({a})) == {name}({a})",
    ),
    "symmetric": ("test_{name}_is_the_same_both_ways", "{name}({a}, {o}) == {name}({o}, {a})"),
    "total": ("test_{name}_takes_every_{a}", "isinstance({name}({a}), {type})"),
}
"""By the names that the sandbox tells them by: what a test is called, and what it asserts."""
_NEEDS = re.compile(
    r"(?:^|/)(?:pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|noxfile\.py|Pipfile|environment\.ya?ml"
    r"|[^/]*requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in))$"
)
_LARGEST = 1_000_000
_LONGEST = 800
_WIDE = 88


def law_of(line: Mapping[str, Any]) -> Case | None:
    """What was written in the sandbox is hostile: a law of two functions, kinds and literals."""
    symbol, back, name, given, value = (
        str(line.get(key, "")) for key in ("symbol", "back", "law", "given", "value")
    )
    kinds, numbers = line.get("kinds"), line.get("lines")
    if name not in _LAWS or not isinstance(kinds, list) or not isinstance(numbers, list):
        return None
    plain = symbol.isidentifier() and (back.isidentifier() if name == "round_trip" else not back)
    known = len(kinds) == (2 if name == "symmetric" else 1) and set(kinds) <= set(STRATEGIES)
    if not plain or not known or value not in TYPES or not _rows(given, len(kinds)):
        return None
    lines = frozenset(each for each in numbers if isinstance(each, int))
    law = Law(name, back, (), tuple(kinds))
    return Case(symbol, "()", given, value, "", "", (), lines, False, (), law)


def _rows(given: str, count: int) -> list[tuple[Any, ...]]:
    """The arguments of each call; [] where they are something else."""
    try:
        rows = ast.literal_eval(given) if len(given) <= _LONGEST else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return []
    if not isinstance(rows, list):
        return []
    return rows if all(isinstance(row, tuple) and len(row) == count for row in rows) else []


def test_of(case: Case, *, random: bool) -> tuple[str, str]:
    """Its name and its text; `random`: with Hypothesis."""
    assert case.law is not None
    law, kinds = case.law, case.law.kinds
    names = ("one", "other") if len(kinds) == 2 else (_named(kinds[0]),)
    told = {"name": case.symbol, "back": law.back, "type": case.value}
    told |= dict(zip(("a", "o"), (*names, ""), strict=False))
    title, holds = (text.format(**told) for text in _LAWS[law.name])
    head = _random(kinds) if random else _listed(names, _rows(case.given, len(kinds)))
    return title, f"{head}def {title}({', '.join(names)}):\n    assert {holds}\n"


def _named(kind: str) -> str:
    return "values" if kind.startswith("list ") else _NAMES.get(kind, "number")


def _random(kinds: Sequence[str]) -> str:
    # How long one value may take says more of the machine than of the code.
    made = ", ".join(STRATEGIES[kind] for kind in kinds)
    return f"@settings(deadline=None)\n@given({made})\n"


def _listed(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    listed = f'"{names[0]}"' if len(names) == 1 else f'("{names[0]}", "{names[1]}")'
    values = [repr(row if len(names) > 1 else row[0]) for row in rows]
    short = f"@pytest.mark.parametrize({listed}, [{', '.join(values)}])\n"
    if len(short) <= _WIDE:
        return short
    inner = "".join(f"        {value},\n" for value in values)
    return f"@pytest.mark.parametrize(\n    {listed},\n    [\n{inner}    ],\n)\n"


def imports(body: str) -> str:
    """What tests need of others."""
    lines = ["import pytest"] if "pytest." in body else []
    if "@given(" in body:
        lines += [
            "from hypothesis import given, settings",
            "from hypothesis import strategies as st",
        ]
    return "".join(f"{line}\n" for line in lines)


def has_hypothesis(site: Site) -> bool:
    """Whether a repository names Hypothesis among what it needs: then its tests may use it."""
    named = (path for path in site.paths if _NEEDS.search(path))
    texts = (files.read(site.folder, path, _LARGEST) or b"" for path in named)
    return any(b"hypothesis" in each.lower() for each in texts)
