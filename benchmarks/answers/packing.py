"""Lines that a model would be given for a budget of tokens, beside the lines of the gold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from benchmarks.answers.cases import Case
from benchmarks.answers.figures import table
from workers.answer.gather import gather
from workers.answer.pack import pack
from workers.answer.source import Source
from workers.answer.telling import Telling
from workers.index.terms import terms
from workers.model import estimate

BUDGETS = (2_000, 4_000, 8_000)
PLAIN = "first chunks as they are"
PACKED = "packed"
EACH = 50
PACKED_KINDS = ("question", "newcomer")
"""What is asked of a model; the other queries are no questions."""

Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Given:
    """`precision`: share of the lines that are gold; `recall`: share that is there of the gold
    range which is there most; `touched`: whether any line of the gold is there."""

    way: str
    budget: int
    lines: int
    precision: float
    recall: float
    touched: float


async def given(telling: Telling, case: Case) -> list[Given]:
    source = Source(telling.asked.mirror, telling.asked.snapshot.commit_sha)
    material = await gather(
        telling.database,
        telling.asked,
        telling.question,
        telling.hits,
        source,
        confident=True,
    )
    words = set(terms(telling.question.text))
    found = []
    for budget in BUDGETS:
        packed = pack(material.places, source.text, words, budget, each=EACH)
        lines = {(p.place.path, number) for p in packed for number in p.lines}
        found.append(_judged(PACKED, budget, lines, case))
        found.append(_judged(PLAIN, budget, _plain(telling, source, budget), case))
    return found


def _plain(telling: Telling, source: Source, room: int) -> set[Line]:
    """Chunks in the order of the search, until one does not fit; that one is cut."""
    lines: set[Line] = set()
    for hit in telling.hits:
        text = source.text(hit.path)
        room -= EACH
        for number in range(hit.start_line, hit.end_line + 1) if text else ():
            assert text is not None
            room -= estimate(text.masked[number - 1] + "\n")
            if room < 0:
                return lines
            lines.add((hit.path, number))
    return lines


def _judged(way: str, budget: int, lines: set[Line], case: Case) -> Given:
    golds = [{(g["path"], n) for n in range(g["start"], g["end"] + 1)} for g in case.gold]
    right = lines & set().union(*golds)
    recall = max(len(lines & gold) / len(gold) for gold in golds)
    precision = len(right) / len(lines) if lines else 0.0
    return Given(way, budget, len(lines), precision, recall, float(bool(right)))


def packing(found: Iterable[Sequence[Given]]) -> str:
    listed = [each for given in found for each in given]
    rows: dict[str, list[object]] = {}
    for budget in BUDGETS:
        for way in (PLAIN, PACKED):
            chosen = [each for each in listed if (each.way, each.budget) == (way, budget)]
            if chosen:
                rows[f"{budget:,} tokens, {way}"] = _row(chosen)
    head = ["gold touched", "line recall", "line precision", "lines"]
    return table(f"Given to a model (n={len(listed) // (2 * len(BUDGETS))})", head, rows)


def _row(chosen: Sequence[Given]) -> list[object]:
    figures = ("touched", "recall", "precision")
    means = [f"{mean(getattr(each, name) for each in chosen):.3f}" for name in figures]
    return [*means, f"{mean(each.lines for each in chosen):.0f}"]
