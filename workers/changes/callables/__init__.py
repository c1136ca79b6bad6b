"""Languages in which a call that does not fit is found when it runs: one file each."""

from __future__ import annotations

from workers.changes.callables import python
from workers.changes.callables.base import Calls

CALLABLES: dict[str, Calls] = {"python": python}
"""By the language's name."""
