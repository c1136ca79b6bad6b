"""JavaScript: edits of its syntax, tried by its runner."""

from __future__ import annotations

from workers.repairs.braced import scripts
from workers.repairs.braced.edits import Dialect
from workers.repairs.in_turn import InTurn
from workers.runners import javascript as runner

__all__ = ["edits", "tried"]

_REPAIRER = InTurn(
    runner, Dialect("javascript", scripts.FUNCTIONS, scripts.parameters, scripts.OPERATORS)
)
edits = _REPAIRER.edits
tried = _REPAIRER.tried
