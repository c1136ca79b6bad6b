"""A local model: what it makes, and what is said where it is not there."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from tests.static_model import TOPICS, save_static_model
from workers.embeddings.local import Local, LocalModel
from workers.embeddings.provider import Subject


async def load(folder: Path) -> Local:
    return await LocalModel(str(folder)).loaded()


async def test_texts_of_one_topic_are_near_and_have_length_1_or_0(tmp_path: Path) -> None:
    local = await LocalModel(save_static_model(tmp_path / "tiny")).loaded()
    texts = ("idle socket", "close the pool", "verify a hash", "zebra", "")
    vectors = await local.vectors([Subject(b"", text) for text in texts])
    assert vectors.shape == (5, local.dimensions) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0])
    assert vectors[0] @ vectors[1] > 0.9 > 0.1 > vectors[0] @ vectors[2]


async def test_its_name_says_which_weights_and_not_where_they_are(tmp_path: Path) -> None:
    here, there, other = (tmp_path / name / "tiny" for name in ("here", "there", "other"))
    save_static_model(here)
    shutil.copytree(here, there)
    save_static_model(other, TOPICS[::-1])
    name = (await load(here)).name
    assert name.startswith("model2vec:tiny@") and str(tmp_path) not in name
    assert name == (await load(there)).name
    assert name != (await load(other)).name


async def test_it_is_loaded_once_however_many_ask(tmp_path: Path) -> None:
    model = LocalModel(save_static_model(tmp_path))
    first, second = await asyncio.gather(model.loaded(), model.loaded())
    assert first is second is await model.loaded()


async def test_many_threads_may_ask_at_once(tmp_path: Path) -> None:
    local = await LocalModel(save_static_model(tmp_path)).loaded()
    subjects = [Subject(b"", "idle socket " * 50)] * 200
    made = await asyncio.gather(*(local.vectors(subjects) for _ in range(8)))
    assert all(np.array_equal(each, made[0]) for each in made)


async def test_a_missing_package_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(UserError, match="not installed: install Ponder with its extra"):
        await load(tmp_path)


async def test_weights_are_found_once_they_are_there(tmp_path: Path) -> None:
    model = LocalModel(str(tmp_path / "later"))
    with pytest.raises(UserError, match=r"there is no such folder\): put them into a folder"):
        await model.loaded()
    save_static_model(tmp_path / "later")
    assert (await model.loaded()).dimensions == len(TOPICS)


@pytest.mark.parametrize("source", ["~nobody-of-this-name/tiny", "./tiny", "a/b/c"])
async def test_a_folder_that_is_not_there_is_no_name_on_the_hub(source: str) -> None:
    with pytest.raises(UserError, match="there is no such folder"):
        await LocalModel(source).loaded()


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"nonsense"])
async def test_damaged_weights_are_told(tmp_path: Path, file: str, content: bytes | None) -> None:
    save_static_model(tmp_path)
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    if (file, content) == ("config.json", b"{}"):
        return
    with pytest.raises(UserError, match=f"weights of the embedding model model2vec:{tmp_path}"):
        await load(tmp_path)


async def test_a_hub_out_of_reach_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Name or service not known\nPlease check your connection.")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    with pytest.raises(UserError) as told:
        await LocalModel("somebody/no-such-static-model").loaded()
    assert "(Name or service not known Please check your connection): put" in str(told.value)
