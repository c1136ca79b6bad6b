"""Promises are read off names and documentation, and off nothing else."""

from __future__ import annotations

import pytest

from core.db.symbol_graph import Definition
from workers.oracles import ORACLES


def definition(qualified: str, docstring: str = "", kind: str = "function") -> Definition:
    name = qualified.rpartition(".")[2]
    return Definition("a.py", 1, 0, name, qualified, kind, 1, 2, f"def {name}()", docstring)


@pytest.mark.parametrize(
    ("oracle", "definitions", "keepers"),
    [
        ("round_trip", ["dumps", "loads"], ["dumps"]),
        ("round_trip", ["dumps", "reads"], []),
        ("round_trip", ["_dumps", "_loads"], []),
        ("round_trip", ["Codec.encode", "Codec.decode", "decode"], ["Codec.encode"]),
        ("round_trip", ["to_json", "from_json"], ["to_json"]),
        (
            "idempotence",
            ["normalize_path", "renormal", "os_sort_keygen", "sort_key"],
            ["normalize_path"],
        ),
        ("laws", ["Money.__eq__", "Money.pay", "__eq__"], ["Money.__eq__"]),
    ],
)
def test_a_name_promises(oracle: str, definitions: list[str], keepers: list[str]) -> None:
    known = [definition(each, kind="method" if "." in each else "function") for each in definitions]
    assert [each.symbol for each in ORACLES[oracle].promises("a.py", known)] == keepers


@pytest.mark.parametrize(
    ("docstring", "words"),
    [
        (":raises ValueError: if it is empty", ":raises ValueError"),
        ("Raises a `KeyError` where there is none.", "Raises a `KeyError"),
        ("Raises:\n    TypeError: where it is no text", "TypeError:"),
        ("Rises early.", ""),
    ],
)
def test_documentation_names_exceptions(docstring: str, words: str) -> None:
    found = ORACLES["raises"].promises("a.py", [definition("take", docstring)])
    assert [each.words for each in found] == ([words] if words else [])
