"""Scores of files at a moment of a history, judged by the fixes that came after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

import numpy as np

from benchmarks.risk.histories import History
from workers.git import Mirror, read_blob, text_path
from workers.languages.complexity import measure
from workers.risk.fit import fit
from workers.risk.measures import NAMES, Still, row
from workers.risk.model import auc, formula
from workers.risk.past import Touch

TOP = 0.1
SCORES = ("learned or formula", "formula", "past fixes, weighted by time", "lines added", "lines")


@dataclass(slots=True)
class Judged:
    """By score: areas under the curve, and shares of later fixes in the riskiest tenth, one a
    moment. `learned` counts the moments at which what was learned was used."""

    moments: int = 0
    files: int = 0
    fixes: int = 0
    learned: int = 0
    areas: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in SCORES})
    shares: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in SCORES})

    def means(self, name: str) -> tuple[float, float]:
        return mean(self.areas[name]), mean(self.shares[name])


def judged(history: History, moments: int, ahead: int) -> Judged:
    """At some moments of the second half; the fixes are those of the next `ahead` commits."""
    found = Judged()
    known: dict[str, Still] = {}
    count = len(history.commits)
    for number in range(moments):
        at = count // 2 + number * (count // 2) // moments
        if at + 1 >= count:
            continue
        _judge(found, history, at, min(at + ahead, count - 1), known)
    return found


def _judge(found: Judged, history: History, at: int, until: int, known: dict[str, Still]) -> None:
    now, end = (_moment(history, index) for index in (at, until))
    still = _still(history, history.commits[at].sha, known)
    before = {p: [t for t in history.past.get(p, ()) if t.at <= now] for p in still}
    later = {
        path: sum(t.fix for t in history.past.get(path, ()) if now < t.at <= end) for path in still
    }
    labels = np.array([float(later[path] > 0) for path in still])
    if len(still) < 10 or not 0 < labels.sum() < len(labels):
        return
    found.moments += 1
    found.files += len(still)
    found.fixes += sum(later.values())
    for name, scores in _scores(found, still, before, now).items():
        found.areas[name].append(auc(scores, labels))
        found.shares[name].append(_share(scores, [later[path] for path in still]))


def _moment(history: History, index: int) -> float:
    return history.commits[index].committed_at.timestamp() / 86_400


def _scores(
    found: Judged, still: dict[str, Still], before: dict[str, list[Touch]], now: float
) -> dict[str, Sequence[float]]:
    fitted = fit(before, still)
    found.learned += fitted.model.rests_on[0] > 0
    rows = np.array([row(before[p], now + 1e-6, fitted.half_life, s) for p, s in still.items()])
    usual = fitted.scale.apply(rows)
    return {
        SCORES[0]: list(fitted.model.logits(usual)),
        SCORES[1]: list(formula().logits(usual)),
        SCORES[2]: list(rows[:, NAMES.index("fixes")]),
        SCORES[3]: [float(sum(t.added for t in before[path])) for path in still],
        SCORES[4]: [float(each.lines) for each in still.values()],
    }


def _share(scores: Sequence[float], fixes: Sequence[int]) -> float:
    """Of later fixes in the top tenth of files; of those that score the same, a fair part."""
    size = max(round(TOP * len(scores)), 1)
    order = sorted(scores, reverse=True)
    edge = order[size - 1]
    above = sum(f for s, f in zip(scores, fixes, strict=True) if s > edge)
    ties = [f for s, f in zip(scores, fixes, strict=True) if s == edge]
    left = size - sum(s > edge for s in scores)
    return (above + sum(ties) * left / len(ties)) / max(sum(fixes), 1)


def _still(history: History, commit: str, known: dict[str, Still]) -> dict[str, Still]:
    """Of every file at the commit; contents that were measured are not measured again."""
    with Mirror(history.mirror) as mirror:
        entries = {text_path(e.path): e.sha for e in mirror.tree(commit)}
    found = {}
    for path in sorted(entries.keys() & history.past.keys()):
        sha = entries[path]
        if sha not in known:
            text = read_blob(history.mirror, sha).decode(errors="replace")
            lines = text.count("\n") + 1
            complexity = measure("python", text)
            whole = complexity.of_lines(1, lines) if complexity else None
            known[sha] = Still(lines, whole.cognitive if whole else None)
        found[path] = known[sha]
    return found


def counted(history: History) -> Counter[str]:
    """How many changes there are, and how many are fixes."""
    every = [t for touches in history.past.values() for t in touches]
    return Counter({"changes": len(every), "fixes": sum(t.fix for t in every)})
