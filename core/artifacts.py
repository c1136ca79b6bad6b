"""Artifacts of runs: logs, coverage, crash inputs, profiles. In object storage, by run and name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from core.errors import TryLater, UserError

LARGEST = 16 * 1024 * 1024
"""Bytes of one artifact; what is longer is cut by whoever makes it."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Names are a file's: letters, digits, '_', '.', '-'."""

    store: Any

    async def put(self, run_id: UUID, name: str, content: bytes) -> None:
        """Raise TryLater where the store does not answer."""
        try:
            await self.store.put_async(_key(run_id, name), content[:LARGEST])
        except (BaseError, OSError) as error:
            raise TryLater(f"the object store does not take artifacts ({error})") from error

    async def get(self, run_id: UUID, name: str) -> bytes | None:
        """None where there is no such artifact."""
        try:
            found = await self.store.get_async(_key(run_id, name))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise TryLater(f"the object store does not answer ({error})") from error

    async def forget(self, run_ids: Iterable[UUID]) -> None:
        """Delete all artifacts of runs; those that have none are no error. Raise TryLater."""
        try:
            await asyncio.to_thread(self._forget, list(run_ids))
        except (BaseError, OSError) as error:
            raise TryLater(f"the object store does not delete artifacts ({error})") from error

    def _forget(self, run_ids: Sequence[UUID]) -> None:
        for run_id in run_ids:
            paths = [row["path"] for row in self.store.list(f"runs/{run_id}/").collect()]
            if paths:
                with suppress(FileNotFoundError):  # somebody else is at it
                    self.store.delete(paths)


def _key(run_id: UUID, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no name of an artifact")
    return f"runs/{run_id}/{name}"


def open_artifacts(url: str) -> Artifacts:
    """`url` is file://…, or s3://bucket/prefix with the usual variables. Raise UserError."""
    try:
        if url.startswith("file://"):
            path = Path(unquote(urlsplit(url).path))
            return Artifacts(LocalStore(path, mkdir=True, automatic_cleanup=True))
        return Artifacts(from_url(url))
    except (BaseError, OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        raise UserError(
            f"Artifacts cannot be stored ({first}); check PONDER_ARTIFACTS_URL."
        ) from error
