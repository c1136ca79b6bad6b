"""Go: edits of its syntax, tried by its runner."""

from __future__ import annotations

from workers.repairs.braced import golang
from workers.repairs.braced.edits import Dialect
from workers.repairs.in_turn import InTurn
from workers.runners import go as runner

__all__ = ["edits", "tried"]

_REPAIRER = InTurn(runner, Dialect("go", golang.FUNCTIONS, golang.parameters, golang.OPERATORS))
edits = _REPAIRER.edits
tried = _REPAIRER.tried
