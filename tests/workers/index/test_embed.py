from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from core.db import blob_vectors, embedding_models, snapshots
from core.errors import TryLater
from tests.workers.index.conftest import Indexed
from workers.embeddings.local import LocalModel
from workers.embeddings.provider import LSA
from workers.index.embed import Embedded, embed
from workers.model import Endpoint
from workers.retrieve.disk import Disk
from workers.retrieve.search import Hit, Searcher

STEPS = "".join(f"    step_{number} = {number}\n" for number in range(20))
TOPICS = {
    "pool": "connection keepalive socket idle close",
    "page": "template render html escape context",
    "password": "salt digest hash verify algorithm",
}


def write(shop: Indexed, numbers: range) -> None:
    for number in numbers:
        for topic, words in TOPICS.items():
            body = "".join(f"    {word}_{topic} = {word}\n" for word in words.split())
            shop.checkout.write(f"{topic}_{number}.py", f"def {topic}_{number}():\n{body}{STEPS}")
    shop.checkout.commit()


class Remote:
    """An endpoint whose vectors say which letters a text begins with."""

    def __init__(self, name: str = "small") -> None:
        self.embedding_model = name
        self.texts: list[str] = []
        self.fails_after = 10**9

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if len(self.texts) >= self.fails_after:
            raise TryLater("the endpoint is busy")
        self.texts += texts
        return [[float(text.count(letter)) + 0.1 for letter in "aeiou"] for text in texts]


async def run(
    shop: Indexed, remote: Remote | None = None, local: LocalModel | None = None
) -> Embedded:
    return await embed(
        database=shop.database,
        endpoint=cast(Endpoint, remote) if remote else None,
        local=local,
        repository=shop.repository,
    )


async def serving(shop: Indexed) -> Any:
    async with shop.database.tenant(0) as connection:
        return await embedding_models.in_state(connection, shop.repository.id, "serving")


async def count(shop: Indexed) -> int:
    async with shop.database.tenant(0) as connection:
        return await blob_vectors.count(connection, await serving(shop))


async def search(
    shop: Indexed,
    question: str,
    remote: Remote | None = None,
    local: LocalModel | None = None,
    searcher: Searcher | None = None,
) -> list[Hit]:
    endpoint = cast(Endpoint, remote) if remote else None
    searcher = searcher or Searcher(shop.database, endpoint, local=local)
    async with shop.database.tenant(0) as connection:
        snapshot = await snapshots.get(connection, await shop.snapshot_id() or 0)
    assert snapshot is not None
    return await searcher.search(snapshot, question)


def semantic(hits: Sequence[Hit]) -> float:
    """Of the best hit; 0 where nothing was near."""
    return hits[0].features.get("semantic", 0.0)


async def test_vectors_are_learned_from_the_repository_itself(shop: Indexed) -> None:
    write(shop, range(4))
    report = await shop.index()
    done = await run(shop)
    assert done == Embedded(LSA, report.chunks, True)
    assert await count(shop) == report.chunks
    hits = await search(shop, "idle sockets")
    assert hits[0].features["semantic"] > 0.9
    assert hits[0].symbol.startswith("pool")


async def test_a_run_without_changes_embeds_nothing(shop: Indexed) -> None:
    write(shop, range(4))
    await shop.index()
    await run(shop)
    assert await run(shop) == Embedded(LSA, 0, False)


async def test_new_chunks_are_folded_into_the_model_that_serves(shop: Indexed) -> None:
    write(shop, range(4))
    await shop.index()
    await run(shop)
    before = await serving(shop)
    write(shop, range(4, 5))
    report = await shop.index()
    assert await run(shop) == Embedded(LSA, 3, False)
    assert (await serving(shop)).id == before.id
    assert await count(shop) == report.chunks


async def test_a_model_that_the_code_has_outgrown_is_fitted_again(
    shop: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.index.embed.FEW", 2)
    write(shop, range(3))
    await shop.index()
    await run(shop)
    before = await serving(shop)
    write(shop, range(3, 9))
    report = await shop.index()
    assert await run(shop) == Embedded(LSA, report.chunks, True)
    assert (await serving(shop)).id != before.id


async def test_an_empty_repository_has_no_vectors(shop: Indexed) -> None:
    shop.checkout.commit()
    await shop.index()
    assert await run(shop) == Embedded("", 0, False)


async def test_an_endpoint_is_sent_path_symbol_and_lines(shop: Indexed) -> None:
    write(shop, range(2))
    await shop.index()
    remote = Remote()
    assert (await run(shop, remote)).provider == "openai:small"
    assert any(text.startswith("pool_0.py pool_0\ndef pool_0():") for text in remote.texts)
    assert (await search(shop, "aaa", remote))[0].features["semantic"] > 0


async def test_the_old_vectors_serve_until_the_new_ones_are_whole(shop: Indexed) -> None:
    write(shop, range(30))
    report = await shop.index()
    await run(shop)
    remote = Remote()
    remote.fails_after = 65
    with pytest.raises(TryLater):
        await run(shop, remote)
    assert (await serving(shop)).provider == LSA
    assert (await search(shop, "idle sockets", remote))[0].features["semantic"] > 0.9
    remote.fails_after = 10**9
    done = await run(shop, remote)
    assert done == Embedded("openai:small", report.chunks - 64, True)
    assert (await serving(shop)).provider == "openai:small"
    assert await count(shop) == report.chunks


async def test_an_endpoint_that_is_gone_leaves_the_other_lists(shop: Indexed) -> None:
    write(shop, range(2))
    await shop.index()
    remote = Remote()
    await run(shop, remote)
    remote.fails_after = 0
    hits = await search(shop, "idle sockets", remote)
    assert hits
    assert all("semantic" not in hit.features for hit in hits)


async def test_vectors_of_another_model_are_never_compared(shop: Indexed) -> None:
    write(shop, range(2))
    await shop.index()
    await run(shop, Remote("small"))
    hits = await search(shop, "idle sockets", Remote("large"))
    assert all("semantic" not in hit.features for hit in hits)


async def test_a_file_of_more_chunks_than_a_batch_is_embedded_whole(shop: Indexed) -> None:
    for name in "abc":
        defined = "".join(f"def {name}_{number}():\n{STEPS}\n\n" for number in range(40))
        shop.checkout.write(f"{name}.py", defined)
    shop.checkout.commit()
    report = await shop.index()
    assert await run(shop, Remote()) == Embedded("openai:small", report.chunks, True)
    assert await count(shop) == report.chunks > 64


async def test_vectors_that_come_while_a_worker_runs_are_found(shop: Indexed) -> None:
    write(shop, range(4))
    await shop.index()
    await run(shop)
    searcher = Searcher(shop.database, None)
    await search(shop, "idle sockets", searcher=searcher)
    shop.checkout.write("late.py", f"def late():\n    idle_pool = socket_pool\n{STEPS}")
    shop.checkout.commit()
    await shop.index()
    without = await search(shop, "idle sockets", searcher=searcher)
    assert await run(shop) == Embedded(LSA, 1, False)
    hits = await search(shop, "idle sockets", searcher=searcher)
    (late,) = [hit for hit in hits if hit.path == "late.py"]
    (before,) = [hit for hit in without if hit.path == "late.py"]
    assert late.features["semantic"] > before.features.get("semantic", 0.0)


async def test_vectors_are_mapped_from_the_files_of_an_earlier_process(
    shop: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, range(4))
    await shop.index()
    await run(shop)
    disk = Disk(tmp_path)
    first = await search(shop, "idle sockets", searcher=Searcher(shop.database, None, disk=disk))
    monkeypatch.setattr(blob_vectors, "of_blobs", None)
    second = await search(shop, "idle sockets", searcher=Searcher(shop.database, None, disk=disk))
    assert semantic(first) == semantic(second) > 0.9


async def test_vectors_that_the_version_before_wrote_are_searched(shop: Indexed) -> None:
    write(shop, range(4))
    await shop.index()
    await run(shop)
    precise = semantic(await search(shop, "idle sockets"))
    await shop.fetch("UPDATE blob_vectors SET fine = '' RETURNING 1")
    found = semantic(await search(shop, "idle sockets", searcher=Searcher(shop.database, None)))
    assert found == pytest.approx(precise, abs=0.01)


async def test_code_is_embedded_before_tests_and_documents(shop: Indexed) -> None:
    shop.checkout.write("a/tests/test_a.py", f"def test_a():\n{STEPS}")
    shop.checkout.write("docs/a.md", "# A\n\nText.\n")
    shop.checkout.write("z.py", f"def z():\n{STEPS}")
    shop.checkout.commit()
    await shop.index()
    remote = Remote()
    await run(shop, remote)
    texts = [text for text in remote.texts if " " in text.split("\n")[0]]
    assert next(t for t in texts if not t.startswith("def main")).startswith("z.py")
