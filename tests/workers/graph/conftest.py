"""Repositories in a real database, indexed as the indexer indexes."""

from __future__ import annotations

from tests.workers.index.conftest import connect, shop

__all__ = ["connect", "shop"]
