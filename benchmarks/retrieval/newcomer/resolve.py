"""Turn the written questions into queries whose right places are checked against the source.

    python -m benchmarks.retrieval.newcomer.resolve CORPORA

CORPORA has <corpus>/tree, as `python -m benchmarks.retrieval` unpacks them. In
questions/<corpus>.txt, a line `Q[kind]: …` is a question that avoids even the words of the
product's page, `P[kind]: …` one that may have those, and `C[kind]: …` one that was written when all
weights and tables stood. Its right places follow: `path::Qualified.symbol | text`, where the symbol
is defined and the text stands within it, or `path:first-last | text`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.retrieval.symbols import Definition, definitions, language_of

HERE = Path(__file__).parent
KINDS = frozenset({"where", "how", "why", "symptom", "impact"})
WORDS = {"Q": "everyday", "P": "page", "C": "check"}
_QUESTION = re.compile(r"([QPC])\[(\w+)\]: (.+)")
_SYMBOL = re.compile(r"(?P<path>[^:]+)::(?P<symbol>\S+) \| ?(?P<text>.*)")
_RANGE = re.compile(r"(?P<path>[^:]+):(?P<first>\d+)-(?P<last>\d+) \| (?P<text>.+)")

Json = dict[str, Any]


class Wrong(Exception):
    """A place that is not there, or does not hold what it should."""


def resolved(corpus: str, lines: Iterable[str], tree: Path) -> tuple[list[Json], list[str]]:
    """Queries, and sentences about the places that are wrong."""
    queries: list[Json] = []
    wrong: list[str] = []
    for line in lines:
        asked = _QUESTION.fullmatch(line)
        if asked:
            queries.append(_query(corpus, len(queries), *asked.groups()))
        elif line.strip() and not line.startswith("#"):
            try:
                queries[-1]["gold"] += places(line, tree)
            except Wrong as error:
                wrong.append(f"{corpus}: {error}")
    wrong += [f"{corpus}: no place: {query['query']}" for query in queries if not query["gold"]]
    return queries, wrong


def _query(corpus: str, number: int, words: str, kind: str, text: str) -> Json:
    if kind not in KINDS:
        raise SystemExit(f"'{kind}' is no kind of question")
    qid = f"{corpus}-n{number:03d}"
    fields = {"qid": qid, "corpus": corpus, "type": "newcomer", "kind": kind}
    fields["words"] = WORDS[words]
    return {**fields, "query": text, "mode": "any", "gold": []}


def places(line: str, tree: Path) -> list[Json]:
    """What a line of gold means; raises `Wrong` where it does not hold."""
    match = _SYMBOL.fullmatch(line) or _RANGE.fullmatch(line)
    if match is None or not (tree / match["path"]).exists():
        raise Wrong(f"no such place: {line}")
    source = (tree / match["path"]).read_bytes().decode()
    found = list(_ranges(match, source))
    lines = source.split("\n")
    held = [each for each in found if match["text"] in "\n".join(lines[each[0] - 1 : each[1]])]
    if not held:
        raise Wrong(f"{'not within' if found else 'not defined'}: {line}")
    symbol = match.groupdict().get("symbol") or ""
    return [
        {"path": match["path"], "start": first, "end": last, "symbol": symbol}
        for first, last in held
    ]


def _ranges(match: re.Match[str], source: str) -> Iterator[tuple[int, int]]:
    if match.re is _RANGE:
        yield int(match["first"]), int(match["last"])
        return
    language = language_of(match["path"])
    for each in _all(definitions(source, language)) if language else ():
        if each.qualified == match["symbol"]:
            yield each.start, each.end


def _all(found: Iterable[Definition]) -> Iterator[Definition]:
    for each in found:
        yield each
        yield from _all(each.children)


def main() -> None:
    corpora = Path(sys.argv[1])
    problems: list[str] = []
    for source in sorted((HERE / "questions").glob("*.txt")):
        lines = source.read_text(encoding="utf-8").splitlines()
        queries, wrong = resolved(source.stem, lines, corpora / source.stem / "tree")
        problems += wrong
        rows = (json.dumps(query, ensure_ascii=False) + "\n" for query in queries)
        target = HERE / "queries" / f"{source.stem}.newcomer.jsonl"
        target.parent.mkdir(exist_ok=True)
        target.write_text("".join(rows), encoding="utf-8")
        print(f"{source.stem}: {len(queries)} questions")
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main()
