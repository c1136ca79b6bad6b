"""The process that parses: it opens the mirror itself, reads blobs by sha, and sends rows back.

It has no database, and it may die: a grammar is C code that reads other people's files.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from workers.git import CorruptMirror, Mirror
from workers.index import copy, skip
from workers.index.parse import decode, parse
from workers.languages import language_of


@dataclass(frozen=True, slots=True)
class Task:
    """One content to parse, under the id that its row will have."""

    blob_id: int
    sha: str
    path: str
    size: int
    may_be_generated: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a task: a reason to skip it, or the language that it was stored as."""

    blob_id: int
    reason: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a batch gave; the rows are in COPY's binary format."""

    verdicts: tuple[Verdict, ...]
    blobs: bytes
    chunks: bytes
    symbols: bytes
    links: bytes


def serve(connection: Connection) -> None:
    """Answer batches until the parent closes the pipe, or is gone. A text is the path of the mirror
    that the batches after it are of."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What parsing makes is let go by itself; to look for cycles in it costs 5 % of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        mirror: str = connection.recv()
        while mirror:
            mirror = _serve(connection, Path(mirror))
    except EOFError:
        return


def _serve(connection: Connection, mirror: Path) -> str:
    """Answer batches of one mirror; returns the next one."""
    with Mirror(mirror) as opened:
        while True:
            received: str | Sequence[Task] = connection.recv()
            if isinstance(received, str):
                return received
            connection.send(parse_batch(opened, received))


def parse_batch(mirror: Mirror, tasks: Sequence[Task]) -> Parsed:
    """Read, judge, parse and encode."""
    rows = _Rows([], [], [], [])
    verdicts = tuple(_parse(mirror, task, rows) for task in tasks)
    return Parsed(verdicts, *(b"".join(part) for part in rows.parts()))


def judge(content: bytes, path: str, *, may_be_generated: bool) -> tuple[str | None, str]:
    """The reason not to index a content, and its language."""
    first_line = decode(content[:400]).partition("\n")[0]
    language = language_of(path, first_line)
    return skip.by_content(content, language, may_be_generated=may_be_generated), language


@dataclass(frozen=True, slots=True)
class _Rows:
    blobs: list[bytes]
    chunks: list[bytes]
    symbols: list[bytes]
    links: list[bytes]

    def parts(self) -> tuple[list[bytes], list[bytes], list[bytes], list[bytes]]:
        return self.blobs, self.chunks, self.symbols, self.links


def _parse(mirror: Mirror, task: Task, rows: _Rows) -> Verdict:
    try:
        content = mirror.read(task.sha)
    except CorruptMirror:
        return Verdict(task.blob_id, skip.UNREADABLE, "")
    reason, language = judge(content, task.path, may_be_generated=task.may_be_generated)
    if reason is None:
        blob = parse(task.path, content)
        rows.blobs.append(copy.blob_row(task.blob_id, task.sha, language, len(content), blob))
        rows.chunks.append(copy.chunk_row(task.blob_id, blob.chunks))
        rows.symbols.append(copy.symbol_rows(task.blob_id, blob.symbols))
        rows.links.append(copy.link_row(task.blob_id, blob))
    return Verdict(task.blob_id, reason, language)
