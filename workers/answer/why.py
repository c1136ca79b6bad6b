"""Why something is so: what comments, documents and commits give as the reason."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence

from core.db import commits
from core.db.commits import Commit
from core.db.connect import Database
from workers.answer.asked import Asked
from workers.answer.cite import Citations
from workers.answer.history_cite import CommitCitations, deed
from workers.answer.history_item import because, named
from workers.answer.material import Material
from workers.answer.place import Place
from workers.answer.wording import comments, quote, sentences
from workers.answer.wording import named as named_place
from workers.git import CommitTold
from workers.index.churn import is_bot
from workers.index.terms import terms

_SHARED = 2
_SHARED_ELSEWHERE = 3
"""Words of the question that what gives a reason has at least, in the best place and elsewhere."""
_WIDE = 20
"""Paths of a commit; of one that touched more, what it says is seldom about one of them."""
_REASON = re.compile(
    r"\b(?:because|since|so that|so as to|in order to|otherwise|therefore|thus|hence|due to"
    r"|reasons?|instead of|rather than|unless|(?:to|would|could|can|must|which|that) (?:not )?"
    r"(?:avoid|prevent|ensure|guarantee|protect|keep|allow|break|cause|leak)s?"
    r"|(?:avoid|prevent|ensur|guarante|protect)(?:s|ing|es)?"
    r"|for (?:the sake of|compatibility|security|performance|speed|safety|backwards?))\b",
    re.IGNORECASE,
)


def reason(material: Material, shown: Sequence[tuple[Place, str]], citations: Citations) -> str:
    """The sentence that gives a reason and shares most with the question; '' where none does."""
    found = [
        (len(set(material.words).intersection(terms(said))), -number, said)
        for number, (place, _) in enumerate(shown)
        for said in _sayings(place, citations)
        if _REASON.search(said)
    ]
    shared, number, said = max(found, default=(0, 0, ""))
    if shared < (_SHARED_ELSEWHERE if number else _SHARED):
        return ""
    place, mark = shown[-number]
    return f"{quote(said)}, says {named_place(place).rstrip(',')} {mark}."


def _sayings(place: Place, citations: Citations) -> list[str]:
    text = citations.source.text(place.path)
    lines = text.lines[place.start - 1 : place.end] if text else ()
    prose = "\n".join(lines[1:]) if place.kind == "section" else place.docstring
    return [*sentences(prose), *comments(lines)]


async def origin(
    database: Database, asked: Asked, material: Material, cited: CommitCitations
) -> str:
    """The commit of the best place that speaks of what is asked and says why; '' where none does.
    Commits that are kept are looked through: a reader waits, and git may take long."""
    if not material.places:
        return ""
    place = material.places[0]
    async with database.tenant(asked.row.installation_id) as connection:
        rows = await commits.touching(connection, asked.repository.id, [place.path])
    telling = [row for row in rows if _shared(row, material.words) >= _SHARED_ELSEWHERE]
    best = max(telling, key=lambda row: _shared(row, material.words), default=None)
    return await asyncio.to_thread(_told, asked, place, best, cited) if best else ""


def _shared(row: Commit, words: Collection[str]) -> int:
    """0 for a commit that gives no reason: a subject alone is none, unless it says so."""
    message = f"{row.subject}\n{row.body}"
    reasons = row.body or _REASON.search(row.subject)
    if is_bot(row.author) or len(row.paths) > _WIDE or not reasons:
        return 0
    return len(set(words).intersection(terms(message)))


def _told(asked: Asked, place: Place, row: Commit, cited: CommitCitations) -> str:
    """'' where the commit changed other lines only, or cannot be cited."""
    message = f"{row.subject}\n\n{row.body}"
    commit = CommitTold(row.sha, "", row.parents > 1, row.committed_at, row.author, message)
    hunk = deed(asked.mirror, commit, (place.path,), place.name).hunk
    mark = cited.mark(commit, hunk, place.name) if hunk and hunk.path == place.path else ""
    if not mark:
        return ""
    return f"{quote(row.subject)}, says the commit {named(commit)} {mark}.{because(commit)}"
