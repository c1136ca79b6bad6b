"""TypeScript: as JavaScript."""

from __future__ import annotations

from workers.explorers.javascript import explored, how, promised, test_path, tried_at, written

__all__ = ["explored", "how", "promised", "test_path", "tried_at", "written"]
