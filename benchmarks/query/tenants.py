"""Fifty repositories of Zipf sizes: recall and time of the search among vectors, for every one.

python -m benchmarks.query.tenants WORK CHUNKS    prints a JSON object
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.query.stage import Stage, fresh, percentiles, staged
from core.db import (
    blob_vectors,
    embedding_models,
    repositories,
    snapshots,
    vocabularies,
)
from core.db.chunk_columns import ChunkRow, pack
from core.db.vocabularies import Vocabulary
from workers.embeddings.lsa import Floats, question_vector, unit
from workers.embeddings.provider import LSA
from workers.index.terms import POSTING, term_id
from workers.retrieve import query
from workers.retrieve.disk import Disk
from workers.retrieve.search import Searcher

TENANTS = 50
DIMENSIONS = 192
CHUNKS_OF_FILE = 12
WORDS = [f"word{number}x" for number in range(500)]
ASKED = 20
NEAREST = 10


async def measured(work: Path, chunks: int) -> dict[str, Any]:
    """Vectors lie in clusters, as those of code do; questions are words of the vocabulary."""
    async with staged(fresh(work / "stores" / "tenants")) as stage:
        searcher = Searcher(stage.database, None, disk=Disk(stage.settings.data_dir / "segments"))
        made = [await _tenant(stage, searcher, n, size) for n, size in enumerate(sizes(chunks))]
    seconds = [each for tenant in made for each in tenant["seconds"]]
    return {
        "tenants": TENANTS,
        "chunks": sum(tenant["chunks"] for tenant in made),
        "largest": max(tenant["chunks"] for tenant in made),
        "smallest": min(tenant["chunks"] for tenant in made),
        "least_recall": min(tenant["recall"] for tenant in made),
        "time": percentiles(seconds),
        "largest_time": percentiles(made[0]["seconds"]),
    }


def sizes(chunks: int) -> list[int]:
    """Chunks of each tenant."""
    shares = 1 / np.arange(1, TENANTS + 1)
    parts = np.maximum(CHUNKS_OF_FILE, (chunks * shares / shares.sum())).astype(int)
    return [int(part) for part in parts]


def vectors_of(random: np.random.Generator, chunks: int) -> tuple[Vocabulary, NDArray[np.float32]]:
    """Of a tenant: what is known of the words, and the vectors of its chunks."""
    known = Vocabulary.of(
        np.sort(np.array([term_id(word) for word in WORDS], dtype=np.uint32)),
        np.ones(len(WORDS), dtype=np.float32),
        unit(random.normal(size=(len(WORDS), DIMENSIONS))),
    )
    centres = random.normal(size=(max(4, chunks // 200), DIMENSIONS))
    chosen = centres[random.integers(len(centres), size=chunks)]
    return known, unit(chosen + 0.8 * random.normal(size=chosen.shape))


def question(random: np.random.Generator, known: Vocabulary) -> tuple[query.Question, Floats]:
    """Of six words, and its vector."""
    parsed = query.parse(" ".join(random.choice(WORDS, 6)))
    weights = {term_id(term): weight for term, weight in parsed.weights.items()}
    return parsed, question_vector(weights, known.known(list(weights)))


async def _tenant(stage: Stage, searcher: Searcher, number: int, chunks: int) -> dict[str, Any]:
    random = np.random.default_rng(number)
    known, vectors = vectors_of(random, chunks)
    snapshot = await _stored(stage, number, known, vectors)
    index = (await searcher._of(snapshot)).index
    await searcher.warm(snapshot)
    exact = vectors.astype(np.float64)
    seconds, recalls = [], []
    for _ in range(ASKED):
        parsed, asked = question(random, known)
        began = time.monotonic()
        near = await searcher._nearest.to(snapshot, parsed, index)
        seconds.append(time.monotonic() - began)
        found = [index.chunks_of(each.blob_id, each.ordinal)[0] for each in near[:NEAREST]]
        recalls.append(recall(exact, asked, found))
    return {"chunks": chunks, "seconds": seconds, "recall": float(np.mean(recalls))}


def recall(exact: NDArray[np.float64], asked: Floats, found: Sequence[int]) -> float:
    """Beside a scan in double precision. Equals of the last one are as good."""
    scores = exact @ asked.astype(np.float64)
    least = np.sort(scores)[-NEAREST]
    return float(np.mean(scores[found] >= least - 1e-6))


async def _stored(
    stage: Stage, number: int, known: Vocabulary, vectors: NDArray[np.float32]
) -> snapshots.Snapshot:
    """A repository as an index and its vectors leave it."""
    terms = np.zeros(1, dtype=POSTING)
    terms["term"], terms["body"] = term_id(WORDS[0]), 1
    files = len(vectors) // CHUNKS_OF_FILE + 1
    async with stage.database.tenant(0) as connection:
        repository = await repositories.connect_local(
            connection, name=f"tenant-{number}", source=f"/nowhere/{number}"
        )
        cursor = await connection.execute(
            "INSERT INTO snapshots (installation_id, repository_id, ref, commit_sha, rules) "
            "VALUES (0, %s, '', %s, '') RETURNING id",
            (repository.id, f"{number:040}"),
        )
        ((snapshot_id,),) = await cursor.fetchall()
        await connection.execute(
            "WITH made AS (INSERT INTO blobs (installation_id, repository_id, sha, language, "
            "rules, lines, size, text) "
            "SELECT 0, %(id)s, lpad(n::text, 40, '0'), 'text', '', 1, 1, '' "
            "FROM generate_series(1, %(files)s) AS n RETURNING id, sha) "
            "INSERT INTO files (snapshot_id, installation_id, path, sha, blob_id) "
            "SELECT %(snapshot)s, 0, 'file_' || sha, sha, id FROM made",
            {"id": repository.id, "files": files, "snapshot": snapshot_id},
        )
        listed = await (
            await connection.execute(
                "SELECT blob_id FROM files WHERE snapshot_id = %s ORDER BY path", (snapshot_id,)
            )
        ).fetchall()
        await repositories.set_snapshot(connection, repository.id, snapshot_id)
        model = await embedding_models.add(
            connection, installation_id=0, repository_id=repository.id, provider=LSA,
            dimensions=DIMENSIONS, parameters={"chunks": len(vectors)},
        )  # fmt: skip
        await vocabularies.add(connection, model, known)
        keys = [
            (blob_id, ordinal)
            for place, (blob_id,) in enumerate(listed)
            for ordinal in range(min(CHUNKS_OF_FILE, len(vectors) - place * CHUNKS_OF_FILE))
        ]
        for blob_id, count in _counts(keys).items():
            rows = [ChunkRow(n + 1, n + 1, "", "block", terms.tobytes()) for n in range(count)]
            await connection.execute(
                "INSERT INTO blob_chunks (blob_id, installation_id, chunks, packed) "
                "VALUES (%s, 0, %s, %s)",
                (blob_id, count, pack(rows, POSTING.itemsize)),
            )
        await blob_vectors.add(connection, model, keys, vectors)
        await embedding_models.serve(connection, model)
        found = await snapshots.get(connection, snapshot_id)
    assert found is not None
    return found


def _counts(keys: list[tuple[int, int]]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for blob_id, _ in keys:
        counts[blob_id] = counts.get(blob_id, 0) + 1
    return counts


def main() -> None:
    print(json.dumps(asyncio.run(measured(Path(sys.argv[1]), int(sys.argv[2])))))


if __name__ == "__main__":
    main()
