"""Scores runs: RUNS/<system>/<corpus>.jsonl with lines {"qid", "results": [{"path", "start",
"end"}], "ms"}, best result first, and optionally one line {"meta": {"index_seconds", …}}.

File level: gold is a set of paths, the ranking is the results' paths without repeats.
Line level: gold is ranges of lines; a result hits a range that it overlaps, unless it is longer
    than max(100, 2 x the range), so that whole files get no free hits.
R@200L, R@500L: recall in the first 200 and 500 lines returned: what is comparable between systems
    whose results differ in length.
mode "any": one acceptable answer is enough. mode "all": recall is the share of the gold found.
A query that a run leaves out counts as a miss, unless the run leaves out its whole corpus.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.retrieval.corpora import queries_of, read_lines

DEPTHS = (1, 5, 10, 20)
BUDGETS = (200, 500)
LONGEST_HIT = 100
RANKED = (*(f"R@{depth}" for depth in DEPTHS), "MRR@10", "nDCG@10")
BUDGETED = tuple(f"R@{budget}L" for budget in BUDGETS)
TYPES = ("ALL", "question", "docstring", "change", "newcomer")
APART = frozenset({"newcomer"})
"""Not in ALL, which stays what earlier figures were of."""
NEWCOMER = tuple(
    "newcomer everyday page check where how why symptom impact".replace(" ", " newcomer/").split()
)

Json = dict[str, Any]
Figures = dict[str, float]


@dataclass
class Group:
    """Figures of some queries, a row each."""

    file: list[Figures] = field(default_factory=list)
    line: list[Figures] = field(default_factory=list)


def all_queries() -> dict[str, Json]:
    return {query["qid"]: query for query in queries_of()}


def ranking(found: Sequence[set[Any]], gold: int, mode: str) -> Figures:
    """`found`: for each rank, which of the gold answers are there."""
    seen: set[Any] = set()
    first: int | None = None
    gain, recalled = 0.0, {}
    for rank, here in enumerate(found):
        if here - seen:
            first = rank if first is None else first
            if rank < 10 and (mode == "all" or not seen):
                gain += 1 / math.log2(rank + 2)
            seen |= here
        recalled[rank + 1] = len(seen)
    figures = {
        f"R@{depth}": _recall(recalled.get(depth, len(seen)), gold, mode) for depth in DEPTHS
    }
    ideal = 1.0 if mode == "any" else sum(1 / math.log2(i + 2) for i in range(min(10, gold)))
    figures["MRR@10"] = 1 / (first + 1) if first is not None and first < 10 else 0.0
    figures["nDCG@10"] = min(1.0, gain / ideal)
    return figures


def _recall(found: int, gold: int, mode: str) -> float:
    return float(found > 0) if mode == "any" else found / gold


def by_file(query: Json, results: Sequence[Json]) -> Figures:
    gold = {answer["path"] for answer in query["gold"]}
    paths = dict.fromkeys(result["path"] for result in results)
    return ranking([{path} & gold for path in paths], len(gold), query["mode"])


def by_line(query: Json, results: Sequence[Json]) -> Figures | None:
    """None where only the file counts."""
    gold = [answer for answer in query["gold"] if answer.get("start")]
    if not gold:
        return None
    found = [{n for n, answer in enumerate(gold) if hits(result, answer)} for result in results]
    figures = ranking(found, len(gold), query["mode"])
    for budget in BUDGETS:
        within = _within(results, gold, budget)
        figures[f"R@{budget}L"] = _recall(len(within), len(gold), query["mode"])
    return figures


def overlaps(result: Json, answer: Json) -> bool:
    return bool(
        result["path"] == answer["path"]
        and result["start"] <= answer["end"]
        and answer["start"] <= result["end"]
    )


def hits(result: Json, answer: Json) -> bool:
    length = result["end"] - result["start"] + 1
    longest = max(LONGEST_HIT, 2 * (answer["end"] - answer["start"] + 1))
    return length <= longest and overlaps(result, answer)


def _within(results: Iterable[Json], gold: Sequence[Json], left: int) -> set[int]:
    """The answers in so many lines; the last result is cut."""
    found: set[int] = set()
    for result in results:
        if left <= 0:
            break
        cut = result | {"end": min(result["end"], result["start"] + left - 1)}
        left -= cut["end"] - cut["start"] + 1
        found |= {number for number, answer in enumerate(gold) if overlaps(cut, answer)}
    return found


@dataclass
class Scored:
    groups: dict[str, Group]
    missing: list[str]
    milliseconds: list[float]
    index_seconds: float | None

    def mean(self, group: str, level: str, figure: str) -> float:
        rows: list[Figures] = getattr(self.groups[group], level)
        return sum(row[figure] for row in rows) / len(rows) if rows else math.nan

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.nan


def score(run: Path, queries: Mapping[str, Json]) -> Scored:
    rows = [row for path in sorted(run.glob("*.jsonl")) for row in read_lines(path)]
    answered = {row["qid"]: row for row in rows if row.get("qid") in queries}
    corpora = {queries[qid]["corpus"] for qid in answered}
    groups: dict[str, Group] = defaultdict(Group)
    for qid, query in queries.items():
        if query["corpus"] in corpora:
            results = answered.get(qid, {}).get("results", [])
            _add(groups, query, by_file(query, results), by_line(query, results))
    seconds = [row["meta"].get("index_seconds") for row in rows if "meta" in row]
    return Scored(
        groups=groups,
        missing=sorted({query["corpus"] for query in queries.values()} - corpora),
        milliseconds=[row["ms"] for row in answered.values() if row.get("ms") is not None],
        index_seconds=sum(seconds) if seconds and None not in seconds else None,
    )


def _add(groups: dict[str, Group], query: Json, file: Figures, line: Figures | None) -> None:
    kind = query["type"]
    names = [kind, f"{query['corpus']}/{kind}"]
    names += [f"{kind}/{query[each]}" for each in ("words", "kind") if each in query]
    for name in [*names, *(() if kind in APART or kind.endswith("-explicit") else ("ALL",))]:
        groups[name].file.append(file)
        if line is not None:
            groups[name].line.append(line)


def table(scored: Mapping[str, Scored], group: str) -> str:
    """In Markdown, the worst R@200L first."""
    timed = group == "ALL"
    head = ["system", *(f"file {n}" for n in RANKED), *(f"line {n}" for n in RANKED), *BUDGETED]
    head += ["index s", "p50 ms", "p95 ms"] if timed else []
    ordered = sorted(scored.items(), key=lambda item: item[1].mean(group, "line", "R@200L"))
    rows = [_row(name, each, group, timed) for name, each in ordered]
    number = max(len(each.groups[group].file) for each in scored.values())
    lines = [f"### {group} (n={number})", "", _cells(head), _cells(["---"] * len(head)), *rows]
    return "\n".join(lines)


def brief(scored: Mapping[str, Scored], groups: Sequence[str]) -> str:
    """In Markdown, a column a group: how often a right place is among the first five."""
    head = ["system", *(group.rpartition("/")[2] for group in groups)]
    ordered = sorted(scored.items(), key=lambda item: item[1].mean(groups[0], "line", "R@5"))
    rows = [
        _cells([name, *(f"{each.mean(group, 'line', 'R@5'):.3f}" for group in groups)])
        for name, each in ordered
    ]
    title = "### a right place among the first five"
    return "\n".join([title, "", _cells(head), _cells(["---"] * len(head)), *rows])


def _row(name: str, scored: Scored, group: str, timed: bool) -> str:
    without = f" (without {', '.join(scored.missing)})" if scored.missing else ""
    file = [f"{scored.mean(group, 'file', figure):.3f}" for figure in RANKED]
    line = [f"{scored.mean(group, 'line', figure):.3f}" for figure in (*RANKED, *BUDGETED)]
    seconds = "–" if scored.index_seconds is None else f"{scored.index_seconds:.1f}"
    times = [seconds, f"{scored.percentile(0.5):.1f}", f"{scored.percentile(0.95):.1f}"]
    return _cells([name + without, *file, *line, *(times if timed else ())])


def _cells(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
