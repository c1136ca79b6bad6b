"""Keys that stand twice in a table of Python."""

from __future__ import annotations

import ast

from workers.linters.base import Report, Source
from workers.linters.proofs import around

_MOST_KEYS = 20


def repeats_a_key(source: Source, report: Report) -> bool:
    """In a short table by a slip; of a long list of facts two may have one number."""
    found = around.statement(source.text, report.start_line)
    return any(
        isinstance(each, ast.Dict)
        and 1 < len(each.keys) <= _MOST_KEYS
        and _has_two_values(each, report.start_line)
        for each in (ast.walk(found) if found is not None else ())
    )


def _has_two_values(node: ast.Dict, row: int) -> bool:
    """Of a key that stands in a row, written in the same way."""
    pairs = [(ast.dump(k), k.lineno, v) for k, v in zip(node.keys, node.values, strict=True) if k]
    here = {key for key, line, _ in pairs if line == row}
    return any(len({ast.dump(v) for k, _, v in pairs if k == key}) > 1 for key in here)
