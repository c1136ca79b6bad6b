"""What an index is held against: parsing alone, copying alone, and another engine's index."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
import tree_sitter

from benchmarks.index.usage import Usage, measured
from workers.index.lanes import usable_processes
from workers.languages import LANGUAGES, language_of

ROOT = Path(__file__).parent.parent.parent
TABLES = ("blobs", "blob_chunks", "symbols", "files")

_SHARE = 40  # files that a process takes at a time


def raw_parse(checkout: Path, paths: Sequence[str]) -> Usage:
    """Tree-sitter and nothing else, over the same files in a pool of as many processes. The pool is
    there, and has its grammars, before the clock starts."""
    shares = [paths[at : at + _SHARE] for at in range(0, len(paths), _SHARE)]
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(usable_processes(), mp_context=context) as pool:
        for _ in pool.map(_parse, [str(checkout)] * 8, [paths[:1]] * 8):
            pass
        with measured() as usage:
            for _ in pool.map(_parse, [str(checkout)] * len(shares), shares):
                pass
    return usage


_parsers: dict[str, tree_sitter.Parser] = {}


def _parse(checkout: str, paths: Sequence[str]) -> int:
    nodes = 0
    for path in paths:
        content = Path(checkout, path).read_bytes()
        language = LANGUAGES[language_of(path, content[:400].decode(errors="replace"))]
        if language.grammar is not None:
            if language.name not in _parsers:
                made = tree_sitter.Language(language.grammar())
                _parsers[language.name] = tree_sitter.Parser(made)
            nodes += _parsers[language.name].parse(content).root_node.has_error
    return nodes


def copy(database_url: str) -> Usage:
    """COPY of all rows of an index into tables of the same columns and indexes: without row-level
    security, foreign keys, or anything to be done for a row before."""
    with psycopg.connect(database_url) as connection:
        rows = {table: _rows(connection, table) for table in TABLES}
        for table in TABLES:
            connection.execute(f"CREATE TABLE copied_{table} (LIKE {table} INCLUDING ALL)".encode())
        connection.commit()
        with measured() as usage:
            for table in TABLES:
                _fill(connection, table, rows[table])
            connection.commit()
        for table in TABLES:
            connection.execute(f"DROP TABLE copied_{table}".encode())
    return usage


def _rows(connection: psycopg.Connection, table: str) -> list[bytes]:
    query = f"COPY {table} TO STDOUT WITH (FORMAT BINARY)".encode()
    with connection.cursor().copy(query) as copied:
        return [bytes(each) for each in copied]


def _fill(connection: psycopg.Connection, table: str, rows: Sequence[bytes]) -> None:
    query = f"COPY copied_{table} FROM STDIN WITH (FORMAT BINARY)".encode()
    with connection.cursor().copy(query) as copying:
        for each in rows:
            copying.write(each)


def tantivy(python: Path, work: Path, corpus: str) -> dict[str, float]:
    """Seconds that the baseline takes to cut its chunks, and to build its index over them."""
    command = [str(python), "-m", "benchmarks.index.tantivy", str(work), corpus]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found
