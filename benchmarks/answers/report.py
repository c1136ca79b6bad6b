"""What was answered, as tables and as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from benchmarks.answers.figures import Share, hits, table
from benchmarks.answers.packing import packing
from benchmarks.answers.run import Answered

FIRST = 3


def shown(answered: Sequence[Answered]) -> str:
    return "\n\n".join(f"## {a.case.corpus}: {a.case.question}\n\n{_read(a)}" for a in answered)


def _read(answered: Answered) -> str:
    listed = [f"[{n}] {c['path']}:{c['start']}-{c['end']}" for n, c in enumerate(answered.cited, 1)]
    return "\n".join([answered.text, "", *listed])


def tables(answered: Sequence[Answered]) -> str:
    asked = [each.given for each in answered if each.given]
    return "\n".join([_citations(answered), _refusals(answered), packing(asked)])


def _citations(answered: Sequence[Answered]) -> str:
    """Refused ones are misses."""
    asked = [each for each in answered if each.case.gold]
    head = ["first citation", f"first {FIRST}", "any", "lines a citation"]
    kinds = dict.fromkeys(each.case.kind for each in asked)
    rows = {kind: _cited([each for each in asked if each.case.kind == kind]) for kind in kinds}
    return table("A right place is cited", head, rows)


def _cited(answered: Sequence[Answered]) -> list[object]:
    shares = [Share.of(_hit(each, depth) for each in answered) for depth in (1, FIRST, None)]
    lengths = [c["end"] - c["start"] + 1 for each in answered for c in each.cited[:FIRST]]
    return [*shares, f"{mean(lengths):.1f}" if lengths else "–"]


def _hit(answered: Answered, depth: int | None) -> bool:
    cited = answered.cited[:depth]
    return any(hits(each, gold) for each in cited for gold in answered.case.gold)


def _refusals(answered: Sequence[Answered]) -> str:
    groups = dict.fromkeys(group for each in answered for group in each.case.groups)
    rows = {
        group: [Share.of(each.refused for each in answered if group in each.case.groups)]
        for group in groups
    }
    return table("Refused", ["refused"], rows)
