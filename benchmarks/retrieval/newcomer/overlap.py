"""How many of a question's words the right place has, and how much depends on it.

    python -m benchmarks.retrieval.newcomer.overlap WORK [system …]

Reads WORK/corpora and WORK/runs, as `python -m benchmarks.retrieval` leaves them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.retrieval.corpora import queries_of, read_lines
from benchmarks.retrieval.score import by_line
from workers.index.terms import terms
from workers.retrieve.query import asked_terms

SYSTEMS = ("bm25-win50+prior", "ponder")
BANDS = (0.0, 0.2, 0.4, 0.6, 1.0)
HAND_WRITTEN = ("newcomer", "question")

Json = dict[str, Any]


def overlap(query: Json, tree: Path) -> float:
    """The largest share of the question's words, stemmed, that a right place has: in its lines, its
    name or its path."""
    own = set(asked_terms(query["query"]))
    shares = (len(own & _words(answer, tree)) for answer in query["gold"] if answer.get("start"))
    return max(shares, default=0) / max(1, len(own))


def _words(answer: Json, tree: Path) -> set[str]:
    lines = (tree / answer["path"]).read_bytes().decode().split("\n")
    body = "\n".join(lines[answer["start"] - 1 : answer["end"]])
    return {*terms(body), *terms(answer["symbol"]), *terms(answer["path"])}


def band(share: float) -> str:
    below = 0.0
    for limit in BANDS:
        if share <= limit:
            break
        below = limit
    return "none" if share == 0 else f"{below:.0%} to {limit:.0%}"


def found(work: Path, system: str, queries: Iterable[Json]) -> dict[str, float]:
    """For each question, whether a right place is among the first five."""
    rows = (row for path in (work / "runs" / system).glob("*.jsonl") for row in read_lines(path))
    results = {row["qid"]: row["results"] for row in rows if "qid" in row}
    scored = {query["qid"]: by_line(query, results.get(query["qid"], [])) for query in queries}
    return {qid: figures["R@5"] for qid, figures in scored.items() if figures}


def main() -> None:
    work, systems = Path(sys.argv[1]), sys.argv[2:] or list(SYSTEMS)
    queries = [query for query in queries_of() if query["type"] in HAND_WRITTEN]
    bands: dict[tuple[str, str], list[str]] = defaultdict(list)
    for query in queries:
        share = overlap(query, work / "corpora" / query["corpus"] / "tree")
        bands[query["type"], band(share)].append(query["qid"])
    outcomes = {system: found(work, system, queries) for system in systems}
    print("| questions | words shared | n | " + " | ".join(systems) + " |")
    print("|---|---|---|" + "---|" * len(systems))
    for (kind, name), qids in sorted(bands.items(), key=lambda each: (each[0][0], _order(each))):
        shares = [sum(outcomes[s].get(qid, 0.0) for qid in qids) / len(qids) for s in systems]
        cells = [kind, name, str(len(qids)), *(f"{share:.2f}" for share in shares)]
        print("| " + " | ".join(cells) + " |")


def _order(each: tuple[tuple[str, str], list[str]]) -> int:
    name = each[0][1]
    return -1 if name == "none" else int(name.partition("%")[0])


if __name__ == "__main__":
    main()
