"""JavaScript: see ecmascript."""

from workers.changes.callables.ecmascript import called, imports, is_gone, misfits

__all__ = ["called", "imports", "is_gone", "misfits"]
