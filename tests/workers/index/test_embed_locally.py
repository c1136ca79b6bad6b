"""A local model serves while it is there, and what is learned from the code while it is not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from core.db import blob_vectors
from core.errors import TryLater
from tests.static_model import save_static_model
from tests.workers.index.conftest import Indexed
from tests.workers.index.test_embed import count, run, search, semantic, serving, write
from workers.embeddings.local import LocalModel
from workers.embeddings.provider import LSA
from workers.index.embed import Embedded


async def test_a_local_model_takes_the_place_of_learned_vectors_and_gives_it_back(
    shop: Indexed, tmp_path: Path
) -> None:
    write(shop, range(4))
    report = await shop.index()
    local = LocalModel(save_static_model(tmp_path))
    name = (await local.loaded()).name
    assert (await run(shop)).provider == LSA
    # Until the background has embedded all of it again, the old vectors serve.
    assert semantic(await search(shop, "idle sockets", local=local)) > 0.9
    assert await run(shop, local=local) == Embedded(name, report.chunks, True)
    assert await count(shop) == report.chunks
    hits = await search(shop, "idle sockets", local=local)
    assert hits[0].symbol.startswith("pool") and semantic(hits) > 0.9
    # Vectors of the model say nothing to whoever asks without it, until they are learned again.
    assert semantic(await search(shop, "idle sockets")) == 0
    assert await run(shop) == Embedded(LSA, report.chunks, True)
    assert semantic(await search(shop, "idle sockets")) > 0.9


async def test_a_local_model_that_breaks_off_leaves_the_learned_vectors_serving(
    shop: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, range(4))
    report = await shop.index()
    local = LocalModel(save_static_model(tmp_path))
    provider = replace(await local.loaded(), batch=5)
    monkeypatch.setattr(local, "loaded", AsyncMock(return_value=provider))
    monkeypatch.setattr(blob_vectors, "add", broken_after(5, blob_vectors.add))
    with pytest.raises(TryLater):
        await run(shop, local=local)
    monkeypatch.undo()
    assert (await serving(shop)).provider == LSA
    assert semantic(await search(shop, "idle sockets", local=local)) > 0.9
    done = await run(shop, local=local)
    assert done == Embedded(provider.name, report.chunks - 5, True)


def broken_after(vectors: int, add: Any) -> Any:
    """The store of vectors, which takes so many of a local model."""
    left = vectors

    async def adding(connection: Any, model: Any, keys: Any, made: Any) -> None:
        nonlocal left
        if model.provider != LSA:
            if not left:
                raise TryLater("the database is away")
            left -= len(keys)
        await add(connection, model, keys, made)

    return adding


async def test_a_local_model_embeds_only_what_is_new(shop: Indexed, tmp_path: Path) -> None:
    write(shop, range(4))
    await shop.index()
    local = LocalModel(save_static_model(tmp_path))
    first = await run(shop, local=local)
    write(shop, range(4, 5))
    await shop.index()
    assert await run(shop, local=local) == Embedded(first.provider, 3, False)


async def test_without_the_weights_learned_vectors_serve_and_it_is_said(
    shop: Indexed, tmp_path: Path
) -> None:
    write(shop, range(4))
    report = await shop.index()
    missing = LocalModel(str(tmp_path / "tiny"))
    done = await run(shop, local=missing)
    assert (done.provider, done.embedded) == (LSA, report.chunks)
    assert "there is no such folder" in done.problem and "PONDER_EMBEDDING_MODEL" in done.problem
    assert semantic(await search(shop, "idle sockets", local=missing)) > 0.9


async def test_weights_that_are_gone_are_made_up_for_until_they_are_back(
    shop: Indexed, tmp_path: Path
) -> None:
    write(shop, range(4))
    await shop.index()
    name = (await run(shop, local=LocalModel(save_static_model(tmp_path / "tiny")))).provider
    shutil.move(tmp_path / "tiny", tmp_path / "away")
    gone = LocalModel(str(tmp_path / "tiny"))
    hits = await search(shop, "idle sockets", local=gone)
    assert hits and semantic(hits) == 0
    assert (await run(shop, local=gone)).provider == LSA
    assert semantic(await search(shop, "idle sockets", local=gone)) > 0.9
    shutil.move(tmp_path / "away", tmp_path / "tiny")
    back = await run(shop, local=gone)
    assert (back.provider, back.problem) == (name, "")


async def test_a_question_of_words_that_a_local_model_does_not_know_is_near_to_nothing(
    shop: Indexed, tmp_path: Path
) -> None:
    write(shop, range(4))
    await shop.index()
    local = LocalModel(save_static_model(tmp_path))
    await run(shop, local=local)
    hits = await search(shop, "step_7", local=local)
    assert hits and all(not hit.features.get("semantic") for hit in hits)
