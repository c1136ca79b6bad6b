"""Of a whole repository: the files that are worth new tests, the riskiest first."""

from __future__ import annotations

from dataclasses import dataclass

from core.db.thoughts import Subject
from core.words import many
from workers.explorers import EXPLORERS
from workers.runners import RUNNERS
from workers.thoughts.base import Brief, FollowUp, Outcome, digest
from workers.thoughts.reader import Reader

_MOST = 8


@dataclass(frozen=True, slots=True)
class Untested(Brief):
    """Paths of files whose functions can be called."""

    paths: tuple[str, ...]


async def untested(read: Reader) -> Untested | None:
    """None where there is no such file."""
    files = await read.files()
    known: list[str] = []
    for language in sorted({file.language for file in files} & EXPLORERS.keys()):
        suite = RUNNERS[language].suite(read.code, [file.path for file in files])
        own = {file.path for file in files if file.language == language}
        known += [path for path in suite.files if path in own] if suite else []
    outlines = await read.outlines(known)
    risks = {each.path: each.score for each in await read.risks() if not each.symbol}
    known = [path for path in known if outlines.get(path)]
    known.sort(key=lambda path: (-risks.get(path, 0.0), -len(outlines[path]), path))
    return Untested(digest(*known), tuple(known[:_MOST])) if known else None


def asked_for(thought: str, brief: Untested) -> Outcome:
    """One Thought for each."""
    return Outcome(
        f"{many(len(brief.paths), 'file is', 'files are')} worth new tests.",
        follow_ups=[
            FollowUp(thought, Subject("file", path=path), "its functions can be called", 0.2)
            for path in brief.paths
        ],
    )
