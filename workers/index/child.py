"""The process that parses: it opens the mirror itself, reads blobs by sha, and sends rows back; and
later, without a mirror, the links of texts that are sent to it.

It has no database, and it may die: a grammar is C code that reads other people's files.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from core.db.blobs import decompress
from workers.git import CorruptMirror, Mirror
from workers.index import copy, skip
from workers.index.blob import Blob
from workers.index.parse import decode, parse_all, read_links
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


@dataclass(frozen=True, slots=True)
class TextTask:
    """A stored text to read the links of, compressed as it is stored; `size` is without that."""

    blob_id: int
    language: str
    size: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Linked:
    """What a batch of texts gave: a row each, in COPY's binary format."""

    count: int
    links: bytes


def serve(connection: Connection) -> None:
    """Answer batches until the parent closes the pipe, or is gone. A text is the path of the mirror
    that the batches after it are of; '' says that they are of stored texts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What parsing makes is let go by itself; to look for cycles in it costs 5 % of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        mirror: str = connection.recv()
        while True:
            mirror = _serve(connection, mirror)
    except EOFError:
        return


def _serve(connection: Connection, mirror: str) -> str:
    """Answer batches of one mirror; returns the next one."""
    if not mirror:
        return _answer(connection, link_batch)
    with Mirror(Path(mirror)) as opened:
        return _answer(connection, partial(parse_batch, opened))


def _answer(connection: Connection, work: Callable[[Any], object]) -> str:
    while not isinstance(received := connection.recv(), str):
        connection.send(work(received))
    return received


def link_batch(tasks: Sequence[TextTask]) -> Linked:
    """Read the links, and encode them."""
    rows = [
        copy.link_row(task.blob_id, read_links(task.language, decompress(task.text).decode()))
        for task in tasks
    ]
    return Linked(len(rows), b"".join(rows))


def parse_batch(mirror: Mirror, tasks: Sequence[Task]) -> Parsed:
    """Read, judge, parse and encode."""
    read = [_read(mirror, task) for task in tasks]
    verdicts = (Verdict(t.blob_id, f.reason, f.language) for t, f in zip(tasks, read, strict=True))
    wanted = [(task, found) for task, found in zip(tasks, read, strict=True) if not found.reason]
    blobs = list(parse_all((task.path, found.content) for task, found in wanted))
    ids = [task.blob_id for task, _ in wanted]
    return Parsed(
        tuple(verdicts),
        b"".join(map(_blob_row, wanted, blobs)),
        copy.chunk_rows(ids, [blob.chunks for blob in blobs]),
        b"".join(copy.symbol_rows(i, blob.symbols) for i, blob in zip(ids, blobs, strict=True)),
    )


def _blob_row(wanted: tuple[Task, _Read], blob: Blob) -> bytes:
    task, found = wanted
    return copy.blob_row(task.blob_id, task.sha, found.language, len(found.content), blob)


def judge(content: bytes, path: str, *, may_be_generated: bool) -> tuple[str | None, str]:
    """The reason not to index a content, and its language."""
    first_line = decode(content[:400]).partition("\n")[0]
    language = language_of(path, first_line)
    return skip.by_content(content, language, may_be_generated=may_be_generated), language


class _Read(NamedTuple):
    """A content that was read, and judged; `reason`: why it is not parsed."""

    reason: str | None
    language: str
    content: bytes


def _read(mirror: Mirror, task: Task) -> _Read:
    try:
        content = mirror.read(task.sha)
    except CorruptMirror:
        return _Read(skip.UNREADABLE, "", b"")
    return _Read(*judge(content, task.path, may_be_generated=task.may_be_generated), content)
