"""How good answers without a model are, what is refused, and what a model is given to read.

python -m benchmarks.answers [--work FOLDER] [--only flask,arq] [--calibrate] [--show QID]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.answers import calibrate, report, run
from benchmarks.answers.cases import cases, contradictions
from benchmarks.retrieval import corpora
from benchmarks.retrieval.__main__ import interpreter

ROOT = Path(__file__).parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description="Answers without a model, refusals, packing.")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "retrieval")
    parser.add_argument("--only", default="", help="corpora, comma-separated")
    parser.add_argument("--calibrate", action="store_true", help="fit what a refusal rests on")
    parser.add_argument("--show", default="", help="print the answers to these, comma-separated")
    arguments = parser.parse_args()
    work: Path = arguments.work.absolute()
    wanted = [name for name in arguments.only.split(",") if name]
    there = _prepared(work, wanted)
    _check(work, there)
    print(asyncio.run(_measured(arguments, work, there)))


def _prepared(work: Path, wanted: Sequence[str]) -> list[str]:
    """Where all corpora are there, the environment that downloads them is not needed."""
    names = wanted or [path.name for path in (work / "corpora").glob("*/") if path.is_dir()]
    if names and all((work / "corpora" / name / "files.txt").exists() for name in names):
        return sorted(names)
    return corpora.prepare(work, interpreter(work), wanted)


def _check(work: Path, there: Sequence[str]) -> None:
    """A question that its corpus answers after all is no question without an answer."""
    for name in there:
        source = work / "corpora" / name
        files = (source / "files.txt").read_text(encoding="utf-8").splitlines()
        found = contradictions(source / "tree", files, name)
        if found:
            raise SystemExit("These have an answer:\n" + "\n".join(found))


async def _measured(arguments: argparse.Namespace, work: Path, there: Sequence[str]) -> str:
    shown = set(arguments.show.split(",")) - {""}
    stood: list[calibrate.Stood] = []
    answered: list[run.Answered] = []
    async with run.opened_corpora(work) as ready:
        for name in there:
            print(name, file=sys.stderr, flush=True)
            corpus, asked = await ready(name), cases(name)
            if arguments.calibrate:
                stood += await calibrate.stood(corpus, asked)
            else:
                chosen = [case for case in asked if not shown or case.qid in shown]
                answered += await run.answered(corpus, chosen)
    if arguments.calibrate:
        return calibrate.calibrate(stood)
    return report.shown(answered) if shown else report.tables(answered)


if __name__ == "__main__":
    main()
