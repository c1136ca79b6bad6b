"""What makes vectors: a small interface, and the two that have it.

A provider's name says everything that its vectors depend on, so that vectors of two names are never
compared.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from workers.embeddings import lsa
from workers.model import Endpoint

Floats = NDArray[np.float32]

ENDPOINT = "openai:"
LSA = f"lsa:4:{lsa.DIMENSIONS}"
LONGEST_TEXT = 6_000
"""Characters of a chunk that an endpoint is sent: about what the smaller models read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A chunk to embed. `text` is empty where a provider does not want it."""

    terms: bytes
    text: str = ""


class Provider(Protocol):
    """`batch` chunks are embedded, and stored, at a time."""

    @property
    def name(self) -> str: ...

    @property
    def batch(self) -> int: ...

    @property
    def wants_text(self) -> bool: ...

    async def vectors(self, subjects: Sequence[Subject]) -> Floats:
        """Subjects × dimensions, of length 1 or 0. Raises UserError or TryLater."""
        ...


@dataclass(frozen=True, slots=True)
class Trained:
    """Latent semantic analysis, fitted to the repository."""

    model: lsa.Model
    name: str = LSA
    batch: int = 20_000
    wants_text: bool = False

    async def vectors(self, subjects: Sequence[Subject]) -> Floats:
        return await asyncio.to_thread(self.model.fold, [subject.terms for subject in subjects])


@dataclass(frozen=True, slots=True)
class Remote:
    """An OpenAI-compatible endpoint."""

    endpoint: Endpoint
    name: str
    batch: int = 64
    wants_text: bool = True

    async def vectors(self, subjects: Sequence[Subject]) -> Floats:
        made = await self.endpoint.embed([s.text[:LONGEST_TEXT] for s in subjects])
        vectors = np.array(made, dtype=np.float32)
        return lsa.unit(vectors)


def endpoint_provider(endpoint: Endpoint) -> str:
    """The name of the vectors that the endpoint makes."""
    return f"{ENDPOINT}{endpoint.embedding_model}"
