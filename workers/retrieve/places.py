"""What a question says about places: files that it names, and kinds of file that it does not ask
for."""

from __future__ import annotations

import numpy as np

from workers.retrieve import kinds
from workers.retrieve.intent import Intent
from workers.retrieve.query import Question
from workers.retrieve.segment import Floats
from workers.retrieve.snapshot_index import SnapshotIndex

ASIDE = 0.3
"""What is left of a score, for the choice of candidates, in a kind of file not asked for."""


def asked(intent: Intent) -> int:
    """Flags of the kinds of file that are asked for."""
    wanted = (
        (intent.tests, kinds.TEST),
        (intent.docs, kinds.DOCUMENT),
        (intent.examples, kinds.EXAMPLE),
        (intent.configuration, kinds.CONFIGURATION),
    )
    return sum(flag for is_wanted, flag in wanted if is_wanted)


def unasked(intent: Intent) -> int:
    """Flags of the kinds of file that stand behind the others."""
    behind = kinds.GENERATED | kinds.TRANSLATION | kinds.TEST | kinds.DOCUMENT
    # Examples are a kind of documentation.
    examples = 0 if intent.docs else kinds.EXAMPLE
    return (behind | examples | kinds.CONFIGURATION) & ~asked(intent)


def prior(index: SnapshotIndex, question: Question) -> Floats:
    """A factor for each chunk."""
    aside = (index.flags & unasked(question.intent)) > 0
    return np.where(aside, ASIDE, 1.0).astype(np.float32)[index.file]


def ends_with(path: str, end: str) -> bool:
    """Whether whole parts of the path are the end."""
    return bool(end) and f"/{path}".endswith(f"/{end.lstrip('./')}")


def spelled_out(index: SnapshotIndex, question: Question) -> Floats:
    """1 for chunks on a line of a traceback, less for others of a file that the question names."""
    scores = np.zeros(len(index.file), dtype=np.float32)
    if not (question.paths or question.frames):
        return scores
    named = [*question.paths, *(frame.path for frame in question.frames)]
    found = [index.files_named(path.rpartition("/")[2]) for path in named]
    for number in np.unique(np.concatenate(found)).tolist():
        if names_file(question, index.path(number)):
            for chunk in np.flatnonzero(index.file == number).tolist():
                scores[chunk] = 1.0 if on_frame(index, question, chunk) else 0.1
    return scores


def names_file(question: Question, path: str) -> bool:
    """The path of a frame is of another machine: its end is ours, or ours its end."""
    return any(ends_with(path, named) for named in question.paths) or any(
        ends_with(frame.path, path) or ends_with(path, frame.path) for frame in question.frames
    )


def on_frame(index: SnapshotIndex, question: Question, chunk: int) -> bool:
    row, path = index.rows[chunk], index.files[index.file[chunk]].path
    return any(
        row.start_line <= frame.line <= row.end_line
        and (ends_with(frame.path, path) or ends_with(path, frame.path))
        for frame in question.frames
    )
