"""One size: what an index of it takes, and how long questions take, beside tantivy and pgvector.

python -m benchmarks.query.scale WORK CHUNKS    prints a JSON object
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from benchmarks.query import sources
from benchmarks.query.stage import Stage, fresh, percentiles, questions, staged
from core.db import blob_vectors, embedding_models, postings, vocabularies
from core.db.repositories import Repository
from workers.embeddings import lsa
from workers.index.build import index
from workers.index.embed import embed
from workers.index.link import link
from workers.index.terms import term_id
from workers.retrieve import query
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher

QUESTIONS = 200
NEAREST = 400


async def measured(work: Path, chunks: int) -> dict[str, Any]:
    """The stores stay, for what is measured in them later."""
    checkout = work / "repositories" / f"of-{chunks}"
    sources.write(work / "corpora", checkout, chunks)
    async with staged(fresh(work / "stores" / str(chunks))) as stage:
        repository = await stage.connect(checkout)
        made = await _indexed(stage, repository)
        made["source_mb"] = sum(f.stat().st_size for f in checkout.rglob("*") if f.is_file()
                                and ".git" not in f.parts) / 1e6  # fmt: skip
        made |= await _asked(stage, repository)
        made["pgvector"] = await _pgvector(stage, repository)
        await _written(stage, work / "chunks" / f"{chunks}.jsonl")
    return made


async def _indexed(stage: Stage, repository: Repository) -> dict[str, Any]:
    began = time.monotonic()
    report = await index(settings=stage.settings, database=stage.database, repository=repository)
    indexed = time.monotonic()
    await link(database=stage.database, repository=repository)
    linked = time.monotonic()
    await embed(database=stage.database, endpoint=None, repository=repository)
    return {
        "chunks": report.chunks,
        "files": report.files,
        "index_seconds": indexed - began,
        "link_seconds": linked - indexed,
        "embed_seconds": time.monotonic() - linked,
        "index_mb": _peak_mb(),
        "database_mb": await stage.database_bytes() / 1e6,
    }


def _peak_mb() -> float:
    """Of this process; a parsing one has less."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _now_mb() -> float:
    """What the process holds that is not a mapped file, without what it has let go of."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


async def _asked(stage: Stage, repository: Repository) -> dict[str, Any]:
    snapshot = await stage.current(repository)
    disk = Disk(stage.settings.data_dir / "segments")
    began = time.monotonic()
    await Searcher(stage.database, None, disk=disk).warm(snapshot)
    built = time.monotonic() - began
    before = _now_mb()
    searcher = Searcher(stage.database, None, disk=disk)
    began = time.monotonic()
    await searcher.search(snapshot, "Where are requests retried?")
    first = time.monotonic() - began
    seconds, processor = [], []
    for question in questions(QUESTIONS):
        began, used = time.monotonic(), time.process_time()
        await searcher.search(snapshot, question)
        seconds.append(time.monotonic() - began)
        processor.append(time.process_time() - used)
    mapped = sum(file.stat().st_size for file in disk.root.rglob("*.bin"))
    return {
        "load_seconds": built,
        "first_ms": first * 1000,
        "mapped_mb": mapped / 1e6,
        "searcher_mb": _now_mb() - before,
        "query": percentiles(seconds),
        "processor": percentiles(processor),
    }


async def _pgvector(stage: Stage, repository: Repository) -> dict[str, float]:
    """The same vectors in a table of pgvector's with an HNSW index, as its manual says, asked for
    as many neighbours as a search asks for."""
    async with stage.database.tenant(0) as connection:
        model = await embedding_models.in_state(connection, repository.id, "serving")
        assert model is not None
        blobs = [row[0] for row in await stage.fetch("SELECT DISTINCT blob_id FROM blob_vectors")]
        stored = await blob_vectors.of_blobs(connection, model, blobs)
    vectors = stored.vectors.floats()
    asked = await _vectors(stage, repository)
    return await asyncio.to_thread(_hnsw, stage.settings.database_url, vectors, asked)


async def _vectors(stage: Stage, repository: Repository) -> list[Any]:
    async with stage.database.tenant(0) as connection:
        model = await embedding_models.in_state(connection, repository.id, "serving")
        assert model is not None
        known = await vocabularies.of_model(connection, model)
    assert known is not None
    parsed = (query.parse(question).weights for question in questions(QUESTIONS))
    weights = ({term_id(term): weight for term, weight in each.items()} for each in parsed)
    made = [lsa.question_vector(each, known.known(list(each))) for each in weights]
    return [vector for vector in made if len(vector)]


def _hnsw(url: str, vectors: Any, asked: list[Any]) -> dict[str, float]:
    with psycopg.connect(url, autocommit=True) as connection:
        register_vector(connection)
        connection.execute("DROP TABLE IF EXISTS bench_vectors")
        connection.execute(
            f"CREATE TABLE bench_vectors (id int, vector halfvec({vectors.shape[1]}))"
        )
        with connection.cursor().copy("COPY bench_vectors FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "halfvec"])
            for number, vector in enumerate(vectors):
                copy.write_row((number, HalfVector(vector)))
        connection.execute("SET maintenance_work_mem = '1GB'")
        began = time.monotonic()
        connection.execute("CREATE INDEX ON bench_vectors USING hnsw (vector halfvec_ip_ops)")
        built = time.monotonic() - began
        connection.execute(f"SET hnsw.ef_search = {NEAREST}")
        connection.execute("SET enable_seqscan = off")
        seconds, recall = [], []
        exact = np.array(vectors, dtype=np.float32)
        for vector in asked:
            began = time.monotonic()
            found = connection.execute(
                "SELECT id FROM bench_vectors ORDER BY vector <#> %s LIMIT %s",
                (HalfVector(vector), NEAREST),
            ).fetchall()
            seconds.append(time.monotonic() - began)
            scores = exact @ vector
            nearest = np.argpartition(-scores, 10)[:10]
            recall.append(len({row[0] for row in found[:10]} & set(nearest.tolist())) / 10)
        connection.execute("DROP TABLE bench_vectors")
    return percentiles(seconds) | {"build_seconds": built, "recall": float(np.mean(recall))}


async def _written(stage: Stage, target: Path) -> None:
    """Path, symbol and lines of every chunk, for who searches them otherwise."""
    rows = await stage.fetch(
        "SELECT DISTINCT ON (blob_id) blob_id, path FROM files WHERE blob_id IS NOT NULL"
    )
    paths = dict(rows)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        for start in range(0, len(rows), 500):
            blob_ids = [row[0] for row in rows[start : start + 500]]
            async with stage.database.tenant(0) as connection:
                found = await postings.columns(connection, blob_ids)
                keys = list(zip(found.blob_id.tolist(), found.ordinal.tolist(), strict=True))
                texts = await postings.texts(connection, keys)
            for (blob_id, _), (symbol, text) in texts.items():
                chunk = {"path": paths[blob_id], "symbol": symbol, "body": text}
                file.write(json.dumps(chunk) + "\n")


def main() -> None:
    work, chunks = Path(sys.argv[1]), int(sys.argv[2])
    print(json.dumps(asyncio.run(measured(work, chunks))))


if __name__ == "__main__":
    main()
