"""A static model2vec model: a folder, or a name on its hub. The only user of model2vec.

Neither the package nor the weights have to be there: callers do without, and say what is missing.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from workers.embeddings.lsa import unit
from workers.embeddings.provider import LONGEST_TEXT, Floats, Subject

if TYPE_CHECKING:
    from model2vec import StaticModel

PREFIX = "model2vec:"
_DIGEST_BYTES = 6


@dataclass(frozen=True, slots=True)
class Local:
    """A loaded model. Nothing that it is given leaves the machine."""

    model: StaticModel
    name: str
    batch: int = 512
    wants_text: bool = True
    # Its tokenizer may not be set up by one thread while another one uses it.
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @property
    def dimensions(self) -> int:
        return int(self.model.dim)

    async def vectors(self, subjects: Sequence[Subject]) -> Floats:
        return await asyncio.to_thread(self._encode, [s.text[:LONGEST_TEXT] for s in subjects])

    def _encode(self, texts: list[str]) -> Floats:
        with self._one_at_a_time:
            return unit(np.asarray(self.model.encode(texts), dtype=np.float32))


class LocalModel:
    """Where a model is, and the model once somebody needed it. `source` is a folder or a name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._loading: asyncio.Task[Local] | None = None

    async def loaded(self) -> Local:
        """Loaded once, however many ask, and again where that failed. Raise UserError where the
        package or the weights are missing."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_load, self.source))
        loading = self._loading
        try:
            # Whoever gives up waiting does not stop it for the others.
            return await asyncio.shield(loading)
        finally:
            failed = loading.done() and (loading.cancelled() or loading.exception() is not None)
            if failed and self._loading is loading:
                self._loading = None


def _load(source: str) -> Local:
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise UserError(
            f"The embedding model {PREFIX}{source} needs the package model2vec, which is not "
            "installed: install Ponder with its extra 'local-embeddings', or unset "
            "PONDER_EMBEDDING_MODEL."
        ) from error
    place = Path(os.path.expanduser(source))  # which leaves a home that is not there as it is
    try:
        if not place.exists() and _is_folder(source):
            raise FileNotFoundError("there is no such folder")
        model = StaticModel.from_pretrained(
            place if place.exists() else source, force_download=False
        )
        return Local(model, _name(place.name, model))
    except Exception as error:  # what reads tokenizers and weights raises errors of any kind
        raise UserError(_without_weights(source, error)) from error


def _is_folder(source: str) -> bool:
    """Whether it can only be one: names on the hub are 'model' or 'owner/model'."""
    return source.startswith(("/", "~", ".")) or source.count("/") > 1


def _without_weights(source: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
    return (
        f"The weights of the embedding model {PREFIX}{source} could not be had ({reason}): put "
        f"them into a folder and set PONDER_EMBEDDING_MODEL={PREFIX}<folder>, or unset it."
    )


def _name(called: str, model: StaticModel) -> str:
    """Other weights under the same name make other vectors, and the same ones elsewhere do not."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for array in (model.embedding, model.weights, model.token_mapping):
        digest.update(b"" if array is None else np.ascontiguousarray(array).tobytes())
    digest.update(model.tokenizer.to_str().encode())
    return f"{PREFIX}{called}@{digest.hexdigest()}"
